"""A table of an office file, which may mark the row that names its columns."""

from __future__ import annotations

from collections.abc import Sequence

from index.loaders.shared.assembly import Assembly
from index.loaders.shared.table_header import read_columns


def add_rows(assembly: Assembly, rows: Sequence[Sequence[str]], *, is_marked: bool) -> None:
    """Add a table to a text: a line for each row, a tab between cells.

    Args:
        assembly: the text.
        rows: the cells, each in one line.
        is_marked: whether the first row is marked as the one that names the columns.
    """
    kept = [row for row in rows if any(row)]
    lines = ["\t".join(row).rstrip("\t") for row in kept]
    if (columns := read_columns(kept, is_marked=is_marked)) is not None:
        assembly.add_table(columns, lines)
    else:
        assembly.add_unnamed_rows(lines)
