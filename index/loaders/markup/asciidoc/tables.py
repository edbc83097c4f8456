"""The tables of AsciiDoc: where the words of their cells stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from index.loaders.markup.block_writer import Part
from index.loaders.markup.lines import MarkupLine
from index.loaders.markup.tables import MOST_COLUMNS, MarkupTable, read_delimited_table, strip_cell

# What stands before the sign of a cell: how often it is there, or how far it reaches; its style.
_SPECIFIER = (
    r"(?:(?:(?<=\s)|^)(?:(?P<count>\d{{0,3}})(?P<rows>\.\d{{1,3}})?(?P<kind>[*+]))?[.<^>]{{0,4}}"
    r"[a-z]?)?(?<!\\){}"
)
_COLUMNS = re.compile(r"cols=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s,\]]*))")
_TIMES = re.compile(r"([0-9]{1,3})\*")
_FORMAT = re.compile(r"format=\"?(?P<format>[a-z]sv)\b")
_SEPARATOR = re.compile(r"separator=\"?(?P<sign>\\t|[^\s\"\]])")
_FORMATS = {"csv": ",", "tsv": "\t", "dsv": ":"}
# Tables whose cells are parted as in CSV may begin with such a line.
_SIGNS = {",": "csv", ":": "dsv"}
_HEADER = re.compile(r"(?<![\w%])\w*+%[\w%]*header|options=\"?[\w,]*header|opts=\"?[\w,]*header")


class _Cell(NamedTuple):
    """A cell, and over how many columns and rows it reaches."""

    start: int
    end: int
    columns: int = 1
    rows: int = 1


def read_asciidoc_table(
    text: str, lines: Sequence[MarkupLine], number: int, end: int, given: str
) -> MarkupTable:
    """The table between two lines of a text.

    Args:
        number, end: of the lines that delimit it.
        given: the line of attributes before it.
    """
    sign = lines[number].words[0]
    named = _FORMAT.search(given)
    kind = named["format"] if named else _SIGNS.get(sign, "psv")
    if (chosen := _SEPARATOR.search(given)) is not None:
        sign = "\t" if chosen["sign"] == "\\t" else chosen["sign"]
    elif kind in _FORMATS:
        sign = _FORMATS[kind]
    if kind in _FORMATS:
        return _read_delimited(text, lines, number, end, sign, given)
    pattern = re.compile(_SPECIFIER.format(re.escape(sign)))
    cells: list[_Cell] = []
    first_row = 0
    is_headed = False
    for at, line in enumerate(lines[number + 1 : end]):
        marks = list(pattern.finditer(line.words))
        if not line.words:
            is_headed |= at > 0 and first_row == len(cells) > 1
            continue
        stop = line.start + marks[0].start() if marks else line.end
        if cells and line.words[: stop - line.start].strip():
            # The cell goes on from the line before.
            part = line.words[: stop - line.start].rstrip()
            last = cells[-1]
            start = last.start if last.end > last.start else line.start
            cells[-1] = last._replace(start=start, end=line.start + len(part))
        for mark, after in zip_longest(marks, marks[1:]):
            words = line.words[mark.end() : after.start() if after else None]
            cells += _read_cell(mark, line.start + mark.end(), words)
        first_row = first_row or len(cells)
    columns = min(
        _count_columns(given) or sum(cell.columns for cell in cells[:first_row]) or 1, MOST_COLUMNS
    )
    rows = list(_place(cells, columns))
    is_marked = bool(_HEADER.search(given)) or (
        is_headed and bool(rows) and first_row == len(rows[0])
    )
    return MarkupTable([[row] for row in rows], int(is_marked), end + 1)


def _read_delimited(
    text: str, lines: Sequence[MarkupLine], number: int, end: int, sign: str, given: str
) -> MarkupTable:
    """A table between two lines whose rows are written as CSV."""
    inner = lines[number + 1 : end]
    written = [line for line in inner if line.words]
    if not written:
        return MarkupTable((), 0, end + 1)
    rows = read_delimited_table(text, written[0].start, written[-1].end, sign)
    is_headed = len(inner) > 1 and inner[0] is written[0] and not inner[1].words
    is_marked = is_headed or _HEADER.search(given) is not None
    return MarkupTable([[row] for row in rows], int(is_marked), end + 1)


def _read_cell(mark: re.Match[str], start: int, words: str) -> Iterable[_Cell]:
    cell = _Cell(*strip_cell(words, start))
    count = min(int(mark["count"] or 1), MOST_COLUMNS)
    if mark["kind"] == "*":
        return [cell] * count
    if mark["kind"] == "+":
        return [cell._replace(columns=max(1, count), rows=int((mark["rows"] or ".1")[1:]))]
    return [cell]


def _place(cells: Iterable[_Cell], columns: int) -> Iterator[list[Part]]:
    """The rows: a column that a cell reaches into from the left or from above is empty."""
    row: list[Part] = []
    # How many more rows a cell from above takes a column.
    taken = [0] * columns

    def skip_taken(at: int) -> None:
        while len(row) < columns and taken[len(row)]:
            taken[len(row)] -= 1
            row.append((at, at))

    for cell in cells:
        skip_taken(cell.start)
        reach = min(cell.columns, columns - len(row))
        for column in range(len(row), len(row) + reach):
            taken[column] = cell.rows - 1
        row.append((cell.start, cell.end))
        row += [(cell.end, cell.end)] * (reach - 1)
        skip_taken(cell.end)
        if len(row) == columns:
            yield row
            row = []
    if row:
        yield row


def _count_columns(given: str) -> int:
    """How many columns a table is said to have; 0 if it is not said."""
    match = _COLUMNS.search(given)
    if match is None:
        return 0
    columns = 0
    for column in (match["quoted"] or match["bare"] or "").split(","):
        times = _TIMES.match(column.strip())
        columns += int(times[1]) if times else 1
    return columns
