"""Lists are found whole from one of their members."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.answering.quoting.item_lists import find_own_items
from qa.answering.quoting.lists import (
    extend_to_list_end,
    find_item_names,
    find_short_lines,
)
from tests.support.passages import make_passage


def marked(words: str, text: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("They live in soil, hay and grain.", "soil", "soil, hay and grain"),
        ("They live in soil, hay, and grain.", "soil, hay", "soil, hay, and grain"),
        ("It is red or blue, never green.", "red", "red or blue"),
        ("It is red, blue or green (or was).", "red", "red, blue or green"),
        ("Bread, rock\nsalt and\nwater. Then wait.", "Bread", "Bread, rock\nsalt and\nwater"),
        # It has its end already, or no end that can be told.
        ("Ann and Bo came, and went.", "Ann and Bo", "Ann and Bo"),
        ("It is red, a warm colour.", "red", "red"),
        ("It is red. Or blue and green.", "red", "red"),
        ("Ann paid (for Bo and Cy).", "Ann", "Ann"),
        ("- red and\n- blue.", "red", "red"),
    ],
)
def test_a_list_in_a_sentence_goes_on_to_its_last_member(text, found, whole):
    assert extend_to_list_end(make_passage(text), marked(found, text)).of(text) == whole


@given(st.text(alphabet="ab ,.-\nand1)", max_size=60), st.integers(0, 60), st.integers(1, 20))
def test_what_was_found_stays_in_the_list_and_the_list_in_the_text(text, start, length):
    span = Span(min(start, len(text)), min(start + length, len(text)))
    whole = extend_to_list_end(make_passage(text), span)
    assert whole.start == span.start
    assert span.end <= whole.end <= len(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "- Free. Nothing is stored on the card.\n- Full. Up to 4, 8 or 16 films are stored.",
            ["Free", "Full"],
        ),
        (
            "- Wall box: charges one car at a time\n- Fast post: charges two cars at a time",
            ["Wall box", "Fast post"],
        ),
        (
            "- Ash – for handles and tool shafts\n- Oak – for beams and outdoor work",
            ["Ash", "Oak"],
        ),
        # What follows is the answer, not what explains the name.
        ("- Monday: 9 am to 5 pm, all year\n- Tuesday: 10 am to 5 pm, all year", []),
        ("- Adults: five pounds\n- Children: two pounds", []),
        # Not all items have a name, or one that is set off alike.
        ("- Free. Nothing is stored on it.\n- a card that stores up to 4 films", []),
        ("- Ash – for handles and tool shafts\n- Oak: for beams and outdoor work", []),
    ],
)
def test_items_that_explain_what_they_name_are_told_by_their_names(text, names):
    items = find_own_items(make_passage(text), make_passage(text).blocks[0]).members
    assert len(items) == 2
    assert [span.of(text) for span in find_item_names(text, items)] == names


@pytest.mark.parametrize(
    ("text", "found", "lines"),
    [
        (
            "For the loaf:\n  500 g flour\n  350 g water\n  10 g salt\n\nMix it all.",
            "350 g water",
            ["500 g flour", "350 g water", "10 g salt"],
        ),
        ("Ann Lee\nBo Lind\nCy Orr", "Ann Lee\nBo Lind", ["Ann Lee", "Bo Lind", "Cy Orr"]),
        # Prose that is wrapped, two lines, and a line above the list.
        ("The boat was built\nby Ann in 1956 and\nsold. It is blue.", "Ann", []),
        ("500 g flour\n350 g water", "500 g flour", []),
        ("For the loaf:\n500 g flour\n350 g water\n10 g salt", "loaf", []),
        (f"{'long ' * 12}\nshort\nshorter", "short", []),
    ],
)
def test_short_lines_are_a_list_without_signs(text, found, lines):
    assert [
        span.of(text) for span in find_short_lines(make_passage(text), marked(found, text))
    ] == lines
