"""Records: what is in the index, as rows of the collection that a commit changes.

The key of a record is a hash of what it is about, so that no name ever stands in a condition.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import Any

from index.documents import Document, decode_properties
from index.engines.milvus.schema import LONGEST, UNUSED
from index.filesystem.freshness import FailedFile, FileState, Stamp

# Kinds of records; GONE stands where a document or a failure was, as a commit cannot delete.
DOCUMENT, FAILURE, GONE = "document", "failure", "gone"
SETTING, ROOT, REMOVED = "setting", "root", "out"
# A part of the counts of words; what a writer has begun; the number of the last commit.
WORDS, BEGUN, LAST = "words", "begun", "last"
KEYS = ["key", "kind", "document", "passages", "content", "commit", "value"]


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
        return str(self.value["path"])

    def as_row(self, commit: int) -> dict[str, Any]:
        """The row that a commit puts; raises ValueError where it is too long."""
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
    """The record of a row."""
    return Record(**{name: row[name] for name in KEYS[:-1]}, value=json.loads(row["value"]))


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
        "stamp": _pack_stamp(state.stamp),
        "loader": state.loader_version,
        "host": state.host or name_host(),
    }


def read_state(record: Record) -> FileState | None:
    """The state of a document's file; None for a text that has none."""
    value = record.value
    if "stamp" not in value:
        return None
    host = None if value["host"] == name_host() else value["host"]
    return FileState(Stamp(*value["stamp"]), bytes.fromhex(record.content), value["loader"], host)


def read_document(record: Record) -> Document:
    """The document that a record is about."""
    # Records of earlier versions have none.
    properties = decode_properties(record.value.get("properties"))
    return Document(record.document, record.path, record.value["title"], properties)


def make_failure(path: str, reason: str, stamp: Stamp | None) -> Record:
    """The record of a file that could not be read."""
    value = {"path": path, "reason": reason[:1_000], "stamp": stamp and _pack_stamp(stamp)}
    return Record(key_of_path(path), FAILURE, value=value)


def read_failure(record: Record) -> FailedFile:
    """Why a file could not be read."""
    stamp = record.value["stamp"]
    return FailedFile(record.value["reason"], Stamp(*stamp) if stamp else None)


def _pack_stamp(stamp: Stamp) -> list[int | None]:
    return [stamp.size, stamp.mtime_ns, stamp.ctime_ns]
