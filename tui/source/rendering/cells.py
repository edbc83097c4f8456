"""The cells of delimited files, CSV and the like."""

from __future__ import annotations

import re

from tui.source.rendering.pieces import Writer

# Where each cell of a row starts and ends.
Cells = list[tuple[int, int]]

# Within a cell: a quote is written twice, and a line end is drawn as a space.
_WRITTEN = re.compile(r'""|\r\n|\n|\r')


def write_cell(writer: Writer, start: int, end: int) -> None:
    """Write a cell on one line."""
    at = start
    for match in _WRITTEN.finditer(writer.document, start, end):
        writer.copy(at, match.start())
        writer.replace(*match.span(), '"' if match[0] == '""' else " ")
        at = match.end()
    writer.copy(at, end)
