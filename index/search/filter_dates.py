"""The dates of filters as people write them. Apart from the filters, which take long to import."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time


def parse_since(text: str) -> datetime:
    """A moment, or the beginning of a day.

    Raises:
        ValueError: the text is not a date, or one that no file can have.
    """
    return _parse_moment(text, time.min)


def parse_until(text: str) -> datetime:
    """A moment, or the end of a day.

    Raises:
        ValueError: the text is not a date, or one that no file can have.
    """
    return _parse_moment(text, time.max)


def _parse_moment(text: str, time_of_day: time) -> datetime:
    """A moment; of a day, the one at this time."""
    try:
        moment = datetime.fromisoformat(text)
        with suppress(ValueError):
            # It succeeds if the text has no time.
            moment = datetime.combine(date.fromisoformat(text), time_of_day)
        # Some years are beyond what files are compared by.
        moment.timestamp()
    except (ValueError, OverflowError):
        raise ValueError(f"must be a date such as 2026-01-31, not {text!r}") from None
    return moment
