"""Rows that carry a hash of their values.

SQLite notices damage to its own structure, not to what is in a row: each row's
last column is a hash of the others, checked whenever it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any


class DamagedRow(Exception):
    """A row's values are not those that were written."""


class DamagedSetting(DamagedRow):
    """A row that says what an index is: nothing can make it good."""


def sealed(*values: Any) -> tuple[Any, ...]:
    """A row's values with their hash."""
    parts = [value if isinstance(value, bytes) else str(value).encode() for value in values]
    return *values, blake2b(b"\0".join(parts), digest_size=8).digest()


def opened(row: Sequence[Any]) -> Sequence[Any]:
    """A sealed row's values; raises `DamagedRow`."""
    values = row[:-1]
    if sealed(*values)[-1] != row[-1]:
        raise DamagedRow
    return values
