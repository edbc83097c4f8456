"""The words of a stretch of a document as people see them: by its marks, without its markup."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from index.documents import Mark, MarkFinder, Span

_LINE_END = re.compile(r"\r\n|\n|\r")
# What people see in place of the text; the other marks say how the text looks.
_IN_PLACE = frozenset(("hidden", "space", "shown"))
_STYLES = {
    "strong": "strong",
    "emphasis": "emphasis",
    "code": "code",
    "link": "link",
    "struck": "struck",
    "caption": "label",
}

# What a bullet is drawn for.
BULLET_SIGNS = frozenset("-*+")


class WordWriter(Protocol):
    """Takes what is drawn of a document, in order; what it is not given is hidden."""

    document: str

    def copy(self, start: int, end: int, styles: Iterable[str] = ()) -> None:
        """Draw a part of the document as it is."""

    def replace(self, start: int, end: int, drawn: str, styles: Iterable[str] = ()) -> None:
        """Draw something for a part of the document."""

    def add(self, drawn: str, styles: Iterable[str] = ()) -> None:
        """Draw what is not in the document."""


class MarkedWords:
    """Writes stretches of a document, from its beginning to its end."""

    def __init__(self, writer: WordWriter, marks: Sequence[Mark]) -> None:
        """Write to a writer; the marks are in the order of their starts."""
        self._writer = writer
        self._finder = MarkFinder(marks)

    def find(self, start: int, end: int) -> list[Mark]:
        """The marks in a stretch, or that reach into it; none that starts later is asked before."""
        return self._finder.find(Span(start, end))

    def is_seen(self, start: int, end: int) -> bool:
        """Whether people see something of a stretch."""
        marks = self.find(start, end)
        if start == end:
            return any(mark.text for mark in marks)
        hidden = (mark.span for mark in marks if mark.kind == "hidden")
        return not any(span.start <= start and end <= span.end for span in hidden)

    def write(
        self,
        start: int,
        end: int,
        styles: tuple[str, ...] = (),
        end_line: Callable[[int], int] | None = None,
    ) -> None:
        """Write a stretch.

        Args:
            styles: of all of it.
            end_line: is called at each line end with the place after it, and says where the next
                line begins; None if a space is enough.
        """
        marks = self.find(start, end)
        looks = _Looks.of(marks, styles)
        at = start
        for mark in marks:
            if mark.kind not in _IN_PLACE or mark.span.start < at:
                # What lies in something that is not seen is not seen.
                continue
            at = self._copy(at, mark.span.start, looks, end_line)
            if mark.span.start < at:
                continue
            shown = " " if mark.kind == "space" else mark.text
            if shown == "\n" and end_line is not None:
                at = end_line(mark.span.end)
                continue
            if len(mark.span):
                past = min(mark.span.end, end)
                self._writer.replace(mark.span.start, past, _join(shown), looks.at(at))
            else:
                self._writer.add(_join(shown), looks.at(at))
            at = max(at, mark.span.end)
        self._copy(at, end, looks, end_line)

    def _copy(
        self, start: int, end: int, looks: _Looks, end_line: Callable[[int], int] | None
    ) -> int:
        """Write what is seen as it is; returns where that ends."""
        at = start
        for line_end in [*_LINE_END.finditer(self._writer.document, start, max(start, end)), None]:
            if line_end is not None and line_end.start() < at:
                continue
            past = line_end.start() if line_end else end
            for first, last in looks.split(at, past):
                self._writer.copy(first, last, looks.at(first))
            at = max(at, past)
            if line_end is not None:
                if end_line is None:
                    self._writer.replace(*line_end.span(), " ", looks.at(at))
                    at = line_end.end()
                else:
                    at = min(max(end_line(line_end.end()), line_end.end()), max(end, at))
        return at


def _join(shown: str) -> str:
    return " ".join(_LINE_END.split(shown)) if shown.strip() else " " * bool(shown)


@dataclass(frozen=True, slots=True)
class _Looks:
    """Which styles hold where in a stretch."""

    edges: Sequence[int]
    # From each edge on.
    styles: Sequence[tuple[str, ...]]

    @classmethod
    def of(cls, marks: Sequence[Mark], styles: tuple[str, ...]) -> _Looks:
        changes: dict[int, list[tuple[str, int]]] = {}
        for mark in marks:
            if (name := _STYLES.get(mark.kind)) is not None:
                changes.setdefault(mark.span.start, []).append((name, 1))
                changes.setdefault(mark.span.end, []).append((name, -1))
        counts: dict[str, int] = {}
        edges, looks = [-1], [styles]
        for edge in sorted(changes):
            for name, change in changes[edge]:
                counts[name] = counts.get(name, 0) + change
            edges.append(edge)
            looks.append((*styles, *(name for name, count in counts.items() if count)))
        return cls(edges, looks)

    def at(self, offset: int) -> tuple[str, ...]:
        """The styles at an offset."""
        return self.styles[bisect_right(self.edges, offset) - 1]

    def split(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts of a stretch that have the same styles."""
        if start < end:
            first, past = bisect_right(self.edges, start), bisect_left(self.edges, end)
            yield from pairwise([start, *self.edges[first:past], end])
