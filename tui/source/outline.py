"""The outline of a document: its headings and pages, as far as its passages tell."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from index import Passage


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading: where it stands, its level (1 is the highest), its words and its page."""

    start: int
    level: int
    title: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Outline:
    """Sections and pages, in reading order.

    Attributes:
        page_starts: offsets at which pages are known to have started, ascending.
        pages: their numbers.
    """

    entries: tuple[OutlineEntry, ...] = ()
    page_starts: tuple[int, ...] = ()
    pages: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page on which an offset stands; None where there are no pages."""
        if not self.pages:
            return None
        return self.pages[max(0, bisect_right(self.page_starts, offset) - 1)]

    def entry_at(self, offset: int) -> int | None:
        """Number of the section in which an offset stands."""
        before = bisect_right(self.entries, offset, key=lambda section: section.start)
        return before - 1 if before else None


def build_outline(text: str, passages: Sequence[Passage]) -> Outline:
    """The outline of a document from its passages, in reading order.

    Where there are pages but no headings, each page is a section.
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
            found = text.find(title, at, start)
            entries.append(OutlineEntry(start if found < 0 else found, level, title, page))
            at = at if found < 0 else found + len(title)
        path, at = headings, passage.span.end
    if not entries:
        entries = [
            OutlineEntry(start, 1, f"Page {page}", page)
            for start, page in zip(page_starts, pages, strict=True)
        ]
    return Outline(tuple(entries), tuple(page_starts), tuple(pages))
