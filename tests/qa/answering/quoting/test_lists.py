"""Lists are found whole from one of their members."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.answering.quoting.lists import (
    extend_to_list_end,
    find_item_names,
    find_labelled_list,
    find_list_items,
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


PACKING = (
    "You need:\n\n- a dish of glass;\n- a pipette,\n- moss.\n\nSoak the moss.\n\n1. Wait.\n2) Look."
)


@pytest.mark.parametrize(
    ("found", "items"),
    [
        ("a pipette", ["a dish of glass", "a pipette", "moss"]),
        ("dish of glass", ["a dish of glass", "a pipette", "moss"]),
        ("a dish", ["a dish of glass", "a pipette", "moss"]),
        ("Look", ["Wait", "Look"]),
        # A part from within an item is not the item, and no list is around other text.
        ("glass", []),
        ("Soak the moss", []),
    ],
)
def test_items_are_found_from_one_of_them(found, items):
    assert [
        span.of(PACKING) for span in find_list_items(make_passage(PACKING), marked(found, PACKING))
    ] == items


CONDITIONS = (
    "Do not take it if you\n - are allergic to nuts,\n - have had a bad\n   reaction, and\n"
    " - are under 12.\n\nAsk a nurse. Then:\n- wait."
)


@pytest.mark.parametrize(
    "words", ["if you\n - are allergic", "have had a bad\n   reaction", "are under 12"]
)
def test_items_are_found_from_what_leads_in_and_may_be_wrapped(words):
    items = find_list_items(make_passage(CONDITIONS), marked(words, CONDITIONS))
    assert [" ".join(span.of(CONDITIONS).split()) for span in items] == [
        "are allergic to nuts",
        "have had a bad reaction",
        "are under 12",
    ]


@pytest.mark.parametrize("words", ["Do not take it", "Ask", "Ask a nurse"])
def test_a_sentence_before_a_list_leads_in_only_where_it_goes_on_in_it(words):
    assert find_list_items(make_passage(CONDITIONS), marked(words, CONDITIONS)) == ()


HEAD = "Minutes\nPresent: Birgit Aalto (chair, new), Desmond Poe, Ann Lindqvist.\nApologies: Graham Stott"


def test_a_line_with_a_label_is_a_list_where_commas_part_it():
    listed = find_labelled_list(make_passage(HEAD), marked("Desmond Poe", HEAD))
    assert listed is not None
    assert listed.of(HEAD) == "Birgit Aalto (chair, new), Desmond Poe, Ann Lindqvist"
    assert find_labelled_list(make_passage(HEAD), marked("Graham Stott", HEAD)) is None
    assert find_labelled_list(make_passage(HEAD), marked("Minutes", HEAD)) is None


def test_a_list_with_a_label_ends_with_its_sentence():
    text = "Present: Ann, Dr. Bo, Cyril. Absent: Dee, Eve, Flo."
    listed = find_labelled_list(make_passage(text), marked("Dr. Bo", text))
    assert listed is not None
    assert listed.of(text) == "Ann, Dr. Bo, Cyril"
    assert find_labelled_list(make_passage(text), marked("Eve", text)) is None


@given(st.text(alphabet="ab ,.-\nand1)", max_size=60), st.integers(0, 60), st.integers(1, 20))
def test_what_was_found_stays_in_the_list_and_the_list_in_the_text(text, start, length):
    span = Span(min(start, len(text)), min(start + length, len(text)))
    whole = extend_to_list_end(make_passage(text), span)
    assert whole.start == span.start
    assert span.end <= whole.end <= len(text)
    items = find_list_items(make_passage(text), span)
    assert list(items) == sorted(items)
    assert all(0 <= item.start < item.end <= len(text) for item in items)


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
    items = find_list_items(make_passage(text), marked(text[2:6], text))
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
