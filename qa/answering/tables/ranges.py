"""Rows of a table that stand for a range, and the quantity that a question names.

The dose for "6 to 12 years" is not one for a child of three. A reader sees that the rows speak of
ages and doses, but does not compare numbers. That is arithmetic: it stays although none of 483
questions that were measured needs it, because a wrong dose is worse than no answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Passage, Span
from qa.answering.candidates import ReadPassage
from qa.answering.tables.quantities import (
    DIGITS,
    UNIT,
    UNITS,
    Quantity,
    find_quantities,
    name_unit,
    parse_quantity,
)
from qa.answering.tables.table_rows import MOST_ROWS, read_table
from qa.passage_text import find_cells
from qa.reader.reading import Reading

# A longer cell says more than a range.
_LONGEST_CELL = 100
_BOUND = rf"[£$€]?\s?{DIGITS}(?:\s?{UNIT})?"
_MORE = r"(?:more|older|heavier|longer)\sthan"
_LESS = r"(?:less|fewer|younger|lighter|shorter)\sthan"
_RANGE = re.compile(
    rf"""(?:\bfrom\s)?(?<![\w.,:−–-])(?P<low>{_BOUND})\s?(?:to|[-–—])\s?(?P<high>{_BOUND})(?![\w:])
       | \bbetween\s(?P<least>{_BOUND})\sand\s(?P<most>{_BOUND})(?!\w)
       | (?:\b(?:up\sto|at\smost|(?:no|not)\s(?:over|above|{_MORE}))|≤|<=)
             \s?(?P<up_to>{_BOUND})(?!\w)
       | (?:\b(?:from|at\sleast|(?:no|not)\s(?:under|below|{_LESS}))|≥|>=)
             \s?(?P<at_least>{_BOUND})(?!\w)
       | (?:\b(?:under|below|{_LESS})|<(?!=))\s?(?P<under>{_BOUND})(?!\w)
       | (?:\b(?:over|above|{_MORE})|>(?!=))\s?(?P<over>{_BOUND})(?!\w)
       | (?P<and_more>{_BOUND})\s?(?:\+|(?:and|or)\s(?:over|above|more|older|longer|heavier)\b)
       | (?P<and_less>{_BOUND})\s?(?:and|or)\s(?:under|below|less|younger|shorter|lighter)\b""",
    re.IGNORECASE | re.VERBOSE,
)

# Where this stands before the first match, the range begins earlier: "5 to under 10 years".
_ENDS_OPEN = re.compile(r"(?:\bto|[-−–—])\s?\Z")


@dataclass(frozen=True, slots=True)
class Range:
    """What a row stands for, from `low` to `high`, which are infinite if there is no bound.

    They are in the unit that all units of its kind are multiples of; `unit` is that of the last
    bound. A bound may not be a part of it: "over 5", "under 5".
    """

    low: float
    high: float
    unit: str
    excludes_low: bool = False
    excludes_high: bool = False

    @property
    def kind(self) -> str:
        return UNITS[self.unit][0]

    def includes(self, quantity: Quantity) -> bool:
        value = quantity.value
        above = self.low < value or (self.low == value and not self.excludes_low)
        below = value < self.high or (value == self.high and not self.excludes_high)
        return above and below


@dataclass(frozen=True, slots=True)
class RowInRange:
    """A row that stands for the quantity of a question, and the cell with the range in its text."""

    passage: ReadPassage
    cell: Span


def keep_rows_in_range(question: str, read: Sequence[ReadPassage]) -> list[ReadPassage]:
    """The passages without rows that stand for another range than the question's quantity.

    They are left out only if another row of the same table stands for the right one.
    """
    right, wrong = _compare_rows(question, read)
    tables = {_identify_table(row.passage) for row in right}
    left_out = {id(passage) for passage in wrong if _identify_table(passage) in tables}
    return [passage for passage in read if id(passage) not in left_out]


@dataclass(frozen=True, slots=True)
class RangeMatch:
    """How the table of the best passage fits the question's quantity.

    The one row that stands for it, while others stand for other ranges; and whether all rows stand
    for other ranges, which is not so if one stands for none that is known ("Adults").
    """

    row: RowInRange | None = None
    is_outside: bool = False


def match_ranges(question: str, read: Sequence[ReadPassage]) -> RangeMatch:
    """Compare the rows of the best passage's table with the question's quantity."""
    if not read or not find_quantities(question):
        return RangeMatch()
    best = read[0]
    name = _identify_table(best)
    rows = [passage for passage in read if _identify_table(passage) == name]
    right, wrong = _compare_rows(question, rows)
    table = read_table(best.hit) if wrong and not right else None
    if table is not None and len(table.passages) <= MOST_ROWS:
        known = {passage.hit.passage.id for passage in rows}
        unread = Reading((), best.reading.relevance)
        rows += [
            ReadPassage(replace(best.hit, passage=row), unread)
            for row in table.passages
            if row.id not in known
        ]
        right, wrong = _compare_rows(question, rows)
    row = right[0] if len(right) == 1 and wrong else None
    return RangeMatch(row, is_outside=len(wrong) == len(rows) > 1)


def _compare_rows(
    question: str, read: Sequence[ReadPassage]
) -> tuple[list[RowInRange], list[ReadPassage]]:
    """The rows that stand for a quantity of the question, and those for another range."""
    quantities = find_quantities(question)
    right: list[RowInRange] = []
    wrong: list[ReadPassage] = []
    for passage in read if quantities else ():
        match _compare_row(passage.hit.passage, quantities):
            case True, cell:
                right.append(RowInRange(passage, cell))
            case False, _:
                wrong.append(passage)
    return right, wrong


def _identify_table(passage: ReadPassage) -> tuple[object, ...]:
    row = passage.hit.passage
    return passage.hit.document.path, row.columns, row.headings


def parse_range(text: str, column: str = "") -> Range | None:
    """The range that a cell stands for; None if it names none, or several.

    The name of its column may tell the unit: "Age (years)".
    """
    matches = list(_RANGE.finditer(text)) if len(text) <= _LONGEST_CELL else []
    if not matches or _ENDS_OPEN.search(text, 0, matches[0].start()):
        return None
    ranges = [_read_range(match, column) for match in matches]
    return ranges[0] if len(ranges) == 1 else _join_bounds(ranges)


def _read_range(match: re.Match[str], column: str) -> Range | None:
    bounds = {name: bound for name, bound in match.groupdict().items() if bound}
    quantities = [parse_quantity(bound) for bound in bounds.values()]
    # "2 to 5 years": the unit stands after the second number, or above the column.
    unit = quantities[-1].unit or quantities[0].unit or name_unit(column)
    if not unit:
        return None
    values = [each.value * (1.0 if each.unit else UNITS[unit][1]) for each in quantities]
    if len(values) == 2:
        low, high = values
    elif bounds.keys() & {"over", "at_least", "and_more"}:
        low, high = values[0], math.inf
    else:
        low, high = -math.inf, values[0]
    if low > high or any(each.unit and each.kind != UNITS[unit][0] for each in quantities):
        return None
    return Range(low, high, unit, "over" in bounds, "under" in bounds)


def _join_bounds(ranges: Sequence[Range | None]) -> Range | None:
    """The range of a lower and an upper bound: "over 8 m, up to 12 m"; None for other ranges."""
    match ranges:
        case [Range() as lower, Range() as upper]:
            are_bounds = math.isinf(lower.high) and math.isinf(upper.low)
            if are_bounds and lower.kind == upper.kind and lower.low <= upper.high:
                return replace(upper, low=lower.low, excludes_low=lower.excludes_low)
    return None


def _compare_row(row: Passage, quantities: Sequence[Quantity]) -> tuple[bool, Span] | None:
    """Whether the one range of a row includes the one quantity that it can be compared with.

    Also the cell with the range; None if there is no such pair, or several. The two are of the same
    kind, and of the same unit if there is such a pair: in "for a child of seven, in one day" the
    age is compared with a range of years.
    """
    cells = find_cells(row)
    if len(cells) != len(row.columns):
        return None
    parsed = [(parse_range(c.of(row.text), n), c) for n, c in zip(row.columns, cells, strict=True)]
    alike = [
        (each, quantity, cell)
        for each, cell in parsed
        for quantity in quantities
        if each is not None and each.kind == quantity.kind
    ]
    same = [pair for pair in alike if UNITS[pair[0].unit] == UNITS[pair[1].unit]] or alike
    if len(same) != 1:
        return None
    limits, quantity, cell = same[0]
    return limits.includes(quantity), cell
