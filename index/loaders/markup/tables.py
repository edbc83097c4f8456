"""Tables in the source of a text: a row is a stretch of it, with the names of its columns.

Where the words of the cells stand, the reader of each markup language finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from index.documents import Span, Table
from index.loaders.markup.block_writer import Part
from index.loaders.shared.table_header import LONGEST_CAPTION, read_column_names

# Of a table with more columns, or of one only, the rows stay together.
MOST_COLUMNS = 100
# A part of a line between cells, drawn among the names of columns.
_DRAWN = re.compile(r"\+[-=]{2}|[-=]{4}")

# Where the words of each cell are, for each line of the row.
Row = Sequence[Sequence[Part]]


@dataclass(frozen=True, slots=True)
class MarkupTable:
    """A table as its source draws it.

    Attributes:
        rows: the lines of each row, with the cells on each.
        header_rows: how many of the first are marked as those that name the columns.
        past: the number of the line after it.
    """

    rows: Sequence[Row]
    header_rows: int
    past: int


@dataclass(frozen=True, slots=True)
class LocatedTable:
    """A table among the paragraphs of a text.

    Attributes:
        table: None if nothing names its columns: then it is one block.
        blocks: its rows, or all of it.
    """

    span: Span
    table: Table | None
    blocks: Sequence[Span]


def strip_cell(cell: str, start: int) -> Part:
    """Where the words of a cell stand that begins at a place; at its end if it has none."""
    left = len(cell) - len(cell.lstrip())
    return start + left, start + max(left, len(cell.rstrip()))


def locate_table(
    text: str,
    markup: MarkupTable,
    span: Span,
    strip_markup: Callable[[str], str],
    caption: str = "",
) -> LocatedTable:
    """The table at a span of the text, row by row if its columns have names.

    Args:
        strip_markup: makes the words of a cell what a person reads.
    """
    rows = [_join_cells(text, row) for row in markup.rows]
    count = markup.header_rows
    named = zip_longest(*rows[: max(count, 1)], fillvalue="")
    header = [strip_markup(" ".join(dict.fromkeys(filter(None, cells)))) for cells in named]
    rows = rows[max(count, 1) :]
    columns = read_column_names([header, *rows], is_marked=count > 0)
    kept = markup.rows[-len(rows) :] if rows else ()
    located = (_span_row(text, row) for row in kept)
    # A row without a letter or a digit says nothing.
    blocks = [row for row in located if re.search(r"\w", row.of(text))]
    width = max((len(line) for row in markup.rows for line in row), default=0)
    # Of cells over several columns it is unknown which they name; the first may have no name.
    is_clear = width <= len(header) <= MOST_COLUMNS and sum(map(bool, header)) >= len(header) - 1
    is_clear &= not any(map(_DRAWN.search, header)) and (len(header) < 2 or len({*header}) > 1)
    if columns is None or not blocks or not is_clear:
        return LocatedTable(span, None, (span,))
    title = strip_markup(caption) if len(caption) <= LONGEST_CAPTION else ""
    return LocatedTable(span, Table(span, columns, title), blocks)


def _join_cells(text: str, row: Row) -> list[str]:
    """The words of each cell of a row; those of a cell of several lines in one."""
    cells = zip_longest(*row, fillvalue=(0, 0))
    return [" ".join(text[start:end] for start, end in cell if end > start) for cell in cells]


def _span_row(text: str, row: Row) -> Span:
    """From the first cell to the last; an empty one keeps what parts it from the next."""
    parts = [part for line in row for part in line]
    start, end = min(start for start, _ in parts), max(end for _, end in parts)
    return Span(start, end).strip(text)


def read_delimited_table(text: str, start: int, end: int, delimiter: str) -> list[list[Part]]:
    """The rows of a table that is written as CSV between two places of a text.

    Quotation marks around a cell belong to it.
    """
    parting = re.escape(delimiter)
    space = "[ ]*+" if delimiter == "\t" else r"[ \t]*+"
    cell = re.compile(
        rf'{space}("(?:[^"]|"")*+"(?={space}(?:{parting}|[\r\n]|\Z))|[^{parting}\r\n]*+){space}'
    )
    rows: list[list[Part]] = []
    at, is_new = start, True
    while at < end and (match := cell.match(text, at, end)):
        if is_new:
            rows.append([])
        rows[-1].append((match.start(1), match.start(1) + len(match[1].rstrip())))
        at, is_new = match.end(), False
        if text.startswith(delimiter, at, end):
            at += 1
            continue
        while at < end and text[at].isspace():
            at, is_new = at + 1, True
        if not is_new:
            break
    return rows
