"""The tables of a sheet: empty rows part them; each row is a line with tabs between its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Protocol

from python_calamine import CalamineSheet

from index.loaders.shared.assembly import Assembly
from index.loaders.shared.table_header import SAMPLE_ROWS, clean_names, find_header

# In characters: a longer line above a table is a paragraph, not its name.
_LONGEST_CAPTION = 120
# Rows that a header takes; merged cells that take more are not looked at further.
_MOST_MERGED_ROWS = 10

Cells = Sequence[str]
Value = int | float | str | bool | time | date | datetime | timedelta


class ShownFormat(Protocol):
    """How a number is shown."""

    def show(self, value: float, /) -> str:
        """A finite number as the format shows it."""
        ...


# The number of a row, and column → format; of both the first is 0.
FormattedRow = tuple[int | None, Mapping[int, ShownFormat]]
_NO_ROW: FormattedRow = (None, {})


@dataclass(frozen=True, slots=True)
class _Merged:
    """Cells of a row, from the column `left` to `right`, that are shown as one."""

    row: int
    left: int
    right: int


@dataclass(slots=True)
class _Region:
    """The rows between two empty ones.

    Attributes:
        left, right: its first and last column.
        lines: a row each, from the first column of the sheet on.
        sample: the cells of the first rows, by their numbers in the sheet.
    """

    left: int
    right: int = 0
    lines: list[str] = field(default_factory=list)
    sample: dict[int, list[str]] = field(default_factory=dict)

    def add(self, number: int, cells: list[str]) -> None:
        """Add a row that is not empty and has no empty cell at its end."""
        first = next(number for number, cell in enumerate(cells) if cell)
        self.left, self.right = min(self.left, first), max(self.right, len(cells) - 1)
        self.lines.append("\t".join(cells))
        if len(self.sample) <= SAMPLE_ROWS:
            self.sample[number] = cells

    def cut_lines(self) -> list[str]:
        """The rows from the region's own first column on."""
        return [line[self.left :] for line in self.lines]

    def cut_sample(self) -> list[list[str]]:
        """The cells of the first rows, as many in each as the region has columns."""
        width = self.right + 1
        rows = self.sample.values()
        return [[*cells, *[""] * (width - len(cells))][self.left :] for cells in rows]

    def cut_merged(self, merged: Iterable[_Merged]) -> list[_Merged]:
        """Merged cells by the rows of the sample and the columns of the region."""
        rows = {number: row for row, number in enumerate(self.sample)}
        return [
            _Merged(rows[cells.row], cells.left - self.left, cells.right - self.left)
            for cells in merged
            if cells.row in rows
        ]


@dataclass(frozen=True, slots=True)
class _ColumnNames:
    """The names of a table's columns.

    Attributes:
        first: the row in which they begin.
        count: how many rows have nothing else; 0 if it may be a row as well.
        names: of each column.
    """

    first: int
    count: int
    names: tuple[str, ...]


def add_sheet(
    assembly: Assembly, sheet: CalamineSheet, formats: Iterable[FormattedRow] = ()
) -> None:
    """Add the tables and lines of a sheet to the text.

    Args:
        formats: the rows whose numbers have formats, in order.
    """
    ranges = sheet.merged_cell_ranges or ()
    # Rows are counted from the first of the sheet, columns from the first that is used.
    skipped = sheet.start[1] if sheet.start else 0
    merged = [
        _Merged(top, left - skipped, right - skipped)
        for (top, left), (_, right) in ranges
        if left < right
    ]
    # A row all of whose cells are merged with those above it is empty, and parts nothing.
    covered = {
        row
        for (top, _), (bottom, _) in ranges
        for row in range(top + 1, min(bottom, top + _MOST_MERGED_ROWS) + 1)
    }
    before: tuple[_Region, tuple[str, ...]] | None = None
    for region in _split_regions(_show_rows(sheet, formats, skipped), covered):
        rows = region.cut_sample()
        header = _find_columns(rows, region.cut_merged(merged)) if len(rows) > 1 else None
        lines = region.cut_lines()
        if header is not None:
            before = region, header.names
            _add_table(assembly, lines, rows, header)
        elif before and _continues(before[0], region):
            # Its rows stand under the same names, past an empty one.
            first = before[0].left
            assembly.add_table(before[1], [line[first:] for line in region.lines], header_rows=0)
        elif region.left < region.right and len(lines) > 1:
            assembly.add_table((), lines, header_rows=0)
        else:
            assembly.add_unnamed_rows(lines)


def _show_rows(
    sheet: CalamineSheet, formats: Iterable[FormattedRow], skipped: int
) -> Iterator[list[str]]:
    """The cells of each row as they are shown."""
    formatted = iter(formats)
    next_row, next_formats = next(formatted, _NO_ROW)
    for number, values in enumerate(sheet.iter_rows()):
        while next_row is not None and next_row < number:
            next_row, next_formats = next(formatted, _NO_ROW)
        known = next_formats if next_row == number else {}
        yield [show_value(value, known.get(at)) for at, value in enumerate(values, skipped)]


def _split_regions(rows: Iterable[list[str]], covered: Container[int]) -> Iterator[_Region]:
    region: _Region | None = None
    for number, cells in enumerate(rows):
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            region = region or _Region(left=len(cells))
            region.add(number, cells)
        elif region is not None and number not in covered:
            yield region
            region = None
    if region is not None:
        yield region


def _continues(above: _Region, region: _Region) -> bool:
    """Whether the rows may go on with a table: they are not a line of words, and not wider."""
    is_within = above.left <= region.left and region.right <= above.right
    return is_within and region.left < region.right


def _add_table(
    assembly: Assembly, lines: list[str], rows: Sequence[Cells], header: _ColumnNames
) -> None:
    """Add a table, after the lines above the rows with the names of its columns."""
    caption = ""
    for line, cells in zip(lines[: header.first], rows, strict=False):
        assembly.add_unnamed_rows([line])
        words = [cell for cell in cells if cell]
        if len(words) == 1 and len(words[0]) <= _LONGEST_CAPTION:
            caption = caption or words[0]
    assembly.add_table(
        header.names, lines[header.first :], header_rows=header.count, caption=caption
    )


def _find_columns(rows: Sequence[Cells], merged: Sequence[_Merged]) -> _ColumnNames | None:
    """The rows with the names of the columns. Names in merged cells go before those below."""
    width = len(rows[0])
    shown = [_fill(cells, number, merged) for number, cells in enumerate(rows)]
    first = next((number for number, cells in enumerate(shown) if _may_name(cells)), None)
    if first is None:
        return None
    wide = {cells.row for cells in merged if cells.right - cells.left < width - 1}
    last = first
    while first - 1 in wide and len(set(filter(None, shown[first - 1]))) > 1:
        first -= 1
    while last in wide and last + 1 < len(rows):
        last += 1
    names = [
        " ".join(dict.fromkeys(filter(None, column)))
        for column in zip(*shown[first : last + 1], strict=True)
    ]
    header = find_header([_tell_apart(names), *rows[last + 1 :]])
    if header is None or header.row:
        return None
    count = last + 1 - first
    is_sure = header.is_sure or count > 1
    return _ColumnNames(first, count if is_sure else 0, clean_names(names))


def _tell_apart(names: Sequence[str]) -> Sequence[str]:
    """Names of columns, each only once: some of them may name several columns."""
    times = Counter(filter(None, names))
    if 2 * len(times) < times.total():
        return names
    return [f"{name} #{number}" if times[name] > 1 else name for number, name in enumerate(names)]


def _may_name(cells: Cells) -> bool:
    """Whether a row has a word for every column; the first may lack one."""
    given = [cell for cell in cells if cell]
    return len(given) >= len(cells) - 1 and len(set(given)) > 1


def _fill(cells: Cells, row: int, merged: Sequence[_Merged]) -> list[str]:
    """A row with the words of merged cells in each of them, where they begin in this row."""
    filled = list(cells)
    for each in merged:
        left, right = max(each.left, 0), min(each.right, len(cells) - 1)
        if each.row == row and 0 < right - left < len(cells) - 1:
            filled[left : right + 1] = [filled[left]] * (right + 1 - left)
    return filled


# The digits of a number that has no format of its own.
_DIGITS = 10


def show_value(value: Value, number_format: ShownFormat | None = None) -> str:
    """A value in one line; "" for an empty cell."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return str(value).upper()
    if number_format and isinstance(value, int | float) and isfinite(value):
        return number_format.show(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, f".{_DIGITS}g")
    if isinstance(value, datetime):
        day = value.date().isoformat()
        return f"{day} {_show_time(value.time())}" if value.time() != time() else day
    if isinstance(value, time):
        return _show_time(value)
    if isinstance(value, timedelta):
        return _show_duration(value)
    return str(value)


def _show_time(moment: time) -> str:
    return moment.isoformat("seconds" if moment.second else "minutes")


def _show_duration(duration: timedelta) -> str:
    """Hours may be more than a day has."""
    seconds = round(abs(duration).total_seconds())
    sign = "-" if duration < timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
