"""Records: what is in the index, as rows of the collection that a commit changes, and their ids.

The key of a record is a hash of what it is about, so that no name ever stands in a condition.
An id is a number that grows without a counter, as Milvus has none that several writers could share:
a time, in units of 16 microseconds, and the writer's own mark. One writer's numbers always grow;
those of several grow as far as their clocks agree. Two writers draw the same number only with the
same mark, one of 65,536, in the same instant.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import Any

from index.documents import Document
from index.engines.changes import ChangeGiven
from index.engines.milvus.schema import LONGEST, UNUSED
from index.engines.settings import check_setting
from index.engines.stored_rows import (
    check_count,
    check_name,
    check_number,
    check_numbers,
    decode_document,
    decode_failure,
    decode_object,
    decode_path,
    decode_root,
    decode_stamp,
    decode_state,
    encode_stamp,
    refuse_nonsense,
)
from index.filesystem.freshness import FailedFile, FileState, Stamp
from index.filesystem.path_patterns import Root

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
