"""Lists are found whole from one of their members."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Content, Heading, Hit, Index, Retriever, Span
from qa.answering.quoting.lists import (
    extend_to_list_end,
    find_item_names,
    find_own_items,
    find_quoted_item,
    find_steps,
    find_whole_list,
)
from tests.support.encoders import WordEncoder
from tests.support.passages import make_hit, make_passage


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
        ("- Ash – for handles and tool shafts\n- Oak – for beams and outdoor work", ["Ash", "Oak"]),
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


def list_items(text: str, words: str) -> list[str]:
    """The items of the list that some words stand for, or lead in."""
    passage = make_passage(text)
    item = find_quoted_item(passage, marked(words, text))
    return [] if item is None else [s.of(text) for s in find_own_items(passage, item).members]


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
    assert list_items(PACKING, found) == items


CONDITIONS = (
    "Do not take it if you\n - are allergic to nuts,\n - have had a bad\n   reaction, and\n"
    " - are under 12.\n\nAsk a nurse. Then:\n- wait."
)


@pytest.mark.parametrize(
    "words", ["if you\n - are allergic", "have had a bad\n   reaction", "are under 12"]
)
def test_items_are_found_from_what_leads_in_and_may_be_wrapped(words):
    assert [" ".join(item.split()) for item in list_items(CONDITIONS, words)] == [
        "are allergic to nuts",
        "have had a bad reaction",
        "are under 12",
    ]


@pytest.mark.parametrize("words", ["Do not take it", "Ask", "Ask a nurse"])
def test_a_sentence_before_a_list_leads_in_only_where_it_goes_on_in_it(words):
    assert list_items(CONDITIONS, words) == []


def test_an_item_may_begin_with_markup():
    text = "- **Hammer** of steel\n- **Saw** for wood"
    assert list_items(text, "Hammer") == ["**Hammer** of steel", "**Saw** for wood"]


NESTED = "- Tools\n  - a saw\n  - a plane\n- Glue\n\nThat is all."


def test_a_list_has_the_lists_in_it_and_not_the_one_around_it():
    assert list_items(NESTED, "Glue") == ["Tools", "a saw", "a plane", "Glue"]
    assert list_items(NESTED, "a plane") == ["a saw", "a plane"]


def test_a_list_that_follows_another_begins_to_count_anew():
    text = "1. Open it.\n2. Pour.\n1. Ring.\n2. Wait."
    assert list_items(text, "Pour") == ["Open it", "Pour"]
    assert list_items(text, "Ring") == ["Ring", "Wait"]
    assert list_items("1. Open it.\n1. Pour.\n1. Ring.", "Ring") == ["Open it", "Pour", "Ring"]
    assert list_items("- a saw\n- a plane\n1. Saw it.\n2. Plane it.", "a saw") == [
        "a saw",
        "a plane",
    ]


@given(st.text(alphabet="ab -.\nand1)", max_size=60), st.integers(0, 60), st.integers(1, 20))
def test_items_lie_in_the_text_in_order(text, start, length):
    passage = make_passage(text)
    item = find_quoted_item(passage, Span(min(start, len(text)), min(start + length, len(text))))
    items = find_own_items(passage, item).members if item else ()
    assert list(items) == sorted(items)
    assert all(0 <= item.start < item.end <= len(text) for item in items)


# Lists in several passages

PART = "Take the part that was named before, wipe it with a dry cloth, and lay it aside."


def write_items(first: int, last: int) -> str:
    return "\n".join(f"{number}. {PART} {PART} {PART}" for number in range(first, last + 1))


@pytest.fixture
def find(tmp_path):
    """A function that finds the passage with some words, as a search does."""

    def find(text: str, words: str, *headings: str) -> Hit:
        spans = [marked(heading, text) for heading in headings]
        named = tuple(Heading(span, 1, span.of(text)) for span in spans)
        index = Index.open(tmp_path / "index", create=True, encoder=WordEncoder())
        index.add_texts([("manual", Content(text, headings=named))])
        hits = Retriever(index).search(words, k=50)
        return next(hit for hit in hits if words in hit.passage.text)

    return find


@pytest.mark.parametrize("number", [1, 5, 9])
def test_the_items_in_the_passages_around_belong_to_the_list(find, number):
    text = f"Do this:\n{write_items(1, 9)}\n\nThen it is clean."
    hit = find(text, f"{number}. Take")
    assert hit.passage.text.count("Take") < 9
    item = next(block for block in hit.passage.blocks if block.kind == "item")
    found = find_whole_list(hit, item)
    assert len(found.members) == 9
    assert found.more == 0
    whole = found.passage.span.of(text)
    assert found.passage.text == whole
    assert all(span.of(whole).startswith("Take") for span in found.members)


def test_what_is_under_another_heading_is_another_list(find):
    text = f"{write_items(1, 3)}\n\nLater\n\n{write_items(4, 6)}"
    hit = find(text, "1. Take", "Later")
    assert len(find_whole_list(hit, hit.passage.blocks[0]).members) == 3


def test_of_a_very_long_list_a_part_is_quoted_and_how_many_more_there_are(find):
    hit = find(write_items(1, 60), "30. Take")
    found = find_whole_list(hit, hit.passage.blocks[0])
    assert len(found.passage.text) <= 3_000
    assert len(found.members) > 3
    assert len(found.members) + found.more == 60


def test_a_document_that_nobody_knows_has_no_other_passages():
    text = "- a saw\n- a plane"
    hit = make_hit(text)
    assert find_whole_list(hit, hit.passage.blocks[0]).members == (Span(2, 7), Span(10, 17))


PROCEDURE = (
    "You need a bowl.\n\n1. Mix the flour. It is sticky.\n2. Let it rise.\n"
    "3. Knead it. Ten minutes will do.\n\nIt keeps a week. 7. Heaven."
)


def steps(text: str, *evidence: str) -> str | None:
    found = find_steps(make_hit(text), [marked(words, text) for words in evidence])
    return found and found.span.of(text)


def test_all_steps_are_found_from_the_first():
    whole = PROCEDURE[PROCEDURE.index("1.") : PROCEDURE.index("\n\nIt keeps")]
    assert steps(PROCEDURE, "1. Mix the flour.") == whole
    assert steps(PROCEDURE, "You need a bowl.", "1. Mix the flour.") == whole


def test_another_step_or_sentence_is_enough_by_itself():
    assert steps(PROCEDURE, "2. Let it rise.") is None
    assert steps(PROCEDURE, "It keeps a week.") is None


def test_numbered_questions_and_lists_that_begin_later_are_no_steps():
    questions = "1. What is a quote? It is this.\n2. Who may vote? All may.\n3. Why?"
    assert steps(questions, "It is this.") is None
    assert steps("7. Stir it.\n8. Pour it.", "7. Stir it.") is None
    assert steps("- Stir it.\n- Pour it.", "- Stir it.") is None
