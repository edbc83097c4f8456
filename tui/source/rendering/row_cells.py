"""The cells of the rows in a passage."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import Span
from index.documents import Structure

# A line, and its words without white space around them.
LINE = re.compile(
    r"[ \t]*+(?P<words>(?:[^\r\n \t]++|[ \t]++(?![\r\n]|\Z))*+)[ \t]*+(?:\r\n|\n|\r|\Z)"
)
_BAR, _TAB = re.compile(r"(?<!\\)\|"), re.compile(r"\t")

Cells = Sequence[Span]


def split_rows(text: str, columns: Sequence[str], structure: Structure) -> list[Cells]:
    """The cells of each row of a passage; none where they cannot be told.

    Args:
        text: of the passage.
        columns: their names.
        structure: of the passage, as far as it is known.
    """
    rows: list[Cells] = [block.cells for block in structure.blocks if block.cells]
    sign = next((sign for sign in (_TAB, _BAR) if sign.search(text)), None)
    if not rows and sign is not None:
        rows = [_split_cells(text, *line.span("words"), sign) for line in LINE.finditer(text)]
    elif not rows:
        rows = _find_aligned_rows(text, len(columns))
    rows = [row for row in rows if any(map(len, row))]
    if sign is _BAR and any(len(row) == 1 for row in rows):
        # Its cells may stand on lines of their own.
        rows = [_split_cells(text, 0, len(text), sign)]
    return rows if all(1 < len(row) <= len(columns) for row in rows) else []


def _find_aligned_rows(text: str, columns: int) -> list[Cells]:
    """The cells of a row, or of a row on each line, as models read them; none if not all fit."""
    from qa import find_cells

    if whole := find_cells(text, columns):
        return [[Span(cell.start, cell.end) for cell in whole]]
    rows: list[Cells] = []
    for line in LINE.finditer(text):
        start, end = line.span("words")
        if start < end:
            cells = find_cells(text[start:end], columns)
            rows.append([Span(start + cell.start, start + cell.end) for cell in cells])
    return rows if all(rows) else []


def _split_cells(text: str, start: int, end: int, sign: re.Pattern[str]) -> Cells:
    if sign is _BAR:
        start += text.startswith("|", start, end)
        end -= text.endswith("|", start, end)
    signs = list(sign.finditer(text, start, end))
    starts = [start, *(match.end() for match in signs)]
    cells = zip(starts, [*(match.start() for match in signs), end], strict=True)
    return [_trim(text, *cell) for cell in cells]


def _trim(text: str, start: int, end: int) -> Span:
    cell = text[start:end]
    start = end - len(cell.lstrip())
    return Span(start, max(start, end - (len(cell) - len(cell.rstrip()))))
