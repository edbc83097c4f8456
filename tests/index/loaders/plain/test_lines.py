"""The lines of a text, whatever ends them."""

import pytest

from index.loaders.plain.lines import split_lines


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_each_line_knows_where_it_stands_and_what_is_around_it(newline):
    text = "Rain \n\tin\n\n \n  May".replace("\n", newline)
    lines = split_lines(text)
    assert [text[line.start : line.end] for line in lines] == ["Rain", "in", "May"]
    assert [line.words for line in lines] == ["Rain", "in", "May"]
    assert [line.indent for line in lines] == [0, 8, 2]
    assert [line.is_below_blank for line in lines] == [True, False, True]
    assert [line.is_above_blank for line in lines] == [False, True, True]


def test_a_text_without_words_has_no_lines():
    assert split_lines(" \n\t\n") == []
