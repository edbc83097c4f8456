"""Rows of tables as they are read: each cell after the name of its column.

A reader makes little of "Ireland, £38, £130", but finds the price of a night in "Destination:
Ireland; Meals: £38; Hotel: £130".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from index import BETWEEN_COLUMNS, Span

# As the formats that have tables part their cells: of a page's the cells may have several lines.
_CELLS = (
    re.compile(r"(?:\A|\t)([^\t]*)"),
    *(
        re.compile(rf'(?:\A|{re.escape(border)})([ ]*"(?:[^"]|"")*"|[^{border}\r\n]*)')
        for border in "|;,"
    ),
)
# A cell of no more words is quoted whole.
_FEW_WORDS = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as it is read.

    Attributes:
        text: what is read.
        above: what stands above it.
        cells: where each cell stands in `text`, ascending; none where that is the passage.
        sources: where each cell stands in the passage.
    """

    text: str
    above: str
    cells: tuple[Span, ...] = ()
    sources: tuple[Span, ...] = ()

    def source(self, span: Span) -> Span | None:
        """A span of `text` in the passage.

        Of a row: what it has of the cell that it begins in, or all of a short cell.
        """
        if not self.cells:
            return span
        # The name of a column belongs to the cell after it.
        at = bisect_right(self.cells, span.start, key=lambda cell: cell.end)
        if at == len(self.cells):
            return None
        cell = self.cells[at]
        start, end = max(span.start, cell.start), min(span.end, cell.end)
        if start < end and len(cell.of(self.text).split()) <= _FEW_WORDS:
            return self.sources[at]
        by = self.sources[at].start - cell.start
        return Span(start + by, end + by) if start < end else None


def shown(passage: str, above: str) -> Shown:
    """A passage as it is read: of a row of a table its cells, each with the name of its column."""
    heading, _, last = above.rpartition(" › ")
    names = last.split(BETWEEN_COLUMNS)
    row = _cells(passage, len(names)) if len(names) > 1 else []
    # The first column, of what the rows are about, may have no name.
    names = [""] * (len(row) - len(names)) + names
    text = ""
    cells, sources = [], []
    for name, source in zip(names, row, strict=False):
        if source:
            text += f"{name}: " if name else ""
            cells.append(Span(len(text), len(text) + len(source)))
            sources.append(source)
            text += f"{source.of(passage)}; "
    return Shown(text, heading, tuple(cells), tuple(sources)) if cells else Shown(passage, above)


def _cells(passage: str, columns: int) -> list[Span]:
    """The cells of a row that has as many as there are names of columns, or one more."""
    ways = [list(pattern.finditer(passage)) for pattern in _CELLS]
    for width in (columns, columns + 1):
        for row in ways:
            if len(row) == width and row[-1].end() == len(passage):
                return [_bare(passage, Span(*cell.span(1))) for cell in row]
    return []


def _bare(passage: str, cell: Span) -> Span:
    """A cell without the spaces and quotation marks around it."""
    text = cell.of(passage)
    bare = text.strip().removeprefix('"').removesuffix('"').strip()
    start = cell.start + (text.index(bare) if bare else 0)
    return Span(start, start + len(bare))
