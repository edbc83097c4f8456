"""Dates as words of their own, so that 2013/08/07 is found by "7 August 2013"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.text.patterns import MONTH, MONTH_NUMBERS

_DATE = re.compile(
    rf"""(?<!\w)(?:
        (?P<year_1>\d{{4}})(?P<sign_1>[-/.])(?P<month_1>\d\d?)(?P=sign_1)(?P<day_1>\d\d?)
      | (?P<first>\d\d?)(?P<sign_2>[-/.])(?P<second>\d\d?)(?P=sign_2)(?P<year_2>\d{{4}})
      | (?P<year_3>\d{{4}})-(?P<month_3>\d\d)
      | (?P<day_4>\d\d?)(?:st|nd|rd|th)?\s(?:of\s)?(?P<month_4>{MONTH})\b\.?
            (?:,?\s(?P<year_4>\d{{4}}))?
      | (?P<month_5>{MONTH})\b\.?\s(?:(?P<day_5>\d\d?)(?:st|nd|rd|th)?(?:,?\s(?P<year_5>\d{{4}}))?
            | (?P<year_6>\d{{4}}))
    )(?:(?!\w)|(?=T\d))""",
    re.VERBOSE | re.IGNORECASE,
)


def date_words(text: str) -> list[str]:
    """A word for each date in a text, and one for its month and year, and for its day and month.

    They are the same whatever the notation. If day and month cannot be told apart
    (03/04/2024) both readings are given.
    """
    return [word for match in _DATE.finditer(text) for word in _read_date(match)]


def _read_date(match: re.Match[str]) -> Iterator[str]:
    part = match.groupdict()
    year = int(next(filter(None, (part[f"year_{n}"] for n in range(1, 7))), 0))
    day, month = (
        next(filter(None, (part.get(f"{name}_{n}") for n in range(1, 6))), "")
        for name in ("day", "month")
    )
    if part["first"]:
        yield from _make_words(year, int(part["second"]), int(part["first"]))
        # With dots, the day is always first.
        if part["sign_2"] != "." and part["first"] != part["second"]:
            yield from _make_words(year, int(part["first"]), int(part["second"]))
    elif month:
        number = int(month) if month.isdecimal() else MONTH_NUMBERS[month[:3].lower()]
        yield from _make_words(year, number, int(day or 0))


def _make_words(year: int, month: int, day: int) -> Iterator[str]:
    """The words of a date; its year or its day may be 0, that is, unknown."""
    if not 1 <= month <= 12 or day > 31:
        return
    if year and day:
        yield f"day{year:04}{month:02}{day:02}"
    if year:
        yield f"month{year:04}{month:02}"
    if day:
        yield f"day{month:02}{day:02}"
