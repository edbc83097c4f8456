"""The tables of reStructuredText: where the words of their cells stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.loaders.markup.lines import MarkupLine
from index.loaders.markup.tables import MOST_COLUMNS, MarkupTable, Part

_BORDER = re.compile(r"=+(?:[ ]+=+)+")
_SPANNED = re.compile(r"-+(?:[ ]+-+)*")
_GRID_BORDER = re.compile(r"\+(?:[-=]+\+)+")
_ITEM = re.compile(r"(?P<row>\*[ \t]+)?-(?:[ \t]+|$)")


def read_simple_table(lines: Sequence[MarkupLine], number: int) -> MarkupTable | None:
    """The table between lines of "=" that begins with a line; None if none does."""
    line = lines[number]
    if not _BORDER.fullmatch(line.words):
        return None
    starts = [match.start() + line.margin for match in re.finditer("=+", line.words)]
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
            # Where the first cell has no words, the row goes on from the line above.
            if rows and not _is_written(cells[0]) and len(rows) > header_rows:
                rows[-1].append(cells)
            else:
                rows.append([cells])
        past += 1
    if borders == 1 or past >= len(lines) or len(starts) > MOST_COLUMNS:
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
    """The table that is drawn with "+", "-" and "|" and begins with a line; None if none does."""
    border = lines[number]
    if not _GRID_BORDER.fullmatch(border.words):
        return None
    edges = [at for at, sign in enumerate(border.words) if sign == "+"]
    if len(edges) > MOST_COLUMNS:
        return None
    rows: list[list[list[Part]]] = [[]]
    header_rows = 0
    past = number + 1
    while past < len(lines) and lines[past].words[:1] in ("+", "|"):
        line = lines[past]
        if _GRID_BORDER.fullmatch(line.words):
            if "=" in line.words and not header_rows:
                header_rows = sum(map(bool, rows))
            rows.append([])
        elif cells := list(_cut_between(line, edges)):
            rows[-1].append(cells)
        past += 1
    return MarkupTable([row for row in rows if row], header_rows, past)


def _cut_between(line: MarkupLine, edges: Sequence[int]) -> Iterator[Part]:
    at = line.start + 1
    for edge in edges[1:]:
        past = line.start + edge
        # A cell that spans the next column, too, or that has wide characters.
        if _char(line, past) != "|":
            past = line.start + line.words.find("|", edge)
            if past < line.start or edge != edges[-1]:
                continue
        yield _strip(line, min(at, line.end), min(past, line.end))
        at = past + 1
    if at < line.end:
        yield _strip(line, at, line.end - (line.words[-1] == "|"))


def _char(line: MarkupLine, at: int) -> str:
    return line.words[at - line.start : at - line.start + 1] or " "


def _strip(line: MarkupLine, start: int, end: int) -> Part:
    """A part of a line without white space around it."""
    start = max(start, line.start)
    words = line.words[start - line.start : max(end, start) - line.start]
    left = len(words) - len(words.lstrip())
    return start + left, start + max(left, len(words.rstrip()))


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


def read_delimited_table(text: str, start: int, end: int, delimiter: str) -> list[list[Part]]:
    """The rows of a table that is written as CSV between two places of a text.

    Quotation marks around a cell belong to it.
    """
    parting = re.escape(delimiter)
    cell = re.compile(
        rf'[ \t]*+("(?:[^"]|"")*+"(?=[ \t]*+(?:{parting}|[\r\n]|\Z))|[^{parting}\r\n]*+)[ \t]*+'
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
