"""Tables of plain text whose columns only spaces part: each row is a passage of its own.

All rows have a cell in each column, and the cells of a column begin or end in the same place. The
first line names the columns: a rule is below it, or it has no digit where all others have one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.documents import Content, Span, Table
from index.loaders.plain.lines import Line, overlaps_any
from index.loaders.shared.table_header import read_column_names
from index.text.plain_blocks import split_paragraphs

# Lines of a table below the one that names its columns, at least; columns; characters of a cell.
_FEWEST_ROWS, _MOST_COLUMNS, _LONGEST_CELL = 3, 20, 40
_CELL = re.compile(r"\S+(?: \S+)*")
_RULE = re.compile(r"[-=_ ]{3,}")
_NO_NAME_ENDS = tuple(",;:")

# Where a cell starts and ends.
_Cell = tuple[int, int]


def locate_aligned_tables(content: Content, lines: Sequence[Line]) -> Content:
    """A text with its tables row by row, if its blocks are paragraphs."""
    if content.paragraphs is not None:
        return content
    taken = [heading.span for heading in content.headings]
    found = [
        (table, rows)
        for table, rows in _find_tables(content.text, lines)
        if not overlaps_any(table.span, taken)
    ]
    if not found:
        return content
    cuts = [*((table.span, rows) for table, rows in found), *((span, ()) for span in taken)]
    return replace(
        content,
        paragraphs=split_paragraphs(content.text, cuts),
        tables=tuple(table for table, _ in found),
    )


def _find_tables(text: str, lines: Sequence[Line]) -> Iterator[tuple[Table, Sequence[Span]]]:
    """The tables, each with its rows below the one that names the columns."""
    first = 0
    for at, line in enumerate(lines):
        if line.is_below_blank:
            first = at
        if line.is_above_blank and (table := _read_table(text, lines[first : at + 1])):
            yield table


def _read_table(text: str, block: Sequence[Line]) -> tuple[Table, Sequence[Span]] | None:
    inner = block[1:] if _is_rule(block[0]) else block
    inner = inner[:-1] if inner and _is_rule(inner[-1]) else inner
    if len(inner) <= _FEWEST_ROWS:
        return None
    has_rule = _is_rule(inner[1])
    kept = [inner[0], *inner[1 + has_rule :]]
    if len(kept) <= _FEWEST_ROWS or any("\t" in line.words for line in kept):
        return None
    rows = [_split_cells(line) for line in kept]
    count = len(rows[0])
    if not 2 <= count <= _MOST_COLUMNS or any(len(row) != count for row in rows):
        return None
    columns = list(zip(*rows, strict=True))
    starts = [line.start - line.indent for line in kept]
    words = [[text[start:end] for start, end in column] for column in columns]
    if (
        not all(_is_aligned(column, starts) for column in columns)
        or any(len(cell) > _LONGEST_CELL for column in words for cell in column)
        or any(column[0].endswith(_NO_NAME_ENDS) for column in words)
        or not (has_rule or any(map(_has_name, words)))
    ):
        return None
    # A rule in one piece around a table is in no passage already.
    first = block[0] if " " in block[0].words else inner[0]
    last = block[-1] if " " in block[-1].words else inner[-1]
    span = Span(first.start, last.end)
    names = read_column_names([*zip(*words, strict=True)], is_marked=True)
    spans = [Span(line.start, line.end) for line in kept[1:]]
    return (Table(span, names), spans) if names else None


def _is_rule(line: Line) -> bool:
    return _RULE.fullmatch(line.words) is not None


def _split_cells(line: Line) -> list[_Cell]:
    return [(line.start + m.start(), line.start + m.end()) for m in _CELL.finditer(line.words)]


def _is_aligned(column: Sequence[_Cell], starts: Sequence[int]) -> bool:
    """Whether the cells begin, or end, in one place, and the name of their column is above."""
    name, *cells = [(start - at, end - at) for (start, end), at in zip(column, starts, strict=True)]
    is_above = all(start < name[1] and name[0] < end for start, end in cells)
    return is_above and any(len({cell[side] for cell in cells}) == 1 for side in (0, 1))


def _has_name(words: Sequence[str]) -> bool:
    """Whether the first cell of a column has no digit, and all others have one."""
    return not any(map(str.isdigit, words[0])) and all(
        any(map(str.isdigit, each)) for each in words[1:]
    )
