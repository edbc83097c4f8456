"""What is drawn of a document: its text without markup, and how each line and word looks.

A writer puts it together, from the beginning of the document to its end.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui.source.span_set import NO_SPANS, SpanSet, find_words

Offsets = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class OffsetMap:
    """Pieces of a document, in order, each with the piece that is drawn for it.

    Where both are of one length, characters stand for each other one by one; else the whole of
    one stands for the whole of the other. Between pieces, the document has what is not drawn,
    and the drawn text has what is not in the document.

    Attributes:
        starts, ends: of the pieces in the document.
        drawn_starts, drawn_ends: of the pieces in the drawn text.
    """

    starts: Offsets
    ends: Offsets
    drawn_starts: Offsets
    drawn_ends: Offsets

    @classmethod
    def identity(cls, length: int) -> OffsetMap:
        """The whole document is drawn as it is."""
        return cls.from_pieces([0, length, 0, length])

    @classmethod
    def from_pieces(cls, flat: Sequence[int]) -> OffsetMap:
        """From four numbers for each piece: start, end, start as drawn, end as drawn."""
        pieces = np.array(flat, np.int32).reshape(-1, 4)
        return cls(*(np.ascontiguousarray(column) for column in pieces.T))

    def to_drawn(self, offset: int) -> int:
        """Where a character is drawn; of one that is not, where the next one is."""
        at = np.array([offset], np.int32)
        return int(_map_offsets(at, self.starts, self.ends, self.drawn_starts, self.drawn_ends)[0])

    def to_document(self, offset: int) -> int:
        """The character that is drawn at an offset; if none is, the next one."""
        return int(self._locate(np.array([offset], np.int32))[0])

    def map_spans(self, spans: SpanSet) -> SpanSet:
        """The drawn spans of spans of the document; without those of which nothing is drawn."""
        starts, ends = np.array(spans.starts, np.int32), np.array(spans.ends, np.int32)
        first = self.ends.searchsorted(starts, "right")
        past = np.maximum(self.starts.searchsorted(ends, "left"), first)
        counts = past - first
        span = np.repeat(np.arange(len(starts)), counts)
        piece = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts) + first[span]
        size = self.ends[piece] - self.starts[piece]
        drawn_size = self.drawn_ends[piece] - self.drawn_starts[piece]
        left = np.where(size == drawn_size, starts[span] - self.starts[piece], 0)
        right = np.where(size == drawn_size, self.ends[piece] - ends[span], 0)
        drawn_starts = self.drawn_starts[piece] + np.maximum(left, 0)
        drawn_ends = self.drawn_ends[piece] - np.maximum(right, 0)
        return _to_span_set(drawn_starts, drawn_ends)

    def locate(self, spans: SpanSet) -> SpanSet:
        """The spans of the document that drawn spans stand for, with what is hidden within them."""
        if not len(self.starts):
            return NO_SPANS
        firsts, lasts = np.array(spans.starts, np.int32), np.array(spans.ends, np.int32) - 1
        return _to_span_set(self._locate(firsts), self._locate(lasts) + 1)

    def _locate(self, offsets: Offsets) -> Offsets:
        """As `to_document`, for many offsets."""
        return _map_offsets(offsets, self.drawn_starts, self.drawn_ends, self.starts, self.ends)


def _map_offsets(
    offsets: Offsets, starts: Offsets, ends: Offsets, to_starts: Offsets, to_ends: Offsets
) -> Offsets:
    """Where offsets in pieces lie in the pieces that these stand for, or in the next ones."""
    if not len(ends):
        return np.zeros_like(offsets)
    number = ends.searchsorted(offsets, "right")
    piece = np.minimum(number, len(ends) - 1)
    into = np.maximum(offsets - starts[piece], 0)
    is_copy = ends[piece] - starts[piece] == to_ends[piece] - to_starts[piece]
    inside = to_starts[piece] + np.where(is_copy, into, 0)
    return np.where(number == len(ends), to_ends[-1], inside)


def _to_span_set(starts: Offsets, ends: Offsets) -> SpanSet:
    drawn = ends > starts
    # Two spans may share what is drawn for both, such as a character that stands for several.
    kept = drawn & np.concatenate([[True], starts[1:] >= ends[:-1]])[: len(starts)]
    columns = (each[kept].astype(np.int32) for each in (starts, ends))
    return SpanSet(*(array("i", column.tobytes()) for column in columns))


@dataclass(frozen=True, slots=True)
class LineFormat:
    """How a line is drawn beside its text.

    Attributes:
        first, rest: what is drawn before its first row, and before each further one.
        style: a name of `styles`, for all of the line; "" for none.
        fill: what is drawn from the end of its text to the edge: "" for nothing, " " for the
            background of its style, "─" for a rule.
    """

    first: str = ""
    rest: str = ""
    style: str = ""
    fill: str = ""


PLAIN = LineFormat()


@dataclass(frozen=True, slots=True, eq=False)
class DrawnTable:
    """Lines of the drawn text that are the rows of a table.

    Attributes:
        first_line: number of the line that is its first row.
        cells: `cells[row, column]` is the start and the end of a cell in the drawn text;
            both are the same where it is empty. Shape (rows, columns, 2).
        has_header: whether the first row names the columns.
        right: the columns whose cells end at the right, as numbers do.
    """

    first_line: int
    cells: NDArray[np.int32]
    has_header: bool
    right: frozenset[int] = frozenset()

    @property
    def past_line(self) -> int:
        """Number of the line after its last row."""
        return self.first_line + len(self.cells)


def is_ragged(rows: Sequence[Sequence[object]], columns: int) -> bool:
    """Whether nearly all cells of a table would be empty: it would be far larger than its text."""
    return columns * len(rows) > 8 * sum(map(len, rows)) + 1_000


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code in the drawn text, and its language as Pygments names it."""

    start: int
    end: int
    language: str


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """A document as it is drawn, without regard to the width of what it is drawn on.

    Attributes:
        text: what is drawn, a line for each paragraph, heading, row or line of code.
        offsets: which characters of the document these are.
        formats: the formats of lines; the first is that of lines that have no other.
        line_formats: for each line, the number of its format; None if all have the first.
        tables: in order.
        styles: which parts of the text are drawn in which style, by its name.
        code: in order, until it has the colours of its syntax.
        is_numbered: whether the number of each line stands before it.
    """

    text: str
    offsets: OffsetMap
    formats: tuple[LineFormat, ...] = (PLAIN,)
    line_formats: NDArray[np.int16] | None = None
    tables: tuple[DrawnTable, ...] = ()
    styles: Mapping[str, SpanSet] = field(default_factory=dict)
    code: tuple[CodeBlock, ...] = ()
    is_numbered: bool = False

    def find_words(self, document: str, words: str) -> SpanSet:
        """All places of the words in the document as it reads; else in the text of it, as it is."""
        matches = find_words(self.text, words)
        return self.offsets.locate(matches) if len(matches) else find_words(document, words)


@dataclass(slots=True)
class RenderingWriter:
    """A `WordWriter` that copies, replaces and leaves out, and writes lines of what it is given."""

    document: str
    length: int = 0
    tables: list[DrawnTable] = field(default_factory=list)
    _drawn: list[str] = field(default_factory=list)
    _pieces: list[int] = field(default_factory=list)
    _formats: dict[LineFormat, int] = field(default_factory=lambda: {PLAIN: 0})
    _lines: list[int] = field(default_factory=list)
    _styles: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _code: list[CodeBlock] = field(default_factory=list)

    @property
    def line(self) -> int:
        """Number of the line that is being written."""
        return len(self._lines)

    def copy(self, start: int, end: int, styles: Iterable[str] = ()) -> None:
        if end <= start:
            return
        pieces, past = self._pieces, self.length + end - start
        goes_on = pieces and pieces[-3] == start and pieces[-1] == self.length
        if goes_on and pieces[-3] - pieces[-4] == pieces[-1] - pieces[-2]:
            pieces[-3], pieces[-1] = end, past
        else:
            pieces += (start, end, self.length, past)
        self.add(self.document[start:end], styles)

    def replace(self, start: int, end: int, drawn: str, styles: Iterable[str] = ()) -> None:
        if drawn:
            self._pieces += (start, end, self.length, self.length + len(drawn))
            self.add(drawn, styles)

    def add(self, drawn: str, styles: Iterable[str] = ()) -> None:
        self._drawn.append(drawn)
        start, self.length = self.length, self.length + len(drawn)
        for name in styles:
            self._styles.setdefault(name, []).append((start, self.length))

    def end_line(self, form: LineFormat = PLAIN) -> None:
        """End the line that is being written."""
        self._lines.append(self._formats.setdefault(form, len(self._formats)))
        self.add("\n")

    def add_code(self, start: int, language: str) -> None:
        """Note as code what has been written since `start`."""
        if self.length > start:
            self._code.append(CodeBlock(start, self.length, language))

    def finish(self) -> Rendering:
        """The rendering of what has been written."""
        return Rendering(
            "".join(self._drawn),
            OffsetMap.from_pieces(self._pieces),
            tuple(self._formats),
            np.array(self._lines or [0], np.int16),
            tuple(self.tables),
            {name: SpanSet.from_pairs(pairs) for name, pairs in self._styles.items()},
            tuple(self._code),
        )
