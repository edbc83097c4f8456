"""The tables of reStructuredText: where the words of their cells stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tui.source.rendering.markup.blocks import Part
from tui.source.rendering.markup.lines import Line

_BORDER = re.compile(r"=+(?:[ ]+=+)+")
_SPANNED = re.compile(r"-+(?:[ ]+-+)*")
_GRID_BORDER = re.compile(r"\+(?:[-=]+\+)+")
_MOST_COLUMNS = 100
_CELL = re.compile(r"(?P<row>\*[ \t]+)?-(?:[ \t]+|$)")

# Its rows, whether the first names the columns, and the number of the line after it.
Found = tuple[list[list[Part]], bool, int]


def read_simple_table(lines: Sequence[Line], number: int) -> Found | None:
    """The table between lines of "=" that begins with a line; None if none does."""
    line = lines[number]
    if not _BORDER.fullmatch(line.words):
        return None
    starts = [match.start() + line.margin for match in re.finditer("=+", line.words)]
    borders, past = 1, number + 1
    while past < len(lines) and borders < 3:
        if _BORDER.fullmatch(lines[past].words):
            borders += 1
            if past + 1 == len(lines) or not lines[past + 1].words:
                break
        past += 1
    if borders == 1 or past >= len(lines) or len(starts) > _MOST_COLUMNS:
        return None
    rows = [
        list(_cut_at(each, starts))
        for each in lines[number + 1 : past]
        if each.words and not _BORDER.fullmatch(each.words) and not _SPANNED.fullmatch(each.words)
    ]
    return rows, borders == 3, past + 1


def _cut_at(line: Line, starts: Sequence[int]) -> Iterator[Part]:
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


def read_grid(lines: Sequence[Line], number: int) -> Found | None:
    """The table that is drawn with "+", "-" and "|" and begins with a line; None if none does.

    A row of several lines has as many rows here; then blank rows part it from others.
    """
    border = lines[number]
    if not _GRID_BORDER.fullmatch(border.words):
        return None
    edges = [at for at, sign in enumerate(border.words) if sign == "+"]
    if len(edges) > _MOST_COLUMNS:
        return None
    groups: list[list[list[Part]]] = [[]]
    has_header = False
    past = number + 1
    while past < len(lines) and lines[past].words[:1] in ("+", "|"):
        line = lines[past]
        if _GRID_BORDER.fullmatch(line.words):
            has_header |= "=" in line.words and len(groups) == 1
            groups.append([])
        else:
            groups[-1].append(list(_cut_between(line, edges)))
        past += 1
    groups = [group for group in groups if group]
    is_loose = any(len(group) > 1 for group in groups[has_header:])
    rows: list[list[Part]] = []
    for index, group in enumerate(groups):
        if is_loose and index > has_header:
            at = group[0][0][0]
            rows.append([(at, at)])
        rows += group
    return rows, has_header, past


def _cut_between(line: Line, edges: Sequence[int]) -> Iterator[Part]:
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


def _char(line: Line, at: int) -> str:
    return line.words[at - line.start : at - line.start + 1] or " "


def _strip(line: Line, start: int, end: int) -> Part:
    """A part of a line without white space around it."""
    start = max(start, line.start)
    words = line.words[start - line.start : max(end, start) - line.start]
    left = len(words) - len(words.lstrip())
    return start + left, start + max(left, len(words.rstrip()))


def read_list_table(lines: Sequence[Line]) -> list[list[Part]]:
    """The rows of a table that is written as a list of lists."""
    rows: list[list[Part]] = []
    margin = -1
    for line in lines:
        if not line.words:
            continue
        match = _CELL.match(line.words)
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
