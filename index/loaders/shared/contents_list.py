"""Stretches of a text that are in no passage: tables of contents, and lines for programs.

Tables of contents are lists of a document's headings, often with the pages they stand on. If a file
marks its table of contents, a loader leaves it out. What is recognised here only looks like one: it
stays in the text, but it is not a block and its title is not a heading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.documents import Content, Heading, Span
from index.text.patterns import SECTION_WORDS

# A list is a table of contents from so many entries on, if this share of them names other
# lines of the document and this share of the pages does not fall from an entry to the next.
_FEWEST_ENTRIES, _NAMED, _ASCENDING = 3, 0.5, 0.8
# Without pages it takes more: any list may name the sections that follow it.
_FEWEST_WITHOUT_PAGES, _NAMED_WITHOUT_PAGES = 10, 0.8
# This share of the lines of a block are entries; a long title takes two lines.
_ENTRY_LINES = 0.5
# In characters: a block between two blocks of entries may be a part of a long title.
_LONGEST_GAP = 100
# The end of an entry: its page. Between title and page stand a tab or leading dots.
_PAGE = re.compile(r"(?<![^\W_])(?:\d{1,4}|[ivxlc]{1,8})\Z")
_LEADERS, _FEWEST_LEADERS = " \t.․…·_", 3
_LONGEST_ENTRY = 300
_LABEL = re.compile(
    rf"\W*(?:(?:(?i:{SECTION_WORDS}|appendix)\s+)?"
    r"(?:\d{1,3}|[A-Z])(?:\.\d{1,3})*[.:)]?\s+)?"
)
_TITLES = frozenset(
    "contents|tableofcontents|index|inhalt|inhaltsverzeichnis|sommaire|tabledesmatières|índice|indice"
    "|contenido|sommario|inhoud|inhoudsopgave|innehåll|indhold|sumário".split("|")
)
# Deeper than any heading: it ends none.
_DEEPEST_LEVEL = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a table of contents: the letters of its title, and its page if it is arabic."""

    title: str
    page: int | None


def exclude_contents_lists(content: Content) -> Content:
    """The content without the blocks and headings of its tables of contents; the same text."""
    blocks = content.paragraphs or ()
    texts = [block.of(content.text) for block in blocks]
    names = {
        letters_of(line)
        for line in content.text.split("\n")
        if len(line) <= _LONGEST_ENTRY and read_entry(line) is None
    }
    headings = {letters_of(heading.text) for heading in content.headings}
    excluded = {
        index for index, text in enumerate(texts) if _lists_headings(text.split("\n"), headings)
    }
    for run in _find_runs(texts):
        entries = [entry for index in run for entry in _read_entries(texts[index])]
        if _is_contents_list(entries, names):
            excluded.update(run)
    if not excluded:
        return content
    titles = {index - 1 for index in excluded if index and is_contents_title(texts[index - 1])}
    starts = {blocks[index].start for index in excluded}
    kept = [block for index, block in enumerate(blocks) if index not in excluded | titles]
    return replace(
        content,
        paragraphs=tuple(kept),
        headings=tuple(
            heading
            for heading in content.headings
            if not (is_contents_title(heading.text) and _precedes(heading, blocks, starts))
        ),
        tables=tuple(
            table
            for table in content.tables
            if not any(table.span.start <= start < table.span.end for start in starts)
        ),
    )


def _find_runs(texts: Sequence[str]) -> Iterator[Sequence[int]]:
    """The indexes of neighbouring blocks that consist of entries with pages."""
    run: list[int] = []
    for index, text in enumerate(texts):
        if len(_read_entries(text)) < _ENTRY_LINES * (text.count("\n") + 1):
            continue
        is_near = bool(run) and (
            index - run[-1] == 1 or (index - run[-1] == 2 and len(texts[index - 1]) <= _LONGEST_GAP)
        )
        if is_near:
            run += range(run[-1] + 1, index + 1)
            continue
        if run:
            yield run
        run = [index]
    if run:
        yield run


def _read_entries(text: str) -> list[Entry]:
    entries = [read_entry(line) for line in text.split("\n")]
    return [entry for entry in entries if entry is not None]


def read_entry(line: str) -> Entry | None:
    """A line as an entry with its page; None if it is not one."""
    line = line.rstrip()
    if len(line) > _LONGEST_ENTRY:
        return None
    page = _PAGE.search(line, max(0, len(line) - 9))
    if page is None:
        return None
    title = line[: page.start()].rstrip(_LEADERS)
    between = line[len(title) : page.start()]
    is_apart = "\t" in between or len(between.replace(" ", "")) >= _FEWEST_LEADERS
    if "\t" in title or not is_apart or not (letters := letters_of(title)):
        return None
    return Entry(letters, int(page[0]) if page[0].isdecimal() else None)


def _is_contents_list(entries: Sequence[Entry], names: Collection[str]) -> bool:
    """Whether entries name lines of the document, in ascending order of pages."""
    pages = [entry.page for entry in entries if entry.page is not None]
    ascending = sum(page <= following for page, following in pairwise(pages))
    named = sum(entry.title in names for entry in entries)
    return (
        len(entries) >= _FEWEST_ENTRIES
        and named >= _NAMED * len(entries)
        and ascending >= _ASCENDING * (len(pages) - 1)
    )


def _lists_headings(lines: Sequence[str], headings: Collection[str]) -> bool:
    """Whether most lines of a long list are headings of the document."""
    if len(lines) < _FEWEST_WITHOUT_PAGES:
        return False
    return sum(letters_of(line) in headings for line in lines) >= _NAMED_WITHOUT_PAGES * len(lines)


def is_contents_title(text: str) -> bool:
    """Whether a text is the title of a table of contents."""
    return letters_of(text) in _TITLES


def _precedes(heading: Heading, blocks: Sequence[Span], starts: Collection[int]) -> bool:
    """Whether the first block after a heading starts at one of some offsets."""
    following = next((block for block in blocks if block.start >= heading.span.end), None)
    return following is not None and following.start in starts


def letters_of(line: str) -> str:
    """The letters and digits of a line without its label, in small letters."""
    words = line[match.end() :] if (match := _LABEL.match(line)) else line
    return "".join(letter for letter in words.lower() if letter.isalnum())


def leave_out(headings: Sequence[Heading], lines: Iterable[Span]) -> tuple[Heading, ...]:
    """The headings of a text, and where some lines of it are left out: they are in no passage.

    Args:
        lines: none of them in a heading.
    """
    outs = (Heading(line, _DEEPEST_LEVEL, "") for line in lines)
    return tuple(sorted((*headings, *outs), key=lambda heading: heading.span))
