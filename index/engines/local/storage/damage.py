"""Damage to the store, found by checking every row."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from index.engines.local.storage.database import is_damage
from index.engines.local.storage.rows import (
    DOCUMENT,
    PASSAGE,
    read_document_row,
    read_passage_row,
    read_text_row,
)
from index.engines.local.storage.schema import repair_advice
from index.engines.local.storage.store import Store
from index.engines.protocol import StoredText
from index.engines.settings import is_valid
from index.errors import DamagedRow
from index.filesystem.sqlite_files import SqliteFile, seal
from index.reports import Progress, ProgressCallback, ignore_progress

# Tables beside the documents whose rows are known by a path.
_PATH_TABLES = ("roots", "removed", "failures", "unread")
# Settings without which an index cannot be used.
REQUIRED = ("format", "index_id", "model")
# Why a text is in the list of failures: it was in no file, and could not be saved.
LOST = "its text was damaged and is lost: add it again, or remove it"


def find_damage(store: Store, progress: ProgressCallback = ignore_progress) -> list[str]:
    """What is wrong with the store, a line each; nothing if all is well.

    Checks SQLite's own structure, every row's hash and every passage's span.
    """
    with store.reading() as connection:
        problems = [f"store: {line}" for line in check_file(connection, progress)]
        problems += [
            f"store: {path} is damaged" for path in _find_damaged_documents(connection, progress)
        ]
        problems += [
            f"store: its settings are damaged ({name}): {repair_advice(store.path.parent)}"
            for name in _find_damaged_settings(connection)
        ]
        for table in _PATH_TABLES:
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            if count := sum(seal(*row[:-1]) != row for row in rows):
                problems.append(f"store: {count} of the {table} are damaged")
    return problems


def check_file(connection: SqliteFile, progress: ProgressCallback = ignore_progress) -> list[str]:
    """What SQLite finds wrong with its own structure, a line each."""
    before = connection.budget.report
    # SQLite does not say how far it is.
    connection.budget.report = lambda: progress(Progress("checking the store", 0, 0))
    try:
        found = [text for (text,) in connection.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        found = [str(error)]
    finally:
        connection.budget.report = before
    lines = [line for text in found for line in str(text).splitlines()]
    return [line for line in lines if line != "ok" and not line.startswith("***")]


def read_sound_text(connection: sqlite3.Connection, document: int) -> StoredText | None:
    """A document's text; None if it is damaged, or gone."""
    row = connection.execute("SELECT * FROM texts WHERE document_id = ?", (document,)).fetchone()
    with suppress(DamagedRow):
        return None if row is None else StoredText(*read_text_row(row), "it is damaged")
    return None


def has_sound_passages(
    connection: sqlite3.Connection, document: int, count: object, text: str
) -> bool:
    """Whether all passages of a document are there, and say what its text says."""
    rows = connection.execute(
        f"SELECT {PASSAGE} FROM passages p WHERE document_id = ?", (document,)
    ).fetchall()
    try:
        passages = [read_passage_row(row) for row in rows]
    except DamagedRow:
        return False
    return len(passages) == count and all(
        passage.span.of(text) == passage.text for passage in passages
    )


def _find_damaged_documents(
    connection: sqlite3.Connection, progress: ProgressCallback
) -> list[str]:
    """The paths of all documents with a damaged row, or with passages missing."""
    damaged = []
    documents = connection.execute(f"SELECT {DOCUMENT} FROM documents d").fetchall()
    for done, row in enumerate(documents, 1):
        progress(Progress("checking documents", done, len(documents)))
        try:
            path = read_document_row(row)[0].path
        except DamagedRow:
            name = row[1]
            damaged.append(
                name.decode(errors="replace") if isinstance(name, bytes) else "a document"
            )
            continue
        text = read_sound_text(connection, row[0])
        if text is None or not has_sound_passages(connection, row[0], row[8], text.text):
            damaged.append(path)
    return damaged


def _find_damaged_settings(connection: sqlite3.Connection) -> list[str]:
    """Names of the settings that are missing or damaged, or have a value that they cannot have."""
    rows = connection.execute("SELECT name, value, hash FROM settings").fetchall()
    names = {name for name, *_ in rows}
    return [name for name in REQUIRED if name not in names] + [
        str(name)
        for name, value, checksum in rows
        if seal(name, value)[-1] != checksum or not is_valid(str(name), value)
    ]
