"""Makes blocks and marks of what people see of a text in some markup, from its beginning on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from index.documents import (
    MOST_MARK_CHARACTERS,
    Block,
    BlockKind,
    Blocks,
    Heading,
    Mark,
    MarkKind,
    Span,
)

# Deeper is nothing drawn.
_MOST_DEPTH = 40
# The start and the end of a part of the text.
Part = tuple[int, int]


class _Piece(NamedTuple):
    """A part of the text, and what people see of it; None if they see it as it is."""

    start: int
    end: int
    shown: str | None
    styles: tuple[MarkKind, ...]


@dataclass(slots=True)
class BlockWriter:
    """Copies, replaces and leaves out what a text has, in order; what it is not given is hidden.

    Attributes:
        headings: those of the text, by their starts: each is drawn as such, and no other.
    """

    document: str
    headings: dict[int, Heading] = field(default_factory=dict)
    blocks: Blocks = field(default_factory=Blocks)
    marks: list[Mark] = field(default_factory=list)
    _pieces: list[_Piece] = field(default_factory=list)
    # Where each cell begins among the pieces, and where it stands in the text.
    _cells: list[tuple[int, Part]] = field(default_factory=list)
    _marker: Part | None = None
    # Where the headings start of which people see what has been written.
    _ended: set[int] = field(default_factory=set)
    # Where what has been written ends.
    _end: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the next block has been written."""
        return not self._pieces

    def copy(self, start: int, end: int, styles: Iterable[MarkKind] = ()) -> None:
        """Show a part of the text as it is."""
        if end > start:
            self._pieces.append(_Piece(start, end, None, tuple(styles)))

    def replace(self, start: int, end: int, shown: str, styles: Iterable[MarkKind] = ()) -> None:
        """Show something else for a part of the text."""
        if shown:
            self._pieces.append(_Piece(start, end, shown[:MOST_MARK_CHARACTERS], tuple(styles)))

    def set_marker(self, start: int, end: int, shown: str = "", *, is_term: bool = False) -> None:
        """Begin an item with its sign, or with something that is shown for it.

        Args:
            is_term: it is a name, not a sign.
        """
        self._marker = (start, end)
        if is_term and self._end <= start < end:
            self.marks.append(Mark("strong", Span(start, end)))
        if shown and self._end <= start < end:
            self.marks.append(Mark("shown", Span(start, end), shown))

    def begin_cell(self, start: int, end: int) -> None:
        """Begin a cell of a row: what is written from now on is what people see of it."""
        self._cells.append((len(self._pieces), (start, max(start, end))))

    def end_at_right(self, cell: int) -> None:
        """The column of a cell of the row that is being written ends at the right."""
        if cell < len(self._cells):
            self.marks.append(Mark("right", Span(*self._cells[cell][1])))

    def end_block(self, kind: BlockKind, depth: int = 0, whole: Part | None = None) -> None:
        """End a block; without words and without a marker it is not kept.

        Args:
            whole: where all of it stands, with its markup; by default, what has been written.
        """
        pieces, marker, cells = self._pieces, self._marker, self._cells
        while pieces and pieces[-1].shown == " " and not cells:
            pieces.pop()
        at = marker[1] if marker else self._end
        if cells:
            whole = (cells[0][1][0], cells[-1][1][1])
        elif whole is None:
            whole = (pieces[0].start, pieces[-1].end) if pieces else (at, at)
        start = max(whole[0], at)
        words = self.document[start : whole[1]]
        if not cells and words.strip():
            whole = (whole[0], start + len(words.rstrip()))
            start += len(words) - len(words.lstrip())
        if pieces or marker or cells or start < whole[1]:
            self._add_block(kind, start, max(start, whole[1]), depth)
        self._pieces, self._cells, self._marker = [], [], None

    @property
    def start(self) -> int:
        """Where the block begins that is being written."""
        return self._pieces[0].start if self._pieces else self._end

    def add_empty(self, kind: BlockKind, at: int, depth: int) -> None:
        """A block without words, such as the beginning of a quotation."""
        self._marker = None
        self._add_block(kind, at, at, depth)

    def add_rule(self, start: int, end: int, depth: int = 0) -> None:
        """A line that parts what is above it from what is below."""
        self._marker = None
        self._add_block("rule", start, end, depth)

    def add_code(
        self, lines: Sequence[Part], language: str = "", depth: int = 0, opening: Part | None = None
    ) -> None:
        """Lines that are shown as they are, without the signs that they begin with.

        Args:
            opening: what stands above them and says that they are code.
        """
        lines = [(start, end) for start, end in lines if end >= start]
        if not any(start < end for start, end in lines):
            return
        self._pieces, self._cells, self._marker = [], [], opening
        first = self._find_margin(lines[0][0])
        hidden = []
        for (_, end), (start, _) in pairwise(lines):
            if self.document[end:start].strip():
                begin = max(self.document.rfind("\n", end, start), end) + 1
                hidden.append(Mark("hidden", Span(min(begin, start), start)))
        if self._add_block("code", first, max(first, lines[-1][1]), depth):
            self.marks += hidden
            if language:
                span = Span(first, max(first, lines[-1][1]))
                self.marks.append(Mark("language", span, language[:MOST_MARK_CHARACTERS]))
        self._marker = None

    def _find_margin(self, start: int) -> int:
        """Where the white space begins that stands before a line's words."""
        at = start
        while at > self._end and self.document[at - 1] in " \t":
            at -= 1
        is_line = at == 0 or self.document[at - 1] in "\r\n"
        return at if is_line else start

    def end_heading(self, heading: Heading) -> None:
        """End a heading: what was written since the last block is all that is seen of it."""
        pieces, span = self._pieces, heading.span
        while pieces and pieces[-1].shown == " ":
            pieces.pop()
        if pieces and span.start <= pieces[0].start and pieces[-1].end <= span.end:
            self._mark_whole(span, pieces)
            self._ended.add(span.start)
        self._end = max(self._end, span.end)
        self._pieces, self._cells, self._marker = [], [], None

    def _add_block(self, kind: BlockKind, start: int, end: int, depth: int) -> bool:
        """Add a block, unless it would overlap another one."""
        marker = Span(*self._marker) if self._marker and self._marker[0] < self._marker[1] else None
        if marker is not None and not self._end <= marker.start < marker.end <= start:
            marker = None
        if not self._end <= start <= end <= len(self.document):
            return False
        cells = tuple(self._locate_cells(start, end))
        block = Block(kind, Span(start, end), min(depth, _MOST_DEPTH), marker, cells)
        self.blocks.append(block)
        self._end = end
        if cells:
            bounds = [first for first, _ in self._cells] + [len(self._pieces)]
            for cell, (first, past) in zip(cells, pairwise(bounds), strict=True):
                self._mark_whole(cell, self._pieces[first:past])
        elif kind != "code":
            self._mark_whole(block.span, self._pieces)
        return True

    def _locate_cells(self, start: int, end: int) -> Iterable[Span]:
        for _, (first, past) in self._cells:
            first = max(start, min(first, end))
            start = max(first, min(past, end))
            yield Span(first, start)

    def _mark_whole(self, span: Span, pieces: Sequence[_Piece]) -> None:
        """Mark a stretch of which people see some pieces."""
        if not pieces:
            # People see nothing of it.
            self._hide(span.start, span.end)
            return
        self._hide(span.start, pieces[0].start)
        self._mark(pieces)
        self._hide(pieces[-1].end, span.end)

    def _hide(self, start: int, end: int) -> None:
        if end > start:
            self.marks.append(Mark("hidden", Span(start, end)))

    def _mark(self, pieces: Sequence[_Piece]) -> None:
        """Mark what is hidden between some pieces, what is shown for them, and their styles."""
        open_marks: dict[MarkKind, Part] = {}
        at = pieces[0].start if pieces else 0
        for piece in pieces:
            self._hide(at, piece.start)
            at = max(at, piece.end)
            if piece.shown == " ":
                self.marks.append(Mark("space", Span(piece.start, piece.end)))
            elif piece.shown is not None:
                self.marks.append(Mark("shown", Span(piece.start, piece.end), piece.shown))
            for style in [*open_marks]:
                if style not in piece.styles:
                    self.marks.append(Mark(style, Span(*open_marks.pop(style))))
            for style in piece.styles:
                start = open_marks[style][0] if style in open_marks else piece.start
                open_marks[style] = (start, piece.end)
        self.marks += [Mark(style, Span(*part)) for style, part in open_marks.items()]

    def sort_marks(self) -> tuple[Mark, ...]:
        """All marks, in the order of their starts; the outer ones first."""
        for heading in self.headings.values():
            words = " ".join(heading.span.of(self.document).split())
            if heading.span.start not in self._ended and heading.text != words:
                shown = heading.text[:MOST_MARK_CHARACTERS]
                self.marks.append(Mark("shown", heading.span, shown))
        ordered = sorted(self.marks, key=lambda mark: (mark.span.start, -mark.span.end))
        return tuple(mark for mark in ordered if len(mark.span) or mark.text)
