"""Rows that carry a hash of their values.

SQLite notices damage to its own structure, but not to the values in a row. So each row's
last column is a hash of the others, which is checked whenever the row is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from index.errors import DamagedRow


def seal(*values: Any) -> tuple[Any, ...]:
    """A row's values with their hash."""
    parts = [value if isinstance(value, bytes) else str(value).encode() for value in values]
    return *values, blake2b(b"\0".join(parts), digest_size=8).digest()


def unseal(row: Sequence[Any]) -> Sequence[Any]:
    """The values of a sealed row; raises `DamagedRow`."""
    values = row[:-1]
    if seal(*values)[-1] != row[-1]:
        raise DamagedRow
    return values
