"""What stands in the cells of a table: numbers, dates, times, names, yes and no."""

from __future__ import annotations

import re
from datetime import date

from index.text import MONTH
from qa.answering.tables.quantities import parse_number

YES = frozenset({"yes", "y", "true", "x", "✓", "✔"})
NO = frozenset({"no", "n", "false", "-", "–", ""})
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
# Three digits or more, with letters, hyphens or points among them: an invoice's number, a date;
# not "1/2" or "10-12".
_CODE = re.compile(r"(?=(?:[^\d\s]*\d){3})(?!\d{1,3}[-/]\d{1,3}\Z)[\w./#-]+")
_TIME = re.compile(
    rf"""\d{{4}}-\d\d\b | (?<![\w-])(?:1\d|20)\d\ds?(?![\w-]) | \d{{1,2}}[./]\d{{1,2}}[./]\d
       | \d[:.]\d\d\b | \d\s?[ap]\.?m\b | \b{MONTH}\b""",
    re.IGNORECASE | re.VERBOSE,
)


def parse_date(text: str) -> float | None:
    """The date that a cell holds, as a day number; None if it holds none."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return float(date(*map(int, match.groups())).toordinal())
    except ValueError:
        return None


def is_name(cell: str) -> bool:
    """Whether a cell may name something: by words or a code, not a number or date."""
    if has_letter(cell):
        return True
    is_code = _CODE.fullmatch(cell.strip()) is not None
    return is_code and parse_number(cell) is None and _TIME.search(cell) is None


def has_letter(text: str) -> bool:
    """Whether a text holds a letter."""
    return any(character.isalpha() for character in text)
