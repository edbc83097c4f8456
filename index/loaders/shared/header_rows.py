"""The rows that name the columns of a table: one or several, below titles.

Names of groups stand above those of their columns, in merged cells or once, to the left.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.loaders.shared.table_header import are_names, clean_names, find_header

# In characters: longer words of merged cells stand in the first of their rows alone.
_LONGEST_REPEATED = 300
# Rows that names take.
_MOST_ROWS = 3
# Columns of a table that has names though no row is set apart, where others are.
_FEWEST_UNMARKED = 3
# Of the columns that have words in most rows, so many have names; unnamed ones are the last.
_LEAST_NAMED = 2 / 3

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are shown as one; rows and columns count from 0, and the last belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class HeaderRows:
    """The rows with the names of a table's columns.

    Attributes:
        first: the row in which they begin.
        count: how many rows have nothing else; 0 if it may be a row as well.
        names: of the columns, in order; "" for one without a name.
    """

    first: int
    count: int
    names: tuple[str, ...]


def find_header_rows(
    rows: Sequence[Cells],
    merged: Sequence[Merged] = (),
    *,
    marked: Sequence[bool] = (),
    are_marks_sure: bool = False,
    must_be_sure: bool = False,
) -> HeaderRows | None:
    """The rows that name the columns; None if none do.

    Args:
        rows: the first of the table, with as many cells in each; of merged cells, all but the
            first one are empty.
        marked: of each row, whether it is set apart as one of names; empty if nothing sets rows
            apart, here or in tables beside it.
        are_marks_sure: whether the marks say more than what stands in the cells.
        must_be_sure: whether values below must tell names from rows, unless they are marked.
    """
    titles = _count_titles(rows)
    if len(rows) - titles < 2:
        return None
    shown = [_fill(cells, number, merged) for number, cells in enumerate(rows)]
    main = _find_main_columns(rows)
    least = len(main) - 1
    is_marked = any(marked[titles : titles + 1])
    header = None
    if is_marked:
        # Tables of documents lay out pages as well: half of their cells may be sentences.
        header = _read_marked(shown, titles, merged, marked, main, may_be_long=not are_marks_sure)
        if header is not None and are_marks_sure:
            return header
    header = (
        _find_whole(shown, titles, merged, main, least, must_be_sure=True)
        or _find_stacked(rows, titles)
        or _find_whole(shown, titles, merged, main, _LEAST_NAMED * len(main), must_be_sure=True)
        or header
    )
    # Of two columns, names often stand beside their values.
    if header is None and not must_be_sure and not (marked and len(main) < _FEWEST_UNMARKED):
        header = _find_whole(shown, titles, merged, main, least, must_be_sure=False)
    return header


def _count_titles(rows: Sequence[Cells]) -> int:
    """How many rows are above the first one that has words in several cells."""
    several = (number for number, cells in enumerate(rows) if sum(map(bool, cells)) > 1)
    return next(several, len(rows))


def _fill(cells: Cells, row: int, merged: Sequence[Merged]) -> list[str]:
    """A row with the words of merged cells in each of them, where they begin in this row."""
    filled = list(cells)
    for each in merged:
        left, right = each.left, min(each.right, len(cells) - 1)
        if each.top == row and 0 < right - left < len(cells) - 1:
            filled[left : right + 1] = [filled[left]] * (right + 1 - left)
    return filled


def _read_marked(
    rows: Sequence[Cells],
    first: int,
    merged: Sequence[Merged],
    marked: Sequence[bool],
    main: Sequence[int],
    *,
    may_be_long: bool,
) -> HeaderRows | None:
    """The names that the marked rows from one on give together; None if they are values, or few."""
    last = first
    while (
        last - first < _MOST_ROWS - 1
        and last + 2 < len(rows)
        and marked[last + 1]
        and (not all(rows[last]) or _is_group(rows, last, merged))
        and are_names([*filter(None, rows[last + 1])], marked=True)
    ):
        last += 1
    names = _join_names(rows[first : last + 1])
    is_whole = 2 * sum(bool(names[at]) for at in main) > len(main)
    if not is_whole or not are_names(names, marked=True, may_be_long=may_be_long):
        return None
    return HeaderRows(first, last + 1 - first, clean_names(names))


def _join_names(rows: Sequence[Cells]) -> list[str]:
    """The words in each column, those of several rows in one."""
    return [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*rows, strict=True)]


def _find_main_columns(rows: Sequence[Cells]) -> list[int]:
    """The columns that have words in more than half of the rows; all of them if too few have."""
    most = len(rows) / 2
    main = [
        at for at, column in enumerate(zip(*rows, strict=True)) if sum(map(bool, column)) > most
    ]
    return main if len(main) > 1 else [*range(len(rows[0]))]


def _find_whole(
    rows: Sequence[Cells],
    titles: int,
    merged: Sequence[Merged],
    main: Sequence[int],
    least: float,
    *,
    must_be_sure: bool,
) -> HeaderRows | None:
    """The names of columns if one row has most of them, and merged cells those of groups.

    Args:
        rows: with the words of merged cells in each of them.
        main: the columns of which the names are to be there, but for the first and the last ones.
        least: how many of these there are at least.
        must_be_sure: whether values below must tell names from rows.
    """
    first = next(
        (number for number, cells in enumerate(rows) if _may_name(cells, main, least)), None
    )
    if first is None:
        return None
    last = first
    while first > titles and _is_group(rows, first - 1, merged):
        first -= 1
    while last - first < _MOST_ROWS - 1 and _is_group(rows, last, merged):
        last += 1
    return _read_names(rows, first, last, must_be_sure=must_be_sure)


def _may_name(cells: Cells, main: Sequence[int], least: float) -> bool:
    """Whether a row has words for so many columns; of those before its last word, one may lack."""
    named = [at for at in main if cells[at]]
    lacking = sum(at < named[-1] for at in main if not cells[at]) if named else 0
    return len(named) >= least and lacking < 2 and len(set(filter(None, cells))) > 1


def _is_group(rows: Sequence[Cells], row: int, merged: Sequence[Merged]) -> bool:
    """Whether a merged cell of a row stands above several names."""
    if row + 2 >= len(rows):
        return False
    width, below = len(rows[0]), rows[row + 1]
    return (
        any(
            each.top == row
            and 0 < each.right - each.left < width - 1
            and sum(map(bool, below[each.left : each.right + 1])) > 1
            for each in merged
        )
        and len(set(filter(None, rows[row]))) > 1
        and are_names([*filter(None, below)], marked=True)
    )


def _find_stacked(rows: Sequence[Cells], titles: int) -> HeaderRows | None:
    """The names of columns in two or three rows, if those of groups stand once, to the left."""
    for last in range(titles + 1, min(titles + _MOST_ROWS, len(rows) - 1)):
        first = last
        while first > titles and _may_group(rows[first - 1], rows[first]):
            first -= 1
        if first < last and are_names([*filter(None, rows[last])], marked=True):
            spread = [_spread(cells, rows[last]) for cells in rows[first:last]]
            if spread == [list(cells) for cells in rows[first:last]]:
                continue
            filled = [*rows[:first], *spread, *rows[last:]]
            names = _read_names(filled, first, last, must_be_sure=True)
            if names is not None:
                return names
    return None


def _may_group(cells: Cells, below: Cells) -> bool:
    """Whether a row may have the names of groups of columns: words, each above several others."""
    given = [cell for cell in cells if cell]
    if not 1 < len(given) < len(cells) or not are_names(given, marked=True):
        return False
    starts = [at for at, cell in enumerate(cells) if cell]
    counts = [
        sum(map(bool, below[start:end]))
        for start, end in zip(starts, [*starts[1:], len(cells)], strict=True)
    ]
    return sum(count > 1 for count in counts) >= sum(
        count == 1 and bool(below[start]) for start, count in zip(starts, counts, strict=True)
    )


def _spread(cells: Cells, below: Cells) -> list[str]:
    """The names of groups above each of their columns that has a name below."""
    spread: list[str] = []
    group = ""
    for cell, name in zip(cells, below, strict=True):
        group = cell or group
        spread.append(group if name else cell)
    return spread


def _read_names(
    rows: Sequence[Cells], first: int, last: int, *, must_be_sure: bool
) -> HeaderRows | None:
    """The names that some rows give together; None if the rows below show that these are not names.

    Args:
        must_be_sure: whether values below must tell names from rows.
    """
    names = _join_names(rows[first : last + 1])
    count = last + 1 - first
    header = find_header([_tell_apart(names), *rows[last + 1 :]], may_be_long=count > 1)
    if header is None or header.row:
        return None
    if not header.is_sure and (must_be_sure or 2 * sum(map(bool, names)) < len(names)):
        return None
    return HeaderRows(first, count if header.is_sure or count > 1 else 0, clean_names(names))


def _tell_apart(names: Sequence[str]) -> Sequence[str]:
    """Names of columns, each only once: some of them may name several columns."""
    times = Counter(filter(None, names))
    if 2 * len(times) < times.total():
        return names
    return [f"{name} #{number}" if times[name] > 1 else name for number, name in enumerate(names)]


def locate_merged(merged: Iterable[Merged], numbers: Sequence[int], left: int = 0) -> list[Merged]:
    """Merged cells by their places among some rows; without those that begin in none of these.

    Args:
        numbers: of the rows, ascending.
        left: the column that counts as the first one.
    """
    located = []
    for cells in merged:
        top, past = bisect_left(numbers, cells.top), bisect_right(numbers, cells.bottom)
        if top < past and numbers[top] == cells.top:
            located.append(Merged(top, cells.left - left, past - 1, cells.right - left))
    return located


def repeat_merged(
    rows: Sequence[Cells], merged: Sequence[Merged], first: int, most: int
) -> list[list[str]]:
    """The rows, with the words of cells that are merged over several of them in each.

    Args:
        first: the row from which on words are repeated: not those of names.
        most: so many characters are repeated, at most.
    """
    filled = [list(cells) for cells in rows]
    # Where the last one ends in each column. In a file that no program wrote, they may overlap.
    ends: dict[int, int] = {}
    for each in sorted(merged, key=lambda cells: cells.top):
        if not max(first, ends.get(each.left, 0)) <= each.top < min(each.bottom + 1, len(filled)):
            continue
        ends[each.left] = each.bottom + 1
        words = "".join(filled[each.top][each.left : each.left + 1])
        if not 0 < len(words) <= _LONGEST_REPEATED:
            continue
        for cells in filled[each.top + 1 : each.bottom + 1]:
            if len(words) <= most and any(cells) and not any(cells[each.left : each.left + 1]):
                cells += [""] * (each.left + 1 - len(cells))
                cells[each.left] = words
                most -= len(words)
    return filled


def find_row_groups(rows: Sequence[Cells], first: int) -> list[Merged]:
    """The names of groups of rows, as if their cells were merged over all rows of their group.

    A name stands once, in the first column. The second one has the same words in most groups:
    "Ann", "mean"; "", "most"; "Bee", "mean"; "", "most".

    Args:
        first: the row below the names of the columns.
    """
    groups: list[range] = []
    for number in range(first, len(rows)):
        name, kind = (*rows[number][:2], "", "")[:2]
        if name:
            groups.append(range(number, number + 1))
        elif kind and groups and groups[-1].stop == number:
            groups[-1] = range(groups[-1].start, number + 1)
    kinds = Counter(tuple(rows[number][1] for number in group) for group in groups)
    alike = sum(times for words, times in kinds.items() if times > 1 < len(words))
    if 2 * alike <= len(groups):
        return []
    return [Merged(group.start, 0, group.stop - 1, 0) for group in groups if len(group) > 1]
