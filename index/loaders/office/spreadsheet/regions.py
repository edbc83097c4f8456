"""The tables of a sheet: empty rows part them; each row is a line with tabs between its cells."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import isfinite

from python_calamine import CalamineSheet

from index.loaders.shared.assembly import Assembly
from index.loaders.shared.table_header import SAMPLE_ROWS, are_names, clean_names, find_header

# In characters: a longer line above a table is a paragraph, not its name.
_LONGEST_CAPTION = 120
# Rows that a header takes; merged cells that take more are not looked at further.
_MOST_MERGED_ROWS = 10
# Rows that names without merged cells take.
_MOST_STACKED = 3

Cells = Sequence[str]
Value = int | float | str | bool | time | date | datetime | timedelta


# How a finite number is shown.
ShownFormat = Callable[[float], str]
# The number of a row, and column → format; of both the first is 0.
FormattedRow = tuple[int | None, Mapping[int, ShownFormat]]
_NO_ROW: FormattedRow = (None, {})
# The digits of a number that has no format of its own.
_DIGITS = 10


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
        numbers: of its rows in the sheet.
        lines: a row each, from the first column of the sheet on.
        sample: the cells of the first rows, by their numbers in the sheet.
    """

    left: int
    right: int = 0
    numbers: array[int] = field(default_factory=lambda: array("q"))
    lines: list[str] = field(default_factory=list)
    sample: dict[int, list[str]] = field(default_factory=dict)

    def add(self, number: int, cells: list[str]) -> None:
        """Add a row that is not empty and has no empty cell at its end."""
        first = next(number for number, cell in enumerate(cells) if cell)
        self.left, self.right = min(self.left, first), max(self.right, len(cells) - 1)
        self.numbers.append(number)
        self.lines.append("\t".join(cells))
        if len(self.sample) <= SAMPLE_ROWS:
            self.sample[number] = cells

    def list_rows(self, left: int, right: int) -> Iterator[tuple[int, list[str]]]:
        """The cells of its rows in some columns, each in its place, with their numbers."""
        for number, line in zip(self.numbers, self.lines, strict=True):
            yield number, [""] * left + line.split("\t")[left : right + 1]

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
    regions = _split_regions(enumerate(_show_rows(sheet, formats, skipped)), covered)
    for region in _part_tables(regions, covered):
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


def _split_regions(
    rows: Iterable[tuple[int, list[str]]], covered: Container[int]
) -> Iterator[_Region]:
    region: _Region | None = None
    for number, cells in rows:
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


def _part_tables(regions: Iterable[_Region], covered: Container[int]) -> Iterator[_Region]:
    """The regions, those with tables side by side in parts: from left to right, from the top."""
    gaps: set[int] = set()
    for region in regions:
        left = region.left
        for right in sorted(_find_gaps(region, gaps)):
            gaps.add(right)
            if any(any(cells) for _, cells in region.list_rows(left, right)):
                yield from _split_regions(region.list_rows(left, right), covered)
            left = right + 1
        if left == region.left:
            yield region
        else:
            yield from _split_regions(region.list_rows(left, region.right), covered)


def _find_gaps(region: _Region, known: Container[int]) -> Iterator[int]:
    """The empty columns that part tables side by side.

    A table may have empty columns to look better. So what is on both sides of one must be like
    two tables: each has a title above it, or their first columns have one name.

    Args:
        known: those that part tables above.
    """
    rows = region.cut_sample()
    used = {at for cells in rows for at, cell in enumerate(cells, region.left) if cell}
    gaps = [at for at in range(region.left + 1, region.right) if at not in used]
    if gaps:
        for _, cells in region.list_rows(0, region.right):
            gaps = [at for at in gaps if at >= len(cells) or not cells[at]]
    left = region.left
    for gap, following in pairwise([*gaps, region.right + 1]):
        if following == gap + 1 or gap == left:
            continue
        sides = [
            [cells[first - region.left : past - region.left] for cells in rows]
            for first, past in ((left, gap), (gap + 1, following))
        ]
        if gap in known or _are_two(*sides):
            yield gap
            left = gap + 1


def _are_two(left: Sequence[Cells], right: Sequence[Cells]) -> bool:
    """Whether rows on both sides of a gap are two tables."""
    if min(len(left[0]), len(right[0])) < 2 or len(left) < 3:
        return False
    if all(side[0][0] and sum(map(bool, side[0])) == 1 for side in (left, right)):
        return True
    for one, other in zip(left, right, strict=True):
        if one[0] and other[0]:
            return one[0] == other[0]
    return False


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
        return _find_stacked(rows)
    wide = {cells.row for cells in merged if cells.right - cells.left < width - 1}
    last = first
    while first - 1 in wide and len(set(filter(None, shown[first - 1]))) > 1:
        first -= 1
    while last in wide and last + 1 < len(rows):
        last += 1
    return _read_names(shown, first, last) or _find_stacked(rows)


def _find_stacked(rows: Sequence[Cells]) -> _ColumnNames | None:
    """The names of columns in two or three rows, if those of groups stand once, to the left."""
    for last in range(1, min(_MOST_STACKED, len(rows) - 1)):
        first = last
        while first and last - first < _MOST_STACKED - 1 and _may_group(rows[first - 1]):
            first -= 1
        if first < last and are_names([cell for cell in rows[last] if cell], marked=True):
            spread = [_spread(cells, rows[last]) for cells in rows[first:last]]
            if spread == [list(cells) for cells in rows[first:last]]:
                continue
            names = _read_names(
                [*rows[:first], *spread, *rows[last:]], first, last, must_be_sure=True
            )
            if names is not None:
                return names
    return None


def _read_names(
    rows: Sequence[Cells], first: int, last: int, *, must_be_sure: bool = False
) -> _ColumnNames | None:
    """The names that some rows give together; None if the rows below show that these are not names.

    Args:
        must_be_sure: whether values below must tell names from rows.
    """
    names = [
        " ".join(dict.fromkeys(filter(None, column)))
        for column in zip(*rows[first : last + 1], strict=True)
    ]
    count = last + 1 - first
    header = find_header([_tell_apart(names), *rows[last + 1 :]], may_be_long=count > 1)
    if header is None or header.row or (must_be_sure and not header.is_sure):
        return None
    return _ColumnNames(first, count if header.is_sure or count > 1 else 0, clean_names(names))


def _may_group(cells: Cells) -> bool:
    """Whether a row may have the names of groups of columns: words, and empty cells."""
    given = [cell for cell in cells if cell]
    return 1 < len(given) < len(cells) and are_names(given, marked=True)


def _spread(cells: Cells, below: Cells) -> list[str]:
    """The names of groups above each of their columns that has a name below."""
    spread: list[str] = []
    group = ""
    for cell, name in zip(cells, below, strict=True):
        group = cell or group
        spread.append(group if name else cell)
    return spread


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


def show_value(value: Value, number_format: ShownFormat | None = None) -> str:
    """A value in one line; "" for an empty cell."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return str(value).upper()
    if number_format and isinstance(value, int | float) and isfinite(value):
        return number_format(value)
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
