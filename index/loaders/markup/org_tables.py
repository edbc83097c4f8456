"""The tables of Org: where the words of their cells stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.loaders.markup.lines import MarkupLine
from index.loaders.markup.tables import MarkupTable, Part

# A row that says how wide its columns are, and where their words stand in them.
_WIDTHS = re.compile(r"(?=.*<)(?:\|[ \t]*+(?:<[lrc]?\d{0,4}>)?[ \t]*+)+\|?")
_TABLE_RULE = re.compile(r"\|[-+]{2,}\|?")


def read_org_table(lines: Sequence[MarkupLine], number: int) -> MarkupTable | None:
    """The table that begins with a line; None if none does."""
    if not lines[number].words.startswith("|"):
        return None
    rows: list[list[list[Part]]] = []
    header_rows, past = 0, number
    while past < len(lines) and (words := lines[past].words).startswith("|"):
        if not _TABLE_RULE.fullmatch(words):
            if not _WIDTHS.fullmatch(words):
                rows.append([list(_split_row(lines[past]))])
        elif len(rows) == 1 and past + 1 < len(lines) and lines[past + 1].words.startswith("|"):
            header_rows = 1
        past += 1
    return MarkupTable(rows, header_rows, past)


def _split_row(line: MarkupLine) -> Iterator[Part]:
    inner = line.words[1:].removesuffix("|")
    at = line.start + 1
    for cell in inner.split("|"):
        left = len(cell) - len(cell.lstrip())
        yield at + left, at + max(left, len(cell.rstrip()))
        at += len(cell) + 1
