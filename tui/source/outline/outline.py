"""The outline of a document: the headings and pages of its passages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from index import Passage

# Characters between a heading and its text: line ends, and what underlines the heading.
_MOST_BETWEEN = 12


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading: its offset, its level (1 is the highest), its words and its page."""

    start: int
    level: int
    title: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Outline:
    """Headings and pages, in reading order.

    Attributes:
        entries: the headings; the pages in a document without headings.
        page_starts: the offset of the first passage on each page, ascending.
        pages: the numbers of these pages.
    """

    entries: tuple[OutlineEntry, ...] = ()
    page_starts: tuple[int, ...] = ()
    pages: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page of an offset; None in a document without pages."""
        if not self.pages:
            return None
        return self.pages[max(0, bisect_right(self.page_starts, offset) - 1)]

    def entry_at(self, offset: int) -> int | None:
        """Index of the last entry at or before an offset; None before the first."""
        before = bisect_right(self.entries, offset, key=lambda entry: entry.start)
        return before - 1 if before else None

    def include_heading(self, offset: int) -> int:
        """Where the heading starts that text at an offset stands directly below; else the offset.

        A passage begins after its heading, which is wanted in sight with it.
        """
        at = self.entry_at(offset)
        if at is None:
            return offset
        entry = self.entries[at]
        is_below = offset - entry.start - len(entry.title) <= _MOST_BETWEEN
        return entry.start if is_below else offset


def build_outline(text: str, passages: Sequence[Passage]) -> Outline:
    """The outline of a document.

    Args:
        passages: all passages of the document, in reading order.
    """
    entries: list[OutlineEntry] = []
    page_starts: list[int] = []
    pages: list[int] = []
    path: list[str] = []
    at = 0
    for passage in passages:
        start, page = passage.span.start, passage.page
        if page is not None and page not in pages[-1:]:
            page_starts.append(start)
            pages.append(page)
        headings = list(passage.headings)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path, headings)))  # noqa: B905
        for level, title in enumerate(headings[same:], same + 1):
            title_start = text.find(title, at, start)
            is_there = title_start >= 0
            entries.append(OutlineEntry(title_start if is_there else start, level, title, page))
            at = title_start + len(title) if is_there else at
        path, at = headings, passage.span.end
    if not entries:
        entries = [
            OutlineEntry(start, 1, f"Page {page}", page)
            for start, page in zip(page_starts, pages, strict=True)
        ]
    return Outline(tuple(entries), tuple(page_starts), tuple(pages))
