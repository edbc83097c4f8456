"""A table of an office file, which may mark the row that names its columns."""

from __future__ import annotations

from collections.abc import Sequence

from index.loaders.shared.assembly import Assembly
from index.loaders.shared.table_header import are_names, clean_names, find_header


def add_rows(assembly: Assembly, rows: Sequence[Sequence[str]], *, is_marked: bool) -> None:
    """Add a table to a text: a line for each row, a tab between cells.

    Args:
        assembly: the text.
        rows: the cells, each in one line.
        is_marked: whether the first row is marked as the one that names the columns.
    """
    kept = [row for row in rows if any(row)]
    lines = ["\t".join(row).rstrip("\t") for row in kept]
    if (columns := _read_columns(kept, is_marked)) is not None:
        assembly.add_table(columns, lines)
    else:
        assembly.add_block("\n".join(lines))


def _read_columns(rows: Sequence[Sequence[str]], is_marked: bool) -> tuple[str, ...] | None:
    if len(rows) < 2 or len(rows[0]) < 2 or not are_names(rows[0], marked=is_marked):
        return None
    if is_marked:
        return clean_names(rows[0])
    header = find_header(rows)
    return header.columns if header and header.row == 0 and header.is_sure else None
