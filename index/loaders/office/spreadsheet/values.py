"""The values of cells, as a spreadsheet shows them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Protocol

Value = int | float | str | bool | time | date | datetime | timedelta


class ShownFormat(Protocol):
    """How a number is shown."""

    def show(self, value: float, /) -> str:
        """A finite number as the format shows it."""
        ...


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
