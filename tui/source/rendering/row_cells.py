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
_BAR, _TAB, _SPACES = re.compile(r"(?<!\\)\|"), re.compile(r"\t"), re.compile(r"[ ]{2,}")
_ITEM = re.compile(r"[\r\n][ \t]*-(?:[ \t]+|\Z|(?=[\r\n]))")

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
    for sign in (_SPACES, _ITEM):
        if len(whole := _split_cells(text, 0, len(text), sign)) == columns:
            return [whole]
    lines = (line.span("words") for line in LINE.finditer(text))
    rows = [_split_cells(text, *words, _SPACES) for words in lines if words[0] < words[1]]
    return rows if all(len(row) == columns for row in rows) else []


def _split_cells(text: str, start: int, end: int, sign: re.Pattern[str]) -> Cells:
    if sign is _BAR:
        start += text.startswith("|", start, end)
        end -= text.endswith("|", start, end)
    signs = list(sign.finditer(text, start, end))
    starts = [start, *(match.end() for match in signs)]
    cells = zip(starts, [*(match.start() for match in signs), end], strict=True)
    return [Span(*cell).strip(text) for cell in cells]
