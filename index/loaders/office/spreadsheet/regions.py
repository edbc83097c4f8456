"""The tables of a sheet: empty rows part them; each row is a line with tabs between its cells."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from math import isfinite

from python_calamine import CalamineSheet

from index.loaders.shared.assembly import Assembly, add_titled_table
from index.loaders.shared.header_rows import (
    HeaderRows,
    Merged,
    find_header_rows,
    find_row_groups,
    locate_merged,
    repeat_merged,
)
from index.loaders.shared.table_header import SAMPLE_ROWS, is_value

# Of cells that are merged over rows so many characters are repeated in a table, or as many as it
# has.
_LEAST_REPEATED = 10_000
# Rows that are set apart are counted so far.
_MOST_MARKED = 10_000
# Rows that a header takes; merged cells that take more are not looked at further.
_MOST_MERGED_ROWS = 10

Cells = Sequence[str]
Value = int | float | str | bool | time | date | datetime | timedelta


# How a finite number is shown.
ShownFormat = Callable[[float], str]
# The digits of a number that has no format of its own.
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class StyledRow:
    """How the cells of a row look; rows and columns are counted from 0.

    Attributes:
        formats: of columns with numbers.
        marked: the columns that bold type or a colour sets apart.
    """

    number: int
    formats: Mapping[int, ShownFormat]
    marked: frozenset[int] = frozenset()


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

    def cut_lines(self, merged: Sequence[Merged], header: HeaderRows | None) -> list[str]:
        """The rows from the region's own first column on.

        What is merged over several rows below the names of columns stands in each of them, and so
        does the name of a group of rows.

        Args:
            merged: by the rows and columns of the region.
        """
        lines = [line[self.left :] for line in self.lines]
        first = header.first + header.count if header is not None else 0
        has_groups = header is not None and bool(find_row_groups(self.cut_sample(), first))
        if not has_groups and not any(first <= cells.top < cells.bottom for cells in merged):
            return lines
        rows = [line.split("\t") for line in lines]
        groups = find_row_groups(rows, first) if has_groups else []
        most = max(sum(map(len, lines)), _LEAST_REPEATED)
        return ["\t".join(row) for row in repeat_merged(rows, [*merged, *groups], first, most)]

    def cut_sample(self) -> list[list[str]]:
        """The cells of the first rows, as many in each as the region has columns."""
        width = self.right + 1
        rows = self.sample.values()
        return [[*cells, *[""] * (width - len(cells))][self.left :] for cells in rows]

    def sort_cells(self, first: int) -> dict[int, set[bool]]:
        """Of each column, whether values and words are in it; a row of one cell does not count.

        Args:
            first: the row of the sample from which on they are looked at.
        """
        kinds: dict[int, set[bool]] = {}
        for cells in islice(self.sample.values(), first, None):
            given = [(at, cell) for at, cell in enumerate(cells) if cell]
            for at, cell in given if len(given) > 1 else ():
                kinds.setdefault(at, set()).add(is_value(cell))
        return kinds

    def cut_marked(self, marked: Set[int]) -> list[bool]:
        """Of each row of the sample, whether it is set apart; none if most are."""
        are_marked = [number in marked for number in self.sample]
        return are_marked if marked and 2 * sum(are_marked) < len(are_marked) + 2 else []


def add_sheet(assembly: Assembly, sheet: CalamineSheet, styles: Iterable[StyledRow] = ()) -> None:
    """Add the tables and lines of a sheet to the text.

    Args:
        styles: the rows that have any, in order.
    """
    ranges = sheet.merged_cell_ranges or ()
    # Rows are counted from the first of the sheet, columns from the first that is used.
    skipped = sheet.start[1] if sheet.start else 0
    merged = [
        Merged(top, left - skipped, bottom, right - skipped)
        for (top, left), (bottom, right) in sorted(ranges)
    ]
    tops = [cells.top for cells in merged]
    # A row all of whose cells are merged with those above it is empty, and parts nothing.
    covered = {
        row
        for (top, _), (bottom, _) in ranges
        for row in range(top + 1, min(bottom, top + _MOST_MERGED_ROWS) + 1)
    }
    before: tuple[_Region, HeaderRows] | None = None
    marked: set[int] = set()
    regions = _split_regions(enumerate(_show_rows(sheet, styles, skipped, marked)), covered)
    for region in _part_tables(regions, covered):
        rows = region.cut_sample()
        first, last = region.numbers[0], region.numbers[-1]
        own = [
            cells
            for cells in merged[bisect_left(tops, first) : bisect_right(tops, last)]
            if region.left <= cells.left <= region.right
        ]
        located = locate_merged(own, region.numbers, region.left)
        header = find_header_rows(rows, located, marked=region.cut_marked(marked))
        lines = region.cut_lines(located, header)
        if header is not None:
            before = region, header
            add_titled_table(assembly, header, lines)
        elif before and _continues(*before, region):
            # Its rows stand under the same names, past an empty one.
            first = before[0].left
            assembly.add_table(
                before[1].names, [line[first:] for line in region.lines], header_rows=0
            )
        elif region.left < region.right and len(lines) > 1:
            assembly.add_table((), lines, header_rows=0)
        else:
            assembly.add_unnamed_rows(lines)


def _show_rows(
    sheet: CalamineSheet, styles: Iterable[StyledRow], skipped: int, marked: set[int]
) -> Iterator[list[str]]:
    """The cells of each row as they are shown.

    Args:
        skipped: how many columns are before the first one.
        marked: gets the numbers of the rows most of whose cells are set apart.
    """
    waiting = iter(styles)
    style = next(waiting, None)
    for number, values in enumerate(sheet.iter_rows()):
        while style is not None and style.number < number:
            style = next(waiting, None)
        if style is None or style.number != number:
            yield [show_value(value) for value in values]
            continue
        cells = [
            show_value(value, style.formats.get(at)) for at, value in enumerate(values, skipped)
        ]
        given = [at for at, cell in enumerate(cells, skipped) if cell]
        if 2 * sum(at in style.marked for at in given) > len(given) and len(marked) < _MOST_MARKED:
            marked.add(number)
        yield cells


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


def _continues(above: _Region, header: HeaderRows, region: _Region) -> bool:
    """Whether the rows may go on with a table: their columns are among its own, and hold the like.

    They do not where numbers stand under words alone, or words under numbers.
    """
    if region.left == region.right or not above.left <= region.left <= region.right <= above.right:
        return False
    own, other = region.sort_cells(0), above.sort_cells(header.first + max(1, header.count))
    return not any(own[at] and other.get(at) and own[at].isdisjoint(other[at]) for at in own)


def show_value(value: Value, number_format: ShownFormat | None = None) -> str:
    """A value in one line; "" for an empty cell."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return str(value).upper()
    if number_format and isinstance(value, int | float) and isfinite(value):
        return number_format(value)
    if isinstance(value, float):
        shown = format(value, f".{_DIGITS}g")
        # All digits before the point are shown.
        return f"{round(value)}" if value.is_integer() or "e+" in shown else shown
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
