"""Texts and passages as rows; what is too long for Milvus is kept in parts."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from index.documents import Content, Passage
from index.engines.milvus.connection import Connection
from index.engines.milvus.records import Record, list_following
from index.engines.milvus.schema import LONGEST, PASSAGES, TEXTS, UNUSED
from index.engines.stored_rows import (
    check_count,
    decode_object,
    decode_passage,
    encode_structure,
    refuse_nonsense,
)
from index.text.passages import NewPassage

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
    """A long value; None if a part of it is missing."""
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


def pack_passage(
    number: int, document: int, passage: NewPassage, text: str
) -> tuple[str, list[dict[str, Any]]]:
    """The value of a passage's row, and rows of `texts` if the value is too long for one."""
    value = _dump(
        {
            "start": passage.span.start,
            "text": text,
            "headings": passage.headings,
            "columns": passage.columns,
            "page": passage.page,
            "blocks": b64encode(passage.blocks).decode(),
        }
    )
    if len(value) * 4 <= LONGEST or len(value.encode()) <= LONGEST:
        return value, []
    return json.dumps({"characters": len(value)}), split_value(number, value, document)


def read_rows(
    connection: Connection, documents: Iterable[Record], fields: Sequence[str]
) -> Iterator[list[dict[str, Any]]]:
    """The rows of the passages of documents, in order, and in reading order; some at a time.

    They are read by their keys, which follow the id of the document: for any other condition,
    Milvus Lite looks at all rows.

    Args:
        fields: the first one is "id".
    """
    records = list(documents)
    groups = (list_following(record.document, record.passages) for record in records)
    read = connection.read_groups(PASSAGES, groups, [*fields, "document"])
    for record, rows in zip(records, read, strict=True):
        # Whatever the record says of how many there are.
        yield [row for row in rows if row["document"] == record.document]


def read_passage(connection: Connection, row: Mapping[str, Any]) -> Passage | None:
    """The passage of a row; None if it was removed meanwhile.

    Raises:
        DamagedIndex: nobody can have written it.
    """
    with connection.translate_errors():
        value = decode_object(row["value"])
        if "characters" in value:
            text = read_value(connection, row["id"], check_count(value["characters"]))
            if text is None:
                return None
            value = decode_object(text)
        return _decode(row["id"], value)


@refuse_nonsense
def _decode(number: int, value: Mapping[str, Any]) -> Passage:
    start, text = value["start"], value["text"]
    names = value["headings"], value["columns"]
    blocks = b64decode(value["blocks"])
    return decode_passage(number, start, start + len(text), text, *names, value["page"], blocks)


def _dump(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        # A heading may hold half a character.
        return json.dumps(value)
    return text
