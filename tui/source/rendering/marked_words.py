"""The words of a stretch of a document as people see them: by its marks, without its markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.documents import Block, Heading, Mark, Structure
from tui.source.rendering.pieces import Writer

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


def iterate_elements(structure: Structure) -> Iterator[Heading | Block]:
    """Headings and blocks in the order of the text."""
    headings = iter(structure.headings)
    heading = next(headings, None)
    for block in structure.blocks:
        while heading is not None and heading.span.start <= block.span.start:
            yield heading
            heading = next(headings, None)
        yield block
    if heading is not None:
        yield heading
        yield from headings


@dataclass(slots=True)
class MarkedWords:
    """Writes stretches of a document, from its beginning to its end.

    Attributes:
        marks: in the order of their starts.
    """

    writer: Writer
    marks: Sequence[Mark]
    _next: int = 0
    # Those that may reach into the stretches to come.
    _open: list[Mark] = field(default_factory=list)

    def find(self, start: int, end: int) -> list[Mark]:
        """The marks in a stretch, or that reach into it; none that starts later is asked before."""
        while self._next < len(self.marks) and self.marks[self._next].span.start <= end:
            self._open.append(self.marks[self._next])
            self._next += 1
        self._open = [mark for mark in self._open if mark.span.end >= start]
        return [
            mark
            for mark in self._open
            if (mark.span.start < end and mark.span.end > start)
            or (start <= mark.span.start == mark.span.end <= end)
        ]

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
                self.writer.replace(mark.span.start, past, _join(shown), looks.at(at))
            else:
                self.writer.add(_join(shown), looks.at(at))
            at = max(at, mark.span.end)
        self._copy(at, end, looks, end_line)

    def _copy(
        self, start: int, end: int, looks: _Looks, end_line: Callable[[int], int] | None
    ) -> int:
        """Write what is seen as it is; returns where that ends."""
        at = start
        for line_end in [*_LINE_END.finditer(self.writer.document, start, max(start, end)), None]:
            if line_end is not None and line_end.start() < at:
                continue
            past = line_end.start() if line_end else end
            for first, last in looks.split(at, past):
                self.writer.copy(first, last, looks.at(first))
            at = max(at, past)
            if line_end is not None:
                if end_line is None:
                    self.writer.replace(*line_end.span(), " ", looks.at(at))
                    at = line_end.end()
                else:
                    at = min(max(end_line(line_end.end()), line_end.end()), max(end, at))
        return at


def _join(shown: str) -> str:
    return " ".join(_LINE_END.split(shown)) if shown.strip() else " " * bool(shown)


@dataclass(slots=True)
class _Looks:
    """Which styles hold where, for one stretch from its beginning to its end."""

    edges: Sequence[int]
    # From each edge on.
    styles: Sequence[tuple[str, ...]]
    _number: int = 0

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
        """The styles at an offset, which is never before the one that was asked for last."""
        while self._number + 1 < len(self.edges) and self.edges[self._number + 1] <= offset:
            self._number += 1
        return self.styles[self._number]

    def split(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts of a stretch that have the same styles."""
        if start >= end:
            return
        self.at(start)
        past = self._number + 1
        inner = []
        while past < len(self.edges) and self.edges[past] < end:
            inner.append(self.edges[past])
            past += 1
        yield from pairwise([start, *inner, end])
