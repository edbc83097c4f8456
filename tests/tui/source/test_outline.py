"""The outline of a document: its headings, and the pages of its passages."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.widgets import OptionList

from index import Passage, Span
from index.documents import Heading
from tests.support.loading import load_here
from tests.support.timing import takes_at_most
from tui.source.outline import MOST_ENTRIES, Outline, OutlineEntry, OutlineScreen, build_outline


def passage(text: str, words: str, page: int | None = None) -> Passage:
    start = text.index(words)
    return Passage(1, Span(start, start + len(words)), words, page=page)


def read(text: str) -> Outline:
    return build_outline(load_here(".md", text.encode()).headings, ())


NOTES = """# *Notes*

Before all.

## First

One thing.

## Second

### Deeper

The last.

## First

#### Far below
"""


def test_every_heading_of_the_index_is_listed_where_it_stands_with_its_level():
    entries = read(NOTES).entries
    assert [(section.level, section.title) for section in entries] == [
        (1, "Notes"),
        (2, "First"),
        (2, "Second"),
        (3, "Deeper"),
        (2, "First"),
        (3, "Far below"),
    ]
    for section in entries:
        assert section.title in section.span.of(NOTES)


def test_a_term_is_listed_and_what_only_separates_is_not():
    headings = [
        Heading(Span(0, 4), 1, "Rain"),
        Heading(Span(6, 6), 7, "gauge"),
        Heading(Span(20, 20), 7, ""),
    ]
    entries = build_outline(headings, ()).entries
    assert [(each.level, each.title) for each in entries] == [(1, "Rain"), (2, "gauge")]


def test_without_headings_the_pages_are_the_sections():
    text = "one\n\ntwo\n\nthree"
    passages = [passage(text, "one", 1), passage(text, "two", 1), passage(text, "three", 3)]
    outline = build_outline((), passages)
    assert [(s.title, s.span.start) for s in outline.entries] == [("Page 1", 0), ("Page 3", 10)]


def test_an_offset_has_its_page_and_its_section():
    text = "one\n\ntwo\n\nthree"
    passages = [passage(text, word, page) for page, word in enumerate(text.split(), 1)]
    outline = build_outline((), passages)
    assert [outline.page_at(offset) for offset in (0, 4, 5, 14)] == [1, 1, 2, 3]
    assert [outline.entry_at(offset) for offset in (0, 4, 5, 14)] == [0, 0, 1, 2]


def test_a_heading_is_on_the_page_of_its_text():
    text = "one\n\nTwo\n\ntwo\n\nEnd"
    headings = [Heading(Span(at, at + 3), 1, text[at : at + 3]) for at in (5, 15)]
    entries = build_outline(headings, [passage(text, "one", 1), passage(text, "two", 2)]).entries
    assert [(each.title, each.page) for each in entries] == [("Two", 2), ("End", 2)]


def test_a_document_of_nothing_has_no_outline():
    outline = build_outline((), ())
    assert outline == Outline()
    assert outline.page_at(3) is None
    assert outline.entry_at(3) is None


def test_text_directly_below_a_heading_is_read_with_it():
    text = "One\n===\n\nfirst words\n\nmore of them, and others\n"
    outline = read(text)
    assert outline.include_heading(text.index("first")) == 0
    assert outline.include_heading(text.index("more")) == text.index("more")
    assert Outline().include_heading(7) == 7


@pytest.mark.e2e
async def test_of_a_document_with_thousands_of_headings_the_first_are_listed():
    outline = Outline(tuple(OutlineEntry(Span(n, n), 1, f"Part {n}", None) for n in range(100_000)))
    app: App[None] = App()
    async with app.run_test() as pilot:
        with takes_at_most(5):
            await app.push_screen(OutlineScreen(outline, 99_999))
            await pilot.pause()
        assert app.screen.query_one(OptionList).option_count == MOST_ENTRIES
