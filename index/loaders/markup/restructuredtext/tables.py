"""The tables of reStructuredText: where the words of their cells stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.loaders.markup.block_writer import Part
from index.loaders.markup.lines import MarkupLine
from index.loaders.markup.tables import MOST_COLUMNS, MarkupTable, strip_cell

_BORDER = re.compile(r"=+(?:[ ]+=+)+")
_SPANNED = re.compile(r"-+(?:[ ]+-+)*")
_GRID_BORDER = re.compile(r"\+(?:[-=]+\+)+")
_DRAWN = re.compile(r"[-=]+")
_ITEM = re.compile(r"(?P<row>\*[ \t]+)?-(?:[ \t]+|$)")


def read_simple_table(lines: Sequence[MarkupLine], number: int) -> MarkupTable | None:
    """The table between lines of "=" that begins with a line; None if none does."""
    line = lines[number]
    if not _BORDER.fullmatch(line.words):
        return None
    starts = [match.start() + line.margin for match in re.finditer("=+", line.words)]
    if len(starts) > MOST_COLUMNS:
        return None
    header_rows, borders, past = 0, 1, number + 1
    rows: list[list[list[Part]]] = []
    while past < len(lines) and borders < 3:
        each = lines[past]
        if _BORDER.fullmatch(each.words):
            borders += 1
            if past + 1 == len(lines) or not lines[past + 1].words:
                break
            header_rows = len(rows) if borders == 2 else header_rows
        elif each.words and not _SPANNED.fullmatch(each.words):
            cells = list(_cut_at(each, starts))
            # If the first cell has no words, the row goes on from the line above.
            if rows and not _is_written(cells[0]) and len(rows) > header_rows:
                rows[-1].append(cells)
            else:
                rows.append([cells])
        past += 1
    if borders == 1 or past >= len(lines):
        return None
    return MarkupTable(rows, header_rows if borders == 3 else 0, past + 1)


def _is_written(part: Part) -> bool:
    return part[1] > part[0]


def _cut_at(line: MarkupLine, starts: Sequence[int]) -> Iterator[Part]:
    """The cells of a row; words that run over a border are one cell with the next."""
    left = line.start - line.margin
    at = left
    for start in [*starts[1:], None]:
        past = line.end if start is None else min(left + start, line.end)
        if start is not None and past < line.end and not _char(line, past - 1).isspace():
            yield (past, past) if at == past else (at, at)
            continue
        yield _strip(line, at, past)
        at = past


def read_grid_table(lines: Sequence[MarkupLine], number: int) -> MarkupTable | None:
    """The table that is drawn with "+", "-" and "|" and begins with a line; None if none does.

    Where a line is drawn below some of the cells only, the others go on in the row below.
    """
    if not _GRID_BORDER.fullmatch(lines[number].words):
        return None
    edges: set[int] = set()
    past, head = number, number
    while past < len(lines) and lines[past].words[:1] in ("+", "|"):
        words = lines[past].words
        if _GRID_BORDER.fullmatch(words):
            edges.update(at for at, sign in enumerate(words) if sign == "+")
            head = past if "=" in words and head == number else head
        past += 1
    if len(edges) > MOST_COLUMNS:
        return None
    columns = [*pairwise(sorted(edges))]
    rows: list[list[list[Part]]] = [[]]
    header_rows = 0
    for at in range(number + 1, past):
        line = lines[at]
        drawn = [bool(_DRAWN.fullmatch(line.words, left + 1, right)) for left, right in columns]
        if any(drawn):
            rows.append([])
        if at == head:
            header_rows = sum(map(bool, rows))
        cells = _cut_between(line, columns, drawn, is_header=at < head)
        if cells and (not any(drawn) or any(map(_is_written, cells))):
            rows[-1].append(cells)
    return MarkupTable([row for row in rows if row], header_rows, past)


def _cut_between(
    line: MarkupLine, columns: Sequence[tuple[int, int]], drawn: Sequence[bool], *, is_header: bool
) -> list[Part]:
    """The cell of each column; of a merged one all columns but the first are empty.

    Args:
        columns: where the signs before and after each stand in the line.
        drawn: in which a line is drawn in place of a cell.
        is_header: the name of a merged cell is that of each of its columns.
    """
    cells: list[Part] = []
    start, merged, waiting = line.start + 1, 1, 0
    for number, (_, right) in enumerate(columns):
        end = line.start + right
        if drawn[number]:
            waiting += 1
            start = end + 1
            continue
        if _char(line, end) not in "|+":
            if number + 1 < len(columns):
                merged += 1
                continue
            # Characters may be wide.
            bar = line.words.find("|", right)
            end = line.start + bar if bar >= 0 else line.end
        cell = _strip(line, min(start, line.end), min(end, line.end))
        cells += [(cell[0], cell[0])] * waiting
        cells.append(cell)
        cells += [cell if is_header else (cell[1], cell[1])] * (merged - 1)
        start, merged, waiting = end + 1, 1, 0
    return cells + [(cells[-1][1], cells[-1][1])] * waiting if cells else cells


def _char(line: MarkupLine, at: int) -> str:
    return line.words[at - line.start : at - line.start + 1] or " "


def _strip(line: MarkupLine, start: int, end: int) -> Part:
    """A part of a line without white space around it."""
    start = max(start, line.start)
    words = line.words[start - line.start : max(end, start) - line.start]
    return strip_cell(words, start)


def read_list_table(lines: Sequence[MarkupLine]) -> list[list[Part]]:
    """The rows of a table that is written as a list of lists."""
    rows: list[list[Part]] = []
    margin = -1
    for line in lines:
        if not line.words:
            continue
        match = _ITEM.match(line.words)
        is_cell = match is not None and (margin < 0 or line.margin <= margin)
        if match is not None and match["row"] and is_cell:
            rows.append([])
            margin = line.margin + len(match["row"])
        if match is not None and is_cell and rows:
            start = line.start + match.end()
            rows[-1].append((start, line.end))
        elif rows and rows[-1]:
            rows[-1][-1] = (rows[-1][-1][0], line.end)
    return rows
