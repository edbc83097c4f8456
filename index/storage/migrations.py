"""Older formats of the store brought up to date: one function a format."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.errors import OtherFormat, QuotebackError
from index.loaders import is_supported
from index.reports import ProgressCallback
from index.search.keywords import Keywords
from index.storage.locking import writer_lock
from index.storage.schema import FORMAT
from index.storage.sealed_rows import DamagedRow, opened, sealed
from index.storage.store import Store, encode_names, read_setting, write_setting
from index.sync.catch_up import catch_up_keywords


def bring_up_to_date(store: Store, keywords: Keywords, tell: ProgressCallback) -> None:
    """Change a store of an older format into one of this, in one transaction.

    What is derived from it follows as far as it can; else the next writer sees to it.

    Raises:
        OtherFormat: there is no way from its format to this one.
        IndexInUse: another process is writing.
    """
    folder, found = store.path.parent, store.setting("format")
    if found == str(FORMAT):
        return
    if found and found.isdecimal() and int(found) > FORMAT:
        raise OtherFormat(
            f"{folder} was made by a newer version of Quoteback (index format {found}, this one "
            f"reads up to {FORMAT}): update Quoteback, or choose another --index"
        )
    if found not in _FROM:
        raise OtherFormat(
            f"{folder} has index format {found or 'unknown'}, this version reads {FORMAT}: "
            f"remove the folder and index your documents again"
        )
    with writer_lock(folder, tell):
        with store.writing() as connection:
            # Another process may have been first.
            while (found := read_setting(connection, "format") or "") in _FROM:
                _FROM[found](connection)
                write_setting(connection, "format", str(int(found) + 1))
        was_unfinished = store.is_unfinished
        with suppress(QuotebackError, OSError):
            catch_up_keywords(store, keywords, tell)
            if not was_unfinished:
                store.finish()


def _from_1(connection: sqlite3.Connection) -> None:
    """Folders are remembered, files found by their content, failures not tried in vain."""
    for statement in (
        "CREATE TABLE roots (path BLOB PRIMARY KEY, include TEXT NOT NULL, "
        "exclude TEXT NOT NULL, hash BLOB) WITHOUT ROWID",
        "CREATE INDEX documents_by_content ON documents(content_hash)",
        "ALTER TABLE failures RENAME TO old_failures",
        "CREATE TABLE failures (path BLOB PRIMARY KEY, reason TEXT NOT NULL, size INTEGER, "
        "mtime_ns INTEGER, hash BLOB) WITHOUT ROWID",
    ):
        connection.execute(statement)
    for path, reason in _sound(connection, "SELECT * FROM old_failures"):
        connection.execute(
            "INSERT INTO failures VALUES (?, ?, ?, ?, ?)", sealed(path, reason, None, None)
        )
    connection.execute("DROP TABLE old_failures")
    # A file that no walk finds was named itself.
    for (path,) in connection.execute(
        "SELECT path FROM documents WHERE size IS NOT NULL"
    ).fetchall():
        name = Path(os.fsdecode(path))
        if name.name.startswith(".") or not is_supported(name):
            connection.execute("INSERT INTO roots VALUES (?, ?, ?, ?)", sealed(path, "[]", "[]"))


def _from_2(connection: sqlite3.Connection) -> None:
    """Stamps tell more of a file; what was removed by hand is remembered."""
    for statement in (
        "CREATE TABLE removed (path BLOB PRIMARY KEY, hash BLOB) WITHOUT ROWID",
        "ALTER TABLE documents ADD COLUMN ctime_ns INTEGER",
        "ALTER TABLE failures RENAME TO old_failures",
        "CREATE TABLE failures (path BLOB PRIMARY KEY, reason TEXT NOT NULL, size INTEGER, "
        "mtime_ns INTEGER, ctime_ns INTEGER, hash BLOB) WITHOUT ROWID",
    ):
        connection.execute(statement)
    for row in _sound(connection, "SELECT * FROM old_failures"):
        connection.execute("INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?)", sealed(*row, None))
    connection.execute("DROP TABLE old_failures")
    # Of a damaged row the hash stays as it is: as wrong as before.
    hashes = (
        (sealed(*row[:5], None, row[5])[-1], row[0])
        for row in _sound(
            connection,
            "SELECT id, path, title, size, mtime_ns, content_hash, hash FROM documents",
        )
    )
    connection.executemany("UPDATE documents SET hash = ? WHERE id = ?", hashes)


def _from_3(_: sqlite3.Connection) -> None:
    """The keyword index has another form: it is made anew."""


def _from_4(connection: sqlite3.Connection) -> None:
    """Of each document it is known which version of loaders and passages has read it."""
    connection.execute("ALTER TABLE documents ADD COLUMN reading INTEGER")
    # Of a damaged row the hash stays as it is: as wrong as before.
    hashes = (
        (sealed(*row, None)[-1], row[0])
        for row in _sound(
            connection,
            "SELECT id, path, title, size, mtime_ns, ctime_ns, content_hash, hash FROM documents",
        )
    )
    connection.executemany("UPDATE documents SET hash = ? WHERE id = ?", hashes)


def _from_5(connection: sqlite3.Connection) -> None:
    """Headings and names of columns have fields of their own, in place of one joined line.

    What the line was joined from cannot always be told; the next run reads the files anew.
    """
    connection.execute("ALTER TABLE passages RENAME COLUMN heading TO headings")
    connection.execute("ALTER TABLE passages ADD COLUMN columns TEXT")
    # Of a damaged row the hash stays as it is: as wrong as before.
    passages = _sound(
        connection, "SELECT id, document_id, start, end, text, headings, page, hash FROM passages"
    )
    rows = []
    for *values, line, page in passages:
        parts = line.split(" › ") if line else []
        columns = parts.pop().split(" | ") if parts and " | " in parts[-1] else []
        names = encode_names(parts), encode_names(columns)
        rows.append((*names, sealed(*values, *names, page)[-1], values[0]))
    connection.executemany(
        "UPDATE passages SET headings = ?, columns = ?, hash = ? WHERE id = ?", rows
    )


def _sound(connection: sqlite3.Connection, query: str) -> Iterator[Sequence[Any]]:
    """The values of the rows that are not damaged."""
    for row in connection.execute(query).fetchall():
        with suppress(DamagedRow):
            yield opened(row)


_FROM: dict[str, Callable[[sqlite3.Connection], None]] = {
    "1": _from_1,
    "2": _from_2,
    "3": _from_3,
    "4": _from_4,
    "5": _from_5,
}
