"""The tables of the store, and making a new index, which appears whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

from index.engines.settings import check_format, check_setting
from index.errors import (
    CannotWrite,
    DamagedIndex,
    IndexMoved,
    NotAnIndex,
    QuotebackError,
)
from index.filesystem.locking import writer_lock
from index.filesystem.private_files import make_private_folder, open_privately, rename, sync_folder
from index.filesystem.sqlite_files import list_words, seal
from index.reports import ignore_progress

# Raise it when the tables change: documents are then indexed again.
INDEX_FORMAT = 11
FILE_NAME = "index.sqlite"
# The backup of what was given to be indexed, and the new store in place of one that cannot be
# read.
BACKUP_NAME, RESTORED_NAME = "folders.json", "restored.sqlite"
# The store and those that were replaced, numbered from the second on, with their logs.
_STORE = re.compile(r"(index|damaged(-\d+)?)\.sqlite(-wal|-shm)?")
# Everything else in the folder of an index; the derived parts are folders.
_DERIVED = frozenset(("vectors", "keywords"))
_OWN_NAMES = _DERIVED | {"pages", "lock", "turn", "folders", "folders.json", "store", RESTORED_NAME}
_AGAIN = "remove the folder and index your documents again"
_UNFINISHED = re.compile(r"\.(part|old)$")

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
    mtime_ns INTEGER,
    ctime_ns INTEGER,           -- 0 if equal times prove nothing
    content_hash BLOB NOT NULL, -- of the file's bytes
    reading INTEGER,            -- LOADER_VERSION when it was read; NULL: is to be read again
    passages INTEGER,           -- how many it has
    properties TEXT,            -- JSON object; NULL if there are none
    hash BLOB
);
CREATE INDEX documents_by_content ON documents(content_hash);
CREATE TABLE texts (
    document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    body BLOB NOT NULL,         -- the canonical text, zlib
    structure BLOB,             -- what it is made of, zlib; NULL if that is not known
    hash BLOB
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    headings TEXT,              -- JSON list; NULL if there are none
    columns TEXT,               -- of a table, for a row of it; JSON list or NULL
    page INTEGER,
    blocks BLOB,                -- what it is made of; NULL for a plain paragraph
    hash BLOB
);
CREATE INDEX passages_by_document ON passages(document_id);
CREATE TABLE failures (
    path BLOB PRIMARY KEY,
    reason TEXT NOT NULL,
    size INTEGER,               -- of the file; NULL if trying again may help
    mtime_ns INTEGER,
    ctime_ns INTEGER,
    hash BLOB
) WITHOUT ROWID;
CREATE TABLE removed (path BLOB PRIMARY KEY, hash BLOB) WITHOUT ROWID; -- by a person, from a root
CREATE TABLE unread (path BLOB PRIMARY KEY, hash BLOB) WITHOUT ROWID;  -- roots of a restored store
"""
SCHEMA_WORDS = list_words(_TABLES)


def create_store(folder: Path, settings: dict[str, str]) -> None:
    """Make an empty store in an existing folder, with an identity of its own."""
    path = folder / FILE_NAME
    # SQLite gives the files beside it the same rights.
    os.close(open_privately(str(path), os.O_CREAT | os.O_WRONLY))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_TABLES)
        rows = {"format": str(INDEX_FORMAT), "index_id": uuid4().hex, **settings}
        for name, value in rows.items():
            check_setting(name, value)
            connection.execute("INSERT INTO settings VALUES (?, ?, ?)", seal(name, value))
        connection.commit()
    sync_folder(folder)


def is_index(folder: Path) -> bool:
    """Whether a folder is an index, in whatever state."""
    return any((folder / name).exists() for name in (FILE_NAME, RESTORED_NAME))


def missing_store_error(folder: Path, otherwise: str) -> QuotebackError:
    """The error of a folder without a store; `otherwise` is the message if it is not an index."""
    entries = os.listdir(folder) if folder.is_dir() else []
    # Without what follows "-", as in the folders of vectors, and without the endings of what a
    # killed process has left half made.
    names = {
        _UNFINISHED.sub("", name.split("-")[0]) for name in entries if not _STORE.fullmatch(name)
    }
    # The advice may be to remove the folder: so it must surely be ours.
    if names & _DERIVED and names <= _OWN_NAMES:
        return DamagedIndex(f"{folder} has lost its {FILE_NAME}: {repair_advice(folder)}")
    return NotAnIndex(otherwise)


def check_store_format(folder: Path, current: str | None) -> None:
    """Make sure that a store has the present format; raises `OtherFormat`."""
    check_format(folder, current, INDEX_FORMAT, _AGAIN)


def repair_advice(folder: Path) -> str:
    """What to do about an index whose store cannot be read."""
    if (folder / BACKUP_NAME).is_file():
        return "run `quoteback verify --repair`, which reads its documents again"
    return _AGAIN


def describe_damage(folder: Path) -> str:
    """What to say of an index of which some rows are damaged."""
    return f"{folder} is damaged in places: run `quoteback verify --repair`"


def create_index(folder: Path, model: str) -> None:
    """Make an empty index, unless another process is making it at this moment.

    Raises:
        NotAnIndex: the folder is a file, or holds something else.
        DamagedIndex: the folder holds an index that has lost its store.
        CannotWrite: there is no room for it, or no permission.
        IndexInUse: another process has been making it for some seconds.
    """
    if folder.exists() and not folder.is_dir():
        raise NotAnIndex(f"{folder} is a file: choose another folder with --index")
    try:
        _create_once(folder, model)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise CannotWrite(f"{folder} cannot be made ({why}): choose another --index") from error


def _create_once(folder: Path, model: str) -> None:
    # Always the same name, so that what a killed process left there is used again.
    aside = folder.parent / f".quoteback-{folder.name}.part"
    try:
        make_private_folder(aside)
        with writer_lock(aside, ignore_progress):
            if not (folder / FILE_NAME).exists():
                _make_and_rename(aside / "index", folder, model)
    except (CannotWrite, IndexMoved, OSError):
        # Another process may have made it, and removed `aside`, at this very moment.
        if not (folder / FILE_NAME).exists():
            raise
    finally:
        # Another process may have begun to wait for the lock.
        with suppress(OSError):
            (aside / "turn").unlink()
            (aside / "lock").unlink()
            aside.rmdir()
            sync_folder(folder.parent)


def _make_and_rename(made: Path, folder: Path, model: str) -> None:
    shutil.rmtree(made, ignore_errors=True)
    make_private_folder(made)
    try:
        create_store(made, {"model": model})
        # A folder can only take the place of an empty one.
        rename(made, folder)
    except OSError as error:
        if not folder.exists():
            raise
        otherwise = f"{folder} exists and is not an index: choose another folder with --index"
        raise missing_store_error(folder, otherwise) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
