"""Tables among the paragraphs of a PDF: lines of cells below the names of their columns."""

from __future__ import annotations

from collections.abc import Sequence

from index.documents import Span, Table
from index.loaders.shared.table_header import read_columns


def split_tables(text: str, paragraphs: Sequence[Span]) -> tuple[list[Span], list[Table]]:
    """The blocks and the tables of a text.

    A paragraph is a block. Where it is a table with names for its columns, each row below
    the names is one.
    """
    blocks: list[Span] = []
    tables: list[Table] = []
    for paragraph in paragraphs:
        lines = paragraph.of(text).split("\n")
        columns = _read_columns(lines)
        if columns is None:
            blocks.append(paragraph)
            continue
        tables.append(Table(paragraph, columns))
        at = paragraph.start + len(lines[0]) + 1
        for line in lines[1:]:
            blocks.append(Span(at, at + len(line)))
            at += len(line) + 1
    return blocks, tables


def _read_columns(lines: Sequence[str]) -> tuple[str, ...] | None:
    """The names of the columns; None where the values below do not show that they are names."""
    if not all("\t" in line for line in lines):
        return None
    return read_columns([line.split("\t") for line in lines], is_marked=False)
