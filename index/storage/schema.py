"""The tables of the store, in the newest format."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from index.errors import DamagedIndex, NotAnIndex, QuotebackError
from index.storage.sealed_rows import seal

FORMAT = 7
FILE_NAME = "index.sqlite"
# The backup of what was given to be indexed, and the damaged store that was replaced.
BACKUP_NAME, DAMAGED_NAME = "folders.json", "damaged.sqlite"
# Folders and files beside the store in an index; the derived parts are folders.
_DERIVED = frozenset(("vectors", "keywords"))
_BESIDE = (
    _DERIVED
    | {"lock", BACKUP_NAME}
    | {f"{name}{end}" for name in (FILE_NAME, DAMAGED_NAME) for end in ("", "-wal", "-shm")}
)

_TABLES = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL, hash BLOB) WITHOUT ROWID;
CREATE TABLE roots (            -- folders and files that were given to be indexed
    path BLOB PRIMARY KEY,
    include TEXT NOT NULL,      -- patterns, a line each
    exclude TEXT NOT NULL,
    hash BLOB
) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    title TEXT,
    size INTEGER,               -- of the file; NULL for a text that has no file
    mtime_ns INTEGER,           -- negative where equal times prove nothing
    ctime_ns INTEGER,           -- NULL where an earlier version has noted the file
    content_hash BLOB NOT NULL, -- of the file's bytes
    reading INTEGER,            -- LOADER_VERSION when it was read
    hash BLOB
);
CREATE INDEX documents_by_content ON documents(content_hash);
CREATE TABLE texts (
    document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    body BLOB NOT NULL,         -- the canonical text, zlib
    hash BLOB
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    headings TEXT,              -- JSON list; NULL where there are none
    columns TEXT,               -- of a table, for a row of it; JSON list or NULL
    page INTEGER,
    hash BLOB
);
CREATE INDEX passages_by_document ON passages(document_id);
CREATE TABLE failures (
    path BLOB PRIMARY KEY,
    reason TEXT NOT NULL,
    size INTEGER,               -- of the file; NULL where trying again may help
    mtime_ns INTEGER,
    ctime_ns INTEGER,
    hash BLOB
) WITHOUT ROWID;
CREATE TABLE removed (path BLOB PRIMARY KEY, hash BLOB) WITHOUT ROWID; -- by a person, from a root
"""


def create_store(folder: Path, settings: dict[str, str]) -> None:
    """Make an empty store in an existing folder."""
    connection = sqlite3.connect(folder / FILE_NAME)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_TABLES)
        rows = {"format": str(FORMAT), **settings}
        connection.executemany(
            "INSERT INTO settings VALUES (?, ?, ?)", [seal(*row) for row in rows.items()]
        )
        connection.commit()
    finally:
        connection.close()


def missing_store_error(folder: Path, otherwise: str) -> QuotebackError:
    """The error of a folder without a store: an index that has lost it, or no index at all.

    Args:
        otherwise: the message where the folder is no index.
    """
    entries = os.listdir(folder) if folder.is_dir() else []
    # The vectors of each version of a model have a folder of their own.
    names = {"vectors" if name.startswith("vectors-") else name for name in entries}
    # We tell people to remove it: so it must surely be ours.
    if names & _DERIVED and names <= _BESIDE:
        return DamagedIndex(f"{folder} has lost its {FILE_NAME}: {repair_advice(folder)}")
    return NotAnIndex(otherwise)


def repair_advice(folder: Path) -> str:
    """What to do about an index whose store cannot be read."""
    if (folder / BACKUP_NAME).is_file():
        return "run `quoteback verify --repair`, which reads its documents again"
    return "remove the folder and index your documents again"
