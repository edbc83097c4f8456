"""Texts, and other values that may be long, in parts that are short enough for Milvus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.engines.milvus.connection import Connection
from index.engines.milvus.schema import LONGEST, TEXTS, UNUSED

# Characters that surely take no more bytes than a string may have.
_CHARACTERS = LONGEST // 4
_PAGE = 256


def split_value(number: int, text: str, owner: int | None = None) -> list[dict[str, Any]]:
    """The rows of a long value; a short one has a single row.

    Args:
        number: the id of the value.
        owner: id of what the value is removed with; by default, the value itself.
    """
    starts = range(0, max(1, len(text)), _CHARACTERS)
    return [
        {
            "key": f"{number}.{part}",
            "owner": number if owner is None else owner,
            "value": text[start : start + _CHARACTERS],
            "unused": UNUSED,
        }
        for part, start in enumerate(starts)
    ]


def count_parts(characters: int) -> int:
    """How many rows a value of so many characters has."""
    return max(1, -(-characters // _CHARACTERS))


def read_value(connection: Connection, number: int, characters: int) -> str | None:
    """A long value; None where a part of it is missing."""
    text = "".join(_read_parts(connection, number, count_parts(characters)))
    return text if len(text) == characters else None


def _read_parts(connection: Connection, number: int, parts: int) -> Iterator[str]:
    for start in range(0, parts, _PAGE):
        keys = [f"{number}.{part}" for part in range(start, min(parts, start + _PAGE))]
        rows = connection.read(TEXTS, keys, ["key", "value"])
        parts_by_key = {row["key"]: row["value"] for row in rows}
        yield from (parts_by_key.get(key, "") for key in keys)
