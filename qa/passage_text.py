"""A passage as models read it: its text, what stands above it, and rows of tables cell by cell.

A model makes little of "Ireland, £38, £130", but finds the price of a night in "Destination:
Ireland; Meals: £38; Hotel: £130".
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from index import Hit, Passage, Span
from index.documents import ENGLISH, join_headings, join_title
from index.text import spell_out_calendar_name

# A cell of no more words is quoted whole.
_FEW_WORDS = 4


@dataclass(frozen=True, slots=True)
class ModelPassage:
    """A passage as readers and rerankers are given it.

    Attributes:
        text: the passage's own words; spans refer to it.
        above: title and headings in one line; never quoted.
        columns: the names of the columns, if it is a row of a table.
        cells: where the cells of the row stand in `text`.
        language: that it is in.
    """

    text: str
    above: str = ""
    columns: tuple[str, ...] = ()
    cells: tuple[Span, ...] = ()
    language: str = ENGLISH

    @classmethod
    def of(cls, hit: Hit) -> ModelPassage:
        """The passage of a hit."""
        passage = hit.passage
        above = join_title(hit.document.title, passage.headings)
        cells = find_cells(passage)
        return cls(passage.text, above, passage.columns, cells, passage.language)


@dataclass(frozen=True, slots=True)
class RenderedPassage:
    """The words that a model reads for a passage.

    Attributes:
        text: what is read in place of the passage.
        above: what is read before it.
        cells: where each cell stands in `text`, ascending; empty if it is not a row.
        sources: where each cell stands in the passage.
    """

    text: str
    above: str
    cells: tuple[Span, ...] = ()
    sources: tuple[Span, ...] = ()

    def locate(self, span: Span) -> Span | None:
        """Where a span of `text` stands in the passage; None for the name of a column.

        In a row it ends with the cell in which it begins, and a short cell is taken whole.
        """
        if not self.cells:
            return span
        # The name of a column belongs to the cell after it.
        number = bisect_right(self.cells, span.start, key=lambda cell: cell.end)
        if number == len(self.cells):
            return None
        cell = self.cells[number]
        start, end = max(span.start, cell.start), min(span.end, cell.end)
        if start >= end:
            return None
        if len(cell.of(self.text).split()) <= _FEW_WORDS:
            return self.sources[number]
        shift = self.sources[number].start - cell.start
        return Span(start + shift, end + shift)


def render_passage(passage: ModelPassage) -> RenderedPassage:
    """The words that a model reads: of a row, each cell after the name of its column.

    A day of the week or a month that is a cell by itself is read in full.
    """
    row, names = passage.cells, passage.columns
    # The first column, which says what the rows are about, may have no name.
    names = ("",) * (len(row) - len(names)) + names
    text = ""
    cells, sources = [], []
    for name, source in zip(names, row, strict=False):
        if len(source):
            text += f"{name}: " if name else ""
            words = spell_out_calendar_name(source.of(passage.text))
            cells.append(Span(len(text), len(text) + len(words)))
            sources.append(source)
            text += f"{words}; "
    if cells:
        return RenderedPassage(text, passage.above, tuple(cells), tuple(sources))
    names_line = join_headings((), passage.columns)
    above = " › ".join(filter(None, (passage.above, names_line)))
    return RenderedPassage(passage.text, above)


def find_cells(passage: Passage) -> tuple[Span, ...]:
    """The cells of a row, in its text: as many as there are columns, or one more.

    The last ones may be missing: they are empty. There are none if the passage is not one row of
    a table with several columns.
    """
    columns = len(passage.columns)
    if columns < 2:
        return ()
    rows = [block.cells for block in passage.own_blocks if block.cells]
    if len(rows) != 1 or not 1 < len(rows[0]) <= columns + 1:
        return ()
    end = len(passage.text)
    return (*rows[0], *[Span(end, end)] * (columns - len(rows[0])))
