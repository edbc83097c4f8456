"""The names of a table's columns: which row has them, if one does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

# Rows that are looked at to tell whether one has the names of the columns.
SAMPLE_ROWS = 50
# A caption goes with each row if it is no longer.
LONGEST_CAPTION = 120
# In characters: a table with a longer cell lays out the page; likewise if a row names its columns.
_LONGEST_CELL, _LONGEST_NAMED_CELL = 500, 2_000
# In characters, what most columns are called; a few names may be questions. And how much of all
# names goes with each row.
_LONGEST_NAME, _LONGEST_QUESTION, _LONGEST_NAMES = 60, 250, 4_000
_MOST_QUESTIONS, _MOST_QUESTIONS_IN_DATA = 0.25, 0.5
# Of columns with values, so many for each that has a name need none.
_MOST_UNNAMED = 0.5
_UNIT = (
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|nights?|people|persons?|pieces?"
    r"|[mck]?m|[mk]?g|[mc]?l|[kmgt]?i?b|[km]?w|kwh|°?[cf]|hz|eur|euros?|usd|dollars?|gbp|pounds?|pence)"
)
_ANSWER = r"true|false|yes|no|null"
_VALUE = re.compile(
    rf"[\W_]*\d[\d\W_]*(?:[etz][\d\W_]*)*(?:\s?{_UNIT}\W*)?|{_ANSWER}", re.IGNORECASE
)
_HAS_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
# In characters: if a cell and all below it begin alike, it is one of them.
_START = 4
_IS_ANSWER = re.compile(_ANSWER, re.IGNORECASE)
# What begins with a number, or with signs before one.
_AMOUNT = re.compile(r"[^\w\s]{0,2}\s?\d")
# Years, and what else of numbers may name columns: "60+", "3–15", "< 5", "10%".
_PERIOD = re.compile(r"(?:19|20)\d\d(?:\s?[/–-]\s?(?:19|20)?\d\d)?|2100")
_GROUP = re.compile(r"\d{1,3}\s?(?:\+|%|[–-]\s?\d{1,3}%?)|[<>≤≥]\s?\d{1,3}")
# Numbers that name columns if they are evenly spaced: so many, and below a corner without a name.
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,6})?", re.ASCII)
_FEWEST_STEPS, _FEWEST_STEPS_UNNAMED = 5, 3
# So do several of a unit, the least first: "60 kg", "75 kg".
_MEASURE = re.compile(rf"(\d{{1,5}}(?:\.\d{{1,3}})?)\s?({_UNIT})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """The row that names the columns.

    Attributes:
        columns: their names, in order; "" for one without a name.
        is_sure: False if no values tell names from rows: it may be a row as well.
    """

    row: int
    columns: tuple[str, ...]
    is_sure: bool


def find_header(rows: Sequence[Sequence[str]], *, may_be_long: bool = False) -> Header | None:
    """The row of cells that names the columns, if one does: the first that is as wide as most.

    Names differ from each other and from what stands under them, and are not values. Only the
    first rows are looked at.

    Args:
        may_be_long: whether all names may be as long as questions, not only those above values.
    """
    rows = rows[:SAMPLE_ROWS]
    widths = Counter(map(len, rows))
    usual = max(widths, key=lambda width: (widths[width], width), default=0)
    if usual < 2:
        return None
    alike = [number for number, row in enumerate(rows) if len(row) == usual]
    # A title may be as wide as the table, with empty cells beside it.
    most = max(sum(map(bool, rows[number])) for number in alike)
    at = next(number for number in alike if most < 3 or sum(map(bool, rows[number])) > 1)
    names, below = rows[at], [row for row in rows[at + 1 :] if len(row) == usual]
    given = [name for name in names if name]
    if not below or len(set(given)) < len(given):
        return None
    columns = [tuple(filter(None, column)) for column in zip(*below, strict=True)]
    # The first column, of row numbers, often has no name; those with few words need none.
    unnamed = sum(
        not name and 2 * len(column) > len(below)
        for name, column in zip(names, columns, strict=True)
    )
    numbers = _find_scale_names(names, below) or _find_codes(names, columns)
    if not given or not _differ(names, columns, numbers, may_be_long):
        return None
    is_sure = any(map(_are_values, columns)) or (
        # "£9 an hour" under "Weekday": in a table of two columns that may be a value by its name.
        usual > 2
        and not any(map(_HAS_DIGIT.search, given))
        and any(2 * sum(map(bool, map(_AMOUNT.match, c))) > len(c) for c in columns)
    )
    if unnamed > 1 and (not is_sure or unnamed > _MOST_UNNAMED * len(given)):
        return None
    return Header(at, clean_names(names), is_sure)


def read_column_names(rows: Sequence[Sequence[str]], *, is_marked: bool) -> tuple[str, ...] | None:
    """The names of the columns in the first row; None if it does not surely have them.

    Args:
        is_marked: whether the first row is marked as the one that names the columns. Otherwise
            the values below it must show that.
    """
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    if is_marked:
        is_named = any(rows[0]) and are_names(rows[0], marked=True)
        return clean_names(rows[0]) if is_named else None
    header = find_header(rows)
    return header.columns if header and header.row == 0 and header.is_sure else None


def lays_out_page(cells: Sequence[str], *, has_names: bool) -> bool:
    """Whether a table lays out a page: it has one cell, or a long one.

    Args:
        cells: those with words.
        has_names: whether a row is marked as the one that names the columns.
    """
    longest = _LONGEST_NAMED_CELL if has_names else _LONGEST_CELL
    return len(cells) == 1 or any(len(cell) > longest for cell in cells)


def are_names(cells: Sequence[str], *, marked: bool = False, may_be_long: bool = False) -> bool:
    """Whether what stands in some cells may be names of columns: no values, not too long.

    Args:
        marked: whether they are marked as such: then they may be years as well and, of more than
            two, groups such as "60+" or a scale. Of two, one may be the name of a value beside it.
        may_be_long: whether as many as half of them may be as long as questions.
    """
    scale = _find_scale(cells) if marked and len(cells) > 2 else ()
    long = [cell for cell in cells if len(cell) > _LONGEST_NAME]
    most = _MOST_QUESTIONS_IN_DATA if may_be_long else _MOST_QUESTIONS
    if len(long) > most * len(cells) or any(len(c) > _LONGEST_QUESTION for c in long):
        return False
    # "No" is short for a number, unless it is one of several answers.
    answers = {cell.lower() for cell in cells if _IS_ANSWER.fullmatch(cell)}
    return all(
        not is_value(cell)
        or cell in scale
        or (answers == {"no"} and cell.lower() == "no")
        or (marked and _may_name(cell, among=len(cells)))
        for cell in cells
    )


def _find_scale(cells: Sequence[str]) -> Sequence[str]:
    """Those of some cells that are measures, if they have one unit and grow from cell to cell.

    Of bare numbers there must be three.
    """
    numbers = [cell for cell in cells if _NUMBER.fullmatch(cell)]
    if len(numbers) > 2 and all(float(a) < float(b) for a, b in pairwise(numbers)):
        return numbers
    measures = [(cell, match) for cell in cells if (match := _MEASURE.fullmatch(cell))]
    sizes = [float(match[1]) for _, match in measures]
    is_scale = (
        len(measures) > 1
        and len({match[2].lower() for _, match in measures}) == 1
        and all(left < right for left, right in pairwise(sizes))
    )
    return [cell for cell, _ in measures] if is_scale else ()


def _may_name(value: str, among: int) -> bool:
    """Whether a value may name one of so many columns."""
    is_group = among > 2 and _GROUP.fullmatch(value) is not None
    return is_group or _PERIOD.fullmatch(value) is not None


def _differ(
    names: Sequence[str],
    columns: Sequence[Sequence[str]],
    numbers: Container[str],
    may_be_long: bool,
) -> bool:
    """Whether a row may name the columns of cells below it, by what stands in them.

    Args:
        numbers: those of the names that are known to be no values.
    """
    pairs = list(zip(names, columns, strict=True))
    if any(
        name and name not in numbers and (name in column or _continues(name, column))
        for name, column in pairs
    ):
        return False
    # A name above values may be as long as a question.
    short = [
        name
        for name, column in pairs
        if name
        and name not in numbers
        and not (
            _LONGEST_NAME < len(name) <= _LONGEST_QUESTION and (may_be_long or _are_values(column))
        )
    ]
    years = [name for name in names if _PERIOD.fullmatch(name)]
    if len(years) < 2:
        return are_names(short)
    # Years name columns, if no years stand below them.
    above_years = [column for name, column in pairs if name in years]
    words = [name for name in short if name not in years]
    if any(_PERIOD.fullmatch(cell) for column in above_years for cell in column):
        return False
    return not is_value(names[0]) and are_names(words)


def _find_scale_names(names: Sequence[str], below: Sequence[Sequence[str]]) -> Container[str]:
    """The numbers that name columns, as they are evenly spaced: "", "0.3", "0.4", "0.5".

    In no row below the cells of these columns are. What the rows are about may have a name.
    """
    at = [number for number, name in enumerate(names) if _NUMBER.fullmatch(name)]
    if len(at) < (_FEWEST_STEPS if names[0] else _FEWEST_STEPS_UNNAMED) or at[0] == 0:
        return ()
    rows = ([row[number] for number in at] for row in below)
    is_scale = _is_evenly_spaced([names[number] for number in at])
    return (
        [names[number] for number in at]
        if is_scale and not any(map(_is_evenly_spaced, rows))
        else ()
    )


def _is_evenly_spaced(cells: Sequence[str]) -> bool:
    """Whether some cells are numbers that grow, or fall, by the same step."""
    if not all(map(_NUMBER.fullmatch, cells)):
        return False
    steps = {Decimal(right) - Decimal(left) for left, right in pairwise(cells)}
    return len(steps) == 1 and steps != {0}


def _find_codes(names: Sequence[str], columns: Sequence[Sequence[str]]) -> Container[str]:
    """The numbers among many names, such as "92233" and "92235", unlike all that is below them."""
    pairs = list(zip(names, columns, strict=True))
    codes = [(name, column) for name, column in pairs if name.isdecimal()]
    words = [column for name, column in pairs if name and not is_value(name)]
    is_alike = len({len(name) for name, _ in codes}) == 1 < len(codes)
    if not is_alike or len(words) <= len(codes) or sum(map(_are_values, words)) < len(codes):
        return ()
    is_apart = all(_show_shape(name) not in map(_show_shape, column) for name, column in codes)
    return [name for name, _ in codes] if is_apart and not names[0].isdecimal() else ()


def _continues(name: str, column: Sequence[str]) -> bool:
    """Whether a cell goes on in those below it: all begin alike, or are codes of one shape."""
    if len(column) < 2:
        return False
    if len(name) > _START and all(cell.startswith(name[:_START]) for cell in column):
        return not all(cell.startswith(name) for cell in column)
    is_code = _HAS_DIGIT.search(name) is not None and any(map(str.isalpha, name))
    return is_code and {_show_shape(cell) for cell in column} == {_show_shape(name)}


def _show_shape(code: str) -> str:
    return _LETTER.sub("a", _HAS_DIGIT.sub("9", code))


def clean_names(cells: Sequence[str]) -> tuple[str, ...]:
    """The names as they go with each row, in one line each; of very many, the first."""
    names: list[str] = []
    left = _LONGEST_NAMES
    for cell in cells:
        name = " ".join(cell.split())
        left -= len(name) + 1
        if left < 0:
            break
        names.append(name)
    return tuple(names)


def _are_values(column: Sequence[str]) -> bool:
    """Whether most cells of a column are values."""
    return 2 * sum(map(is_value, column)) > len(column)


def is_value(cell: str) -> bool:
    """Whether a cell holds a number, a date or the like."""
    return len(cell) <= _LONGEST_NAME and _VALUE.fullmatch(cell) is not None
