"""The tables of AsciiDoc: where the words of their cells stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from tui.source.rendering.markup.blocks import Part
from tui.source.rendering.markup.lines import Line

_SPECIFIER = r"(?:(?:(?<=\s)|^)[\d.*+<^>]{{0,12}}[a-z]?)?(?<!\\){}"
_COLUMNS = re.compile(r"cols=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s,\]]*))")
_TIMES = re.compile(r"([0-9]{1,3})\*")
_HEADER = re.compile(r"%[\w%]*header|options=\"?[\w,]*header|opts=\"?[\w,]*header")
_MOST_COLUMNS = 100


def read_table(lines: Sequence[Line], given: str, sign: str) -> tuple[list[list[Part]], bool]:
    """The rows of a table, and whether the first names the columns.

    Args:
        lines: those between its delimiters.
        given: the line of attributes before it.
        sign: what begins a cell.
    """
    pattern = re.compile(_SPECIFIER.format(re.escape(sign)))
    cells: list[Part] = []
    first_row = 0
    is_headed = False
    for number, line in enumerate(lines):
        marks = list(pattern.finditer(line.words))
        if not line.words:
            is_headed |= number > 0 and first_row == len(cells) > 1
            continue
        stop = line.start + marks[0].start() if marks else line.end
        if cells and line.words[: stop - line.start].strip():
            # The cell goes on from the line before.
            part = line.words[: stop - line.start].rstrip()
            start, end = cells[-1]
            cells[-1] = (start if end > start else line.start, line.start + len(part))
        for mark, after in zip_longest(marks, marks[1:]):
            cell = line.words[mark.end() : after.start() if after else None]
            left = len(cell) - len(cell.lstrip())
            start = line.start + mark.end()
            cells.append((start + left, start + max(left, len(cell.rstrip()))))
        first_row = first_row or len(cells)
    columns = min(_count_columns(given) or first_row or 1, _MOST_COLUMNS)
    rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    return rows, bool(_HEADER.search(given)) or (is_headed and first_row == columns)


def _count_columns(given: str) -> int:
    """How many columns a table is said to have; 0 where nothing is said."""
    match = _COLUMNS.search(given)
    if match is None:
        return 0
    columns = 0
    for column in (match["quoted"] or match["bare"] or "").split(","):
        times = _TIMES.match(column.strip())
        columns += int(times[1]) if times else 1
    return columns
