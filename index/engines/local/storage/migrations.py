"""Changing older formats of the store into the newest: one function for each format."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from index.engines.local.storage.rows import encode_names, read_setting, write_setting
from index.engines.local.storage.schema import FORMAT
from index.engines.local.storage.sealed_rows import seal, unseal
from index.engines.local.storage.store import Store
from index.engines.setting_names import NOTE
from index.engines.setting_values import BadSetting
from index.errors import DamagedRow, OtherFormat
from index.loaders import is_supported

# The settings of an index of format 5; all others were notes.
_SETTINGS = frozenset(
    ("format", "model", "threshold", "fingerprint", "vectors", "commits", "unfinished")
)


def needs_migration(store: Store) -> bool:
    """Whether the store has an older format, or the keyword index has yet to follow a migration.

    Raises:
        OtherFormat: the format is newer than this program, or not known at all.
    """
    folder, current = store.path.parent, store.setting("format")
    if current == str(FORMAT):
        return store.setting("migrating") is not None
    if current and current.isdecimal() and int(current) > FORMAT:
        raise OtherFormat(
            f"{folder} was made by a newer version of Quoteback (index format {current}, this one "
            f"reads up to {FORMAT}): update Quoteback, or choose another --index"
        )
    if current not in _FROM:
        raise OtherFormat(
            f"{folder} has index format {current or 'unknown'}, this version reads {FORMAT}: "
            f"remove the folder and index your documents again"
        )
    return True


def migrate_store(store: Store) -> None:
    """Change an older store into one of this format, in one transaction.

    The caller holds the writer's lock, and afterwards brings the keyword index up to date.
    """
    with store.writing() as connection:
        # Another process may have been first.
        while (current := read_setting(connection, "format") or "") in _FROM:
            _FROM[current](connection)
            write_setting(connection, "format", str(int(current) + 1))
            write_setting(connection, "migrating", "yes")


def _from_1(connection: sqlite3.Connection) -> None:
    """Roots are remembered, files are found by content, failures are not tried again in vain."""
    for statement in (
        "CREATE TABLE roots (path BLOB PRIMARY KEY, include TEXT NOT NULL, "
        "exclude TEXT NOT NULL, hash BLOB) WITHOUT ROWID",
        "CREATE INDEX documents_by_content ON documents(content_hash)",
        "ALTER TABLE failures RENAME TO old_failures",
        "CREATE TABLE failures (path BLOB PRIMARY KEY, reason TEXT NOT NULL, size INTEGER, "
        "mtime_ns INTEGER, hash BLOB) WITHOUT ROWID",
    ):
        connection.execute(statement)
    for path, reason in _select_sound(connection, "SELECT * FROM old_failures"):
        connection.execute(
            "INSERT INTO failures VALUES (?, ?, ?, ?, ?)", seal(path, reason, None, None)
        )
    connection.execute("DROP TABLE old_failures")
    # A file that no walk through a folder would find was given itself.
    for (path,) in connection.execute(
        "SELECT path FROM documents WHERE size IS NOT NULL"
    ).fetchall():
        name = Path(os.fsdecode(path))
        if name.name.startswith(".") or not is_supported(name):
            connection.execute("INSERT INTO roots VALUES (?, ?, ?, ?)", seal(path, "[]", "[]"))


def _from_2(connection: sqlite3.Connection) -> None:
    """Stamps have a second time; what a person has removed is remembered."""
    for statement in (
        "CREATE TABLE removed (path BLOB PRIMARY KEY, hash BLOB) WITHOUT ROWID",
        "ALTER TABLE documents ADD COLUMN ctime_ns INTEGER",
        "ALTER TABLE failures RENAME TO old_failures",
        "CREATE TABLE failures (path BLOB PRIMARY KEY, reason TEXT NOT NULL, size INTEGER, "
        "mtime_ns INTEGER, ctime_ns INTEGER, hash BLOB) WITHOUT ROWID",
    ):
        connection.execute(statement)
    for row in _select_sound(connection, "SELECT * FROM old_failures"):
        connection.execute("INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?)", seal(*row, None))
    connection.execute("DROP TABLE old_failures")
    hashes = (
        (seal(*row[:5], None, row[5])[-1], row[0])
        for row in _select_sound(
            connection,
            "SELECT id, path, title, size, mtime_ns, content_hash, hash FROM documents",
        )
    )
    connection.executemany("UPDATE documents SET hash = ? WHERE id = ?", hashes)


def _from_3(_: sqlite3.Connection) -> None:
    """The keyword index has another form; the caller rebuilds it."""


def _from_4(connection: sqlite3.Connection) -> None:
    """Documents know which version of the loaders has read them."""
    connection.execute("ALTER TABLE documents ADD COLUMN reading INTEGER")
    hashes = (
        (seal(*row, None)[-1], row[0])
        for row in _select_sound(
            connection,
            "SELECT id, path, title, size, mtime_ns, ctime_ns, content_hash, hash FROM documents",
        )
    )
    connection.executemany("UPDATE documents SET hash = ? WHERE id = ?", hashes)


def _from_5(connection: sqlite3.Connection) -> None:
    """Headings and names of columns have fields of their own, in place of one joined line.

    What the line was joined from is not always certain; the next run reads the files again.
    """
    connection.execute("ALTER TABLE passages RENAME COLUMN heading TO headings")
    connection.execute("ALTER TABLE passages ADD COLUMN columns TEXT")
    passages = _select_sound(
        connection, "SELECT id, document_id, start, end, text, headings, page, hash FROM passages"
    )
    rows = []
    for *values, line, page in passages:
        parts = line.split(" › ") if line else []
        columns = parts.pop().split(" | ") if parts and " | " in parts[-1] else []
        names = encode_names(parts), encode_names(columns)
        rows.append((*names, seal(*values, *names, page)[-1], values[0]))
    connection.executemany(
        "UPDATE passages SET headings = ?, columns = ?, hash = ? WHERE id = ?", rows
    )
    # Notes of callers stood among the settings under their plain names.
    for name, value in _select_sound(connection, "SELECT * FROM settings"):
        if name not in _SETTINGS:
            connection.execute("DELETE FROM settings WHERE name = ?", (name,))
            write_setting(connection, NOTE + name, value)


def _from_6(_: sqlite3.Connection) -> None:
    """The keyword index also holds words as they are written; the caller rebuilds it."""


def _from_7(connection: sqlite3.Connection) -> None:
    """The index has an identity; documents know how many passages they have."""
    connection.execute("CREATE TABLE unread (path BLOB PRIMARY KEY, hash BLOB) WITHOUT ROWID")
    connection.execute("ALTER TABLE documents ADD COLUMN passages INTEGER")
    counts = dict(
        connection.execute("SELECT document_id, count(*) FROM passages GROUP BY document_id")
    )
    documents = _select_sound(
        connection,
        "SELECT id, path, title, size, mtime_ns, ctime_ns, content_hash, reading, hash "
        "FROM documents",
    )
    rows = []
    for number, path, title, size, mtime_ns, ctime_ns, content_hash, reading in documents:
        if mtime_ns is not None and mtime_ns < 0:
            # A negative time said that equal times prove nothing.
            mtime_ns, ctime_ns = -mtime_ns, 0
        values = (mtime_ns, ctime_ns, content_hash, reading, counts.get(number, 0))
        sealed = seal(number, path, title, size, *values)
        rows.append((mtime_ns, ctime_ns, *sealed[-2:], number))
    connection.executemany(
        "UPDATE documents SET mtime_ns = ?, ctime_ns = ?, passages = ?, hash = ? WHERE id = ?", rows
    )
    write_setting(connection, "index_id", uuid4().hex)
    write_setting(connection, "adopted", json.dumps(_list_segments(connection)))
    _correct_threshold(connection)


def _from_8(connection: sqlite3.Connection) -> None:
    """Documents have properties; the next run reads the files again and finds them."""
    connection.execute("ALTER TABLE documents ADD COLUMN properties TEXT")
    documents = _select_sound(
        connection,
        "SELECT id, path, title, size, mtime_ns, ctime_ns, content_hash, reading, passages, hash "
        "FROM documents",
    )
    hashes = [(seal(*row, None)[-1], row[0]) for row in documents]
    connection.executemany("UPDATE documents SET hash = ? WHERE id = ?", hashes)


def _list_segments(connection: sqlite3.Connection) -> list[str]:
    """Names of the files of vectors, which do not bear the index's identity yet."""
    folder = Path(connection.execute("PRAGMA database_list").fetchone()[2]).parent
    return sorted(path.name for path in folder.glob("vectors*/*.segment"))


def _correct_threshold(connection: sqlite3.Connection) -> None:
    """Correct a threshold that was kept as NumPy prints it, or drop it."""
    try:
        read_setting(connection, "threshold")
    except DamagedRow:
        (kept,) = connection.execute(
            "SELECT value FROM settings WHERE name = 'threshold'"
        ).fetchone()
        connection.execute("DELETE FROM settings WHERE name = 'threshold'")
        if number := re.fullmatch(r"np\.float\d+\((.+)\)", str(kept)):
            with suppress(BadSetting):
                write_setting(connection, "threshold", number[1])


def _select_sound(connection: sqlite3.Connection, query: str) -> Iterator[Sequence[Any]]:
    """The values of a query's undamaged rows. The hash of a damaged row stays, and stays wrong."""
    for row in connection.execute(query).fetchall():
        with suppress(DamagedRow):
            yield unseal(row)


_FROM: dict[str, Callable[[sqlite3.Connection], None]] = {
    "1": _from_1,
    "2": _from_2,
    "3": _from_3,
    "4": _from_4,
    "5": _from_5,
    "6": _from_6,
    "7": _from_7,
    "8": _from_8,
}
