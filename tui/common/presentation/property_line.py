"""What is known of a document, in one line."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Properties

# How many names and tags are shown in one line.
_MOST = 4


def describe_properties(properties: Properties) -> str:
    """Who wrote it, when and what about: `Ann Smith · 29 Feb 2024 · #rain #snow`."""
    parts = (
        join_some(properties.authors, ", "),
        describe_day(properties.date),
        join_some([f"#{tag}" for tag in properties.tags], " "),
        "partly hard to read" if properties.doubtful else "",
    )
    return " · ".join(filter(None, parts))


def describe_day(day: datetime.date | None) -> str:
    """A day as people write it; "" for none."""
    return f"{day.day} {day:%b} {day.year}" if day else ""


def join_some(names: Sequence[str], between: str, most: int = _MOST) -> str:
    """The first names, and how many others there are."""
    shown = between.join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
