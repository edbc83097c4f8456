"""Texts, and other values that may be long, in parts that are short enough for Milvus."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from index.documents import Content
from index.engines.milvus.connection import Connection
from index.engines.milvus.records import Record
from index.engines.milvus.schema import LONGEST, TEXTS, UNUSED
from index.engines.stored_rows import encode_structure, refuse_nonsense

# Characters that surely take no more bytes than a string may have.
_CHARACTERS = LONGEST // 4


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


def read_value(connection: Connection, number: int, characters: int) -> str | None:
    """A long value; None where a part of it is missing."""
    [value] = read_values(connection, [(number, characters)])
    return value


def read_values(connection: Connection, values: Sequence[tuple[int, int]]) -> Iterator[str | None]:
    """Long values, each by its id and number of characters, in order; read some at a time."""
    groups = (_list_keys(number, characters) for number, characters in values)
    for (_, characters), rows in zip(
        values, connection.read_groups(TEXTS, groups, ["key", "value"]), strict=True
    ):
        text = "".join(row["value"] for row in rows)
        yield text if len(text) == characters else None


def _list_keys(number: int, characters: int) -> list[str]:
    parts = max(1, -(-characters // _CHARACTERS))
    return [f"{number}.{part}" for part in range(parts)]


def pack_body(content: Content) -> str:
    """The text of a document, and behind it its structure."""
    return content.text + b64encode(encode_structure(content.structure) or b"").decode()


def split_body(record: Record, body: str) -> tuple[str, bytes | None]:
    """The text of a document, and its structure as it is stored; raises `DamagedRow`."""
    text, stored = body[: record.value["characters"]], body[record.value["characters"] :]
    return text, _decode_bytes(stored) or None


@refuse_nonsense
def _decode_bytes(stored: str) -> bytes:
    return b64decode(stored)
