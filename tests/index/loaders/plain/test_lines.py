"""The lines of a plain text: how they are split, and if a blank line is above them."""

import pytest

from index.loaders.plain.lines import is_below_blank, split_lines


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


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("above", "expected"),
    [("", True), ("a\n\n", True), ("a\n \t\n", True), ("\n", True), ("a\n", False), ("a\n\nb\n", False)],
)  # fmt: skip
def test_a_line_is_below_a_blank_one_or_at_the_beginning(above, expected, newline):
    text = above.replace("\n", newline)
    assert is_below_blank(f"{text}x", len(text)) is expected


def test_it_is_looked_for_no_further_than_needed():
    text = "a\n" + " " * 500 + "\n"
    assert is_below_blank(text, len(text))
