"""Rows of tables as the index gives them: with their cells."""

from collections.abc import Sequence

from index import Block, Passage, Span


def split_cells(text: str, border: str = "\t") -> tuple[Span, ...]:
    """The cells of a text that a border parts, without the blanks around them."""
    cells, start = [], 0
    for cell in text.split(border):
        end = start + len(cell.rstrip())
        cells.append(Span(min(start + len(cell) - len(cell.lstrip()), end), end))
        start += len(cell) + len(border)
    return tuple(cells)


def make_row(
    text: str,
    columns: Sequence[str],
    *,
    border: str = "\t",
    number: int = 1,
    start: int = 0,
    headings: tuple[str, ...] = (),
) -> Passage:
    """A row of a table that begins at an offset of its document."""
    span = Span(start, start + len(text))
    cells = tuple(cell.shift(start) for cell in split_cells(text, border))
    blocks = (Block("row", span, cells=cells),)
    return Passage(number, span, text, headings, tuple(columns), blocks=blocks)
