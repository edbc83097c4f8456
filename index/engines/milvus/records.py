"""What is in the index, as rows: records, which a commit changes, with their ids; texts, passages.

The key of a record is a hash of what it is about, so that no name ever stands in a condition.
An id is a number that grows without a counter, as Milvus has none that several writers could share:
a time, in units of 16 microseconds, and the writer's own mark. One writer's numbers always grow;
those of several grow as far as their clocks agree. Two writers draw the same number only with the
same mark, one of 65,536, in the same instant. What is too long for Milvus is kept in parts.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import Any

from index.documents import Content, Document, Passage
from index.engines.changes import ChangeGiven
from index.engines.milvus.connection import Connection
from index.engines.milvus.schema import LONGEST, PASSAGES, TEXTS, UNUSED
from index.engines.settings import check_setting
from index.engines.stored_rows import (
    check_count,
    check_name,
    check_number,
    check_numbers,
    decode_document,
    decode_failure,
    decode_object,
    decode_passage,
    decode_path,
    decode_root,
    decode_stamp,
    decode_state,
    encode_stamp,
    encode_structure,
    refuse_nonsense,
)
from index.filesystem.freshness import FailedFile, FileState, Stamp
from index.filesystem.paths import Root
from index.text.passages import NewPassage

# Kinds of records; GONE stands where a document or a failure was, as a commit cannot delete.
DOCUMENT, FAILURE, GONE = "document", "failure", "gone"
SETTING, ROOT, REMOVED = "setting", "root", "out"
# A part of the counts of words; what a writer has begun; the number of the last commit.
WORDS, BEGUN, LAST = "words", "begun", "last"
# Words that passages have lost or won in one part of the counts.
_MOST_WORDS = 2**62
KEYS = ["key", "kind", "document", "passages", "content", "commit", "value"]
_EPOCH = 1_577_836_800  # 2020 began, in seconds
_MARK_BITS = 16
_UNIT_NS = 16_000
_MARK = secrets.randbelow(2**_MARK_BITS)
_lock = threading.Lock()
_last = 0
# Characters that surely take no more bytes than a string may have.
_CHARACTERS = LONGEST // 4


@dataclass(frozen=True, slots=True)
class Record:
    """One row of `records`.

    Attributes:
        document: id of the document that it is about, or of its long value; else 0.
        passages: how many the document has.
        content: of a document, the hash of its file's bytes; hexadecimal.
        commit: the number of the commit that put it.
        value: everything else.
    """

    key: str
    kind: str
    document: int = 0
    passages: int = 0
    content: str = ""
    commit: int = 0
    value: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path that it is about."""
        path: str = self.value["path"]
        return path

    def as_row(self, commit: int) -> dict[str, Any]:
        """The row that a commit puts; raises ValueError if it is too long."""
        value = json.dumps(self.value)
        if len(value) > LONGEST:
            raise ValueError(f"a name and a title of {len(value)} bytes")
        return {
            "key": self.key,
            "kind": self.kind,
            "document": self.document,
            "passages": self.passages,
            "content": self.content,
            "commit": commit,
            "value": value,
            "unused": UNUSED,
        }


def read_record(row: Mapping[str, Any]) -> Record:
    """The record of a row, of which everything is sound; raises `DamagedRow`."""
    record = Record(**{name: row[name] for name in KEYS[:-1]}, value=decode_object(row["value"]))
    _check_record(record)
    return record


@refuse_nonsense
def _check_record(record: Record) -> None:
    """Read whatever anybody reads of a record: later, nothing can go wrong."""
    kind, value = record.kind, record.value
    if kind == DOCUMENT:
        check_count(record.passages)
        check_count(value["characters"])
        check_number(value["body"], value["characters"])
        read_document(record)
        read_state(record)
    elif kind == FAILURE:
        read_failure(record)
    elif kind == ROOT:
        read_root(record)
    elif kind == REMOVED:
        decode_path(record.path)
    elif kind == SETTING and "characters" in value:
        check_count(value["characters"])
        check_name(value["name"])
    elif kind == SETTING:
        check_setting(check_name(value["name"]), value["value"])
    elif kind == WORDS:
        check_count(value["characters"])
        # A part may stand for what was removed.
        check_number(value["length"], -_MOST_WORDS, _MOST_WORDS)
    elif kind == BEGUN:
        check_numbers(value["owners"])


def key_of_path(path: str, kind: str = DOCUMENT) -> str:
    """The key of a document or a failure, or of a root or a removed path."""
    return f"{kind[0]}{_digest(os.fsencode(path))}"


def key_of_setting(name: str) -> str:
    """The key of a setting."""
    return f"{SETTING[0]}{_digest(name.encode('utf-8', 'surrogatepass'))}"


def key_of_number(kind: str, number: int) -> str:
    """The key of a numbered record."""
    return f"{kind[0]}{number:x}"


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=20).hexdigest()


@cache
def name_host() -> str:
    """The name of this machine."""
    return socket.gethostname() or "unknown"


def pack_state(state: FileState | None) -> dict[str, Any]:
    """What a record keeps of the state of a file."""
    if state is None:
        return {}
    return {
        "stamp": encode_stamp(state.stamp),
        "loader": state.loader_version,
        "host": state.host or name_host(),
    }


def read_state(record: Record) -> FileState | None:
    """The state of a document's file; None for a text that has none."""
    value = record.value
    if "stamp" not in value:
        return None
    host = None if value["host"] == name_host() else value["host"]
    size, mtime_ns, ctime_ns = value["stamp"]
    content_hash = bytes.fromhex(record.content)
    return decode_state(size, mtime_ns, ctime_ns, content_hash, value["loader"], host)


def read_document(record: Record) -> Document:
    """The document that a record is about."""
    value = record.value
    return decode_document(record.document, record.path, value["title"], value["properties"])


def read_root(record: Record) -> Root:
    """What was given to be indexed."""
    return decode_root(record.path, record.value["include"], record.value["exclude"])


def make_given(change: ChangeGiven) -> list[Record]:
    """The records of what a person has given or taken out; a key occurs once."""
    records = [Record(key_of_path(path, ROOT), GONE) for path in change.forgotten]
    records += [Record(key_of_path(path, REMOVED), GONE) for path in change.restored]
    records += [
        Record(
            key_of_path(root.path, ROOT),
            ROOT,
            value={"path": root.path, "include": root.include, "exclude": root.exclude},
        )
        for root in change.roots
    ]
    records += [
        Record(key_of_path(path, REMOVED), REMOVED, value={"path": path}) for path in change.removed
    ]
    return list({record.key: record for record in records}.values())


def make_failure(path: str, reason: str, stamp: Stamp | None) -> Record:
    """The record of a file that could not be read."""
    value = {"path": path, "reason": reason[:1_000], "stamp": stamp and encode_stamp(stamp)}
    return Record(key_of_path(path), FAILURE, value=value)


def read_failure(record: Record) -> FailedFile:
    """Why a file could not be read."""
    decode_path(record.path)
    stamp = record.value["stamp"]
    return decode_failure(record.value["reason"], decode_stamp(*stamp) if stamp else None)


def take_numbers(count: int, after: int = 0) -> list[int]:
    """`count` numbers, ascending, above all that this process has taken and above `after`."""
    global _last
    with _lock:
        first = max(_now(), _last + 1, (after >> _MARK_BITS) + 1)
        _last = first + count - 1
    return [(tick << _MARK_BITS) | _MARK for tick in range(first, first + count)]


def list_following(number: int, count: int) -> Sequence[int]:
    """The numbers that were taken right after another one, by the same call."""
    step = 1 << _MARK_BITS
    return range(number + step, number + (count + 1) * step, step)


def number_of_time(seconds_ago: float) -> int:
    """The lowest number that can have been drawn within the last `seconds_ago` seconds."""
    return (_now() - int(seconds_ago * 1e9 / _UNIT_NS)) << _MARK_BITS


def _now() -> int:
    return (time.time_ns() - _EPOCH * 10**9) // _UNIT_NS


def split_value(number: int, text: str, owner: int | None = None) -> list[dict[str, Any]]:
    """The rows of a long value; a short one has a single row.

    `owner` is the id of what the value is removed with; by default, its own.
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


@refuse_nonsense
def split_body(record: Record, body: str) -> tuple[str, bytes | None]:
    """The text of a document, and its structure as it is stored; raises `DamagedRow`."""
    text, stored = body[: record.value["characters"]], body[record.value["characters"] :]
    return text, b64decode(stored) or None


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
    """The passage of a row; None if it was removed meanwhile. Raises `DamagedIndex`."""
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
