"""CSV and the like as a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from index import Passage
from index.loaders.records import split_table
from tui.source.rendering.cells import Cells, write_cell
from tui.source.rendering.rendering import Rendering, Table, is_ragged
from tui.source.rendering.writer import RenderingWriter

# Of a table with more columns, or of longer text, nothing is drawn otherwise than it is.
_MOST_COLUMNS, _MOST_CHARACTERS = 300, 50_000_000
# Rows that are looked at to find the header, and columns of numbers.
_SAMPLE_ROWS = 20, 200
_NUMBER = re.compile(r"[-+−]?[$€£]?\s?[0-9][0-9.,' ]*\s?[%€$£]?")


def render_delimited(text: str, passages: Sequence[Passage]) -> Rendering | None:
    """The rendering of a table; None where it has one column only, or far too many cells.

    Args:
        text: the decoded file.
        passages: of the document; they know the names of the columns.
    """
    if len(text) > _MOST_CHARACTERS:
        return None
    rows = list(split_table(text))
    columns = max(map(len, rows), default=0)
    if not 1 < columns <= _MOST_COLUMNS or is_ragged(rows, columns):
        return None
    names = next((passage.columns for passage in passages if passage.columns), ())
    header = _find_header(text, rows, names)
    writer = RenderingWriter(text)
    for row in rows[: header or 0]:
        # What stands above the table.
        for start, end in row:
            write_cell(writer, start, end)
            writer.add(" ")
        writer.end_line()
    first_line, body = writer.line, rows[header or 0 :]
    drawn = np.zeros((len(body), columns, 2), np.int32)
    for number, row in enumerate(body):
        bounds = []
        for start, end in row:
            at = writer.length
            write_cell(writer, start, end)
            bounds.append((at, writer.length))
            writer.add(" ")
        bounds += [(writer.length, writer.length)] * (columns - len(row))
        drawn[number] = bounds
        writer.end_line()
    right = _find_numbers(text, body[header is not None :][: _SAMPLE_ROWS[1]])
    writer.add_table(Table(first_line, drawn, header is not None, right))
    return writer.finish()


def _find_header(text: str, rows: Sequence[Cells], names: Sequence[str]) -> int | None:
    """The number of the row that names the columns, if any."""
    wanted = Counter(" ".join(name.split()) for name in names if name)
    if not wanted:
        return None
    for number, row in enumerate(rows[: _SAMPLE_ROWS[0]]):
        cells = Counter(" ".join(text[start:end].replace('""', '"').split()) for start, end in row)
        # A long or repeated name may have been changed.
        if (cells & wanted).total() * 2 > wanted.total():
            return number
    return None


def _find_numbers(text: str, rows: Sequence[Cells]) -> frozenset[int]:
    """The columns in which nearly every cell is a number."""
    filled: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    for row in rows:
        for column, (start, end) in enumerate(row):
            if end > start:
                filled[column] += 1
                numbers[column] += bool(_NUMBER.fullmatch(text, start, end))
    return frozenset(column for column, count in filled.items() if numbers[column] > count * 0.8)
