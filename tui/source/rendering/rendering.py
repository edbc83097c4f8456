"""What is drawn of a document: its text without markup, and how each line and word looks.

A writer puts it together, from the beginning of the document to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui.source.rendering.offset_map import OffsetMap
from tui.source.span_set import SpanSet


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

    @classmethod
    def plain(cls, text: str) -> Rendering:
        """The document as it is."""
        return cls(text, OffsetMap.identity(len(text)))


@dataclass(slots=True)
class RenderingWriter:
    """A `WordWriter` that copies, replaces and leaves out, and writes lines of what it is given."""

    document: str
    length: int = 0
    _drawn: list[str] = field(default_factory=list)
    _pieces: list[int] = field(default_factory=list)
    _formats: dict[LineFormat, int] = field(default_factory=lambda: {PLAIN: 0})
    _lines: list[int] = field(default_factory=list)
    _styles: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _tables: list[DrawnTable] = field(default_factory=list)
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
        self._write(self.document[start:end], styles)

    def replace(self, start: int, end: int, drawn: str, styles: Iterable[str] = ()) -> None:
        if drawn:
            self._pieces += (start, end, self.length, self.length + len(drawn))
            self._write(drawn, styles)

    def add(self, drawn: str, styles: Iterable[str] = ()) -> None:
        self._write(drawn, styles)

    def end_line(self, form: LineFormat = PLAIN) -> None:
        """End the line that is being written."""
        self._lines.append(self._formats.setdefault(form, len(self._formats)))
        self._write("\n", ())

    def add_table(self, table: DrawnTable) -> None:
        """The lines of a table have been written."""
        self._tables.append(table)

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
            tuple(self._tables),
            {name: SpanSet.from_pairs(pairs) for name, pairs in self._styles.items()},
            tuple(self._code),
        )

    def _write(self, drawn: str, styles: Iterable[str]) -> None:
        self._drawn.append(drawn)
        start, self.length = self.length, self.length + len(drawn)
        for name in styles:
            self._styles.setdefault(name, []).append((start, self.length))
