"""The outline of a document, from the passages it was cut into."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.widgets import OptionList

from index import Passage, Span
from tests.support.timing import takes_at_most
from tui.source.outline.outline import Outline, OutlineEntry, build_outline
from tui.source.outline.outline_list import MOST_ENTRIES
from tui.source.outline.outline_screen import OutlineScreen


def passage(text: str, words: str, heading: str | None = None, page: int | None = None) -> Passage:
    start = text.index(words)
    headings = tuple(heading.split(" › ")) if heading else ()
    return Passage(1, Span(start, start + len(words)), words, headings, page=page)


NOTES = """# Notes

Before all.

## First

One thing.

Another thing.

## Second

### Deeper

The last.
"""


def test_every_heading_is_listed_where_it_stands_with_its_level():
    passages = [
        passage(NOTES, "Before all.", "Notes"),
        passage(NOTES, "One thing.", "Notes › First"),
        passage(NOTES, "Another thing.", "Notes › First"),
        passage(NOTES, "The last.", "Notes › Second › Deeper"),
    ]
    entries = build_outline(NOTES, passages).entries
    assert [(section.level, section.title) for section in entries] == [
        (1, "Notes"),
        (2, "First"),
        (2, "Second"),
        (3, "Deeper"),
    ]
    for section in entries:
        assert NOTES[section.start :].startswith(section.title)


def test_a_heading_whose_words_are_not_in_the_text_stands_at_its_first_passage():
    text = "*Bold* title\n\nWords."
    (section,) = build_outline(text, [passage(text, "Words.", "Bold title")]).entries
    assert section.start == text.index("Words.")


def test_a_heading_that_comes_back_is_listed_again():
    text = "A\n\none\n\nB\n\ntwo\n\nA\n\nthree"
    passages = [passage(text, "one", "A"), passage(text, "two", "B"), passage(text, "three", "A")]
    entries = build_outline(text, passages).entries
    assert [section.title for section in entries] == ["A", "B", "A"]
    assert [section.start for section in entries] == [0, 8, 16]


def test_without_headings_the_pages_are_the_sections():
    text = "one\n\ntwo\n\nthree"
    passages = [passage(text, "one", page=1), passage(text, "two", page=1)]
    passages.append(passage(text, "three", page=3))
    outline = build_outline(text, passages)
    assert [(s.title, s.start) for s in outline.entries] == [("Page 1", 0), ("Page 3", 10)]


def test_an_offset_has_its_page_and_its_section():
    text = "one\n\ntwo\n\nthree"
    passages = [passage(text, word, page=page) for page, word in enumerate(text.split(), 1)]
    outline = build_outline(text, passages)
    assert [outline.page_at(offset) for offset in (0, 4, 5, 14)] == [1, 1, 2, 3]
    assert [outline.entry_at(offset) for offset in (0, 4, 5, 14)] == [0, 0, 1, 2]


def test_a_document_without_passages_has_no_outline():
    outline = build_outline("words", [])
    assert outline == Outline()
    assert outline.page_at(3) is None
    assert outline.entry_at(3) is None


def test_text_directly_below_a_heading_is_read_with_it():
    text = "One\n===\n\nfirst words\n\nmore of them, and others\n"
    passages = [passage(text, "first words", "One"), passage(text, "more of them", "One")]
    outline = build_outline(text, passages)
    assert outline.include_heading(text.index("first")) == 0
    assert outline.include_heading(text.index("more")) == text.index("more")
    assert Outline().include_heading(7) == 7


@pytest.mark.e2e
async def test_of_a_document_with_thousands_of_headings_the_first_are_listed():
    outline = Outline(tuple(OutlineEntry(n, 1, f"Part {n}", None) for n in range(100_000)))
    app: App[None] = App()
    async with app.run_test() as pilot:
        with takes_at_most(5):
            await app.push_screen(OutlineScreen(outline, 99_999))
            await pilot.pause()
        assert app.screen.query_one(OptionList).option_count == MOST_ENTRIES
