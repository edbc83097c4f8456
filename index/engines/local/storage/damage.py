"""Damage to the store, found by checking every row."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from index.documents import Document, Passage
from index.engines.local.storage.rows import (
    DOCUMENT,
    PASSAGE,
    read_document_row,
    read_passage_row,
    read_text_row,
)
from index.engines.local.storage.schema import repair_advice
from index.engines.local.storage.sealed_rows import seal, unseal
from index.engines.local.storage.store import Store
from index.engines.setting_values import is_valid
from index.errors import DamagedRow
from index.filesystem.freshness import FileState
from index.filesystem.sqlite_files import SqliteFile
from index.reports import Progress, ProgressCallback, ignore_progress

# Tables beside the documents whose rows are known by a path.
PATH_TABLES = ("roots", "removed", "failures", "unread")


@dataclass(frozen=True, slots=True)
class DamagedDocument:
    """A document with a damaged row.

    Attributes:
        path: as stored; it may be damaged where the entry is.
        entry_is_damaged: whether its row in the table of documents is damaged.
        text: its canonical text; None where that is damaged.
        passages: those that are not damaged, by their place in the text.
        damaged_passages: ids of the damaged ones.
        damaged_starts: where the damaged ones began, as far as that can still be read.
        lacks_passages: whether some are gone altogether.
    """

    id: int
    path: str
    entry_is_damaged: bool
    text: str | None
    passages: tuple[Passage, ...]
    damaged_passages: tuple[int, ...]
    damaged_starts: tuple[int, ...]
    lacks_passages: bool


def find_damage(store: Store, progress: ProgressCallback = ignore_progress) -> list[str]:
    """What is wrong with the store, a line each; nothing where all is well.

    Checks SQLite's own structure, every row's hash and every passage's span.
    """
    with store.reading() as connection:
        problems = [f"store: {line}" for line in _check_file(connection, progress) if line != "ok"]
        problems += [
            f"store: {document.path} is damaged"
            for document in find_damaged_documents(connection, progress)
        ]
        problems += [
            f"store: its settings are damaged ({name}): {repair_advice(store.path.parent)}"
            for name in find_damaged_settings(connection)
        ]
        problems += [
            f"store: {count} of the {table} are damaged"
            for table in PATH_TABLES
            if (count := len(find_damaged_rows(connection, table)))
        ]
    return problems


def find_damaged_documents(
    connection: sqlite3.Connection, progress: ProgressCallback = ignore_progress
) -> list[DamagedDocument]:
    """All documents with a damaged row, or with passages missing."""
    damaged = []
    documents = connection.execute(f"SELECT {DOCUMENT} FROM documents d").fetchall()
    for done, row in enumerate(documents, 1):
        progress(Progress("checking documents", done, len(documents)))
        if (document := check_document(connection, row)) is not None:
            damaged.append(document)
    return damaged


def check_document(connection: sqlite3.Connection, row: Sequence[Any]) -> DamagedDocument | None:
    """The damage to a document, given its row; None where there is none."""
    number, path, *_, count, _, _ = row
    entry_is_damaged, text = False, None
    try:
        unseal(row)
    except DamagedRow:
        entry_is_damaged = True
    with suppress(DamagedRow):
        texts = connection.execute("SELECT * FROM texts WHERE document_id = ?", (number,))
        text = read_text_row(texts.fetchone() or (None, b"", b""))
    rows = connection.execute(
        f"SELECT {PASSAGE} FROM passages p WHERE document_id = ? ORDER BY start", (number,)
    ).fetchall()
    passages: list[Passage] = []
    damaged_starts: dict[int, object] = {}
    for passage_row in rows:
        try:
            passage = read_passage_row(passage_row)
            if text is not None and passage.span.of(text) != passage.text:
                raise DamagedRow
            passages.append(passage)
        except DamagedRow:
            damaged_starts[passage_row[0]] = passage_row[2]
    if not entry_is_damaged and text is not None and not damaged_starts and len(rows) == count:
        return None
    return DamagedDocument(
        number,
        os.fsdecode(path) if isinstance(path, bytes) else str(path),
        entry_is_damaged,
        text,
        tuple(passages),
        tuple(damaged_starts),
        tuple(start for start in damaged_starts.values() if isinstance(start, int)),
        isinstance(count, int) and len(rows) < count,
    )


def find_document(
    store: Store, number: int
) -> tuple[Document, FileState | None, DamagedDocument | None] | None:
    """A document, its file's state, and its damage; None where there is no such document."""
    with store.reading() as connection:
        row = connection.execute(
            f"SELECT {DOCUMENT} FROM documents d WHERE id = ?", (number,)
        ).fetchone()
        return None if row is None else (*read_document_row(row), check_document(connection, row))


def find_damaged_settings(connection: sqlite3.Connection) -> list[str]:
    """Names of the settings that are damaged, or have a value that they cannot have."""
    rows = connection.execute("SELECT name, value, hash FROM settings").fetchall()
    return [
        str(name)
        for name, value, checksum in rows
        if seal(name, value)[-1] != checksum or not is_valid(str(name), value)
    ]


def find_damaged_rows(connection: sqlite3.Connection, table: str) -> list[object]:
    """The first value of each damaged row of a table."""
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    return [row[0] for row in rows if seal(*row[:-1])[-1] != row[-1]]


def _check_file(connection: SqliteFile, progress: ProgressCallback) -> list[str]:
    """What SQLite says of its own structure: "ok", or what is wrong with it."""
    before = connection.budget.report
    # SQLite does not say how far it is.
    connection.budget.report = lambda: progress(Progress("checking the store", 0, 0))
    try:
        return [line for (line,) in connection.execute("PRAGMA integrity_check(20)")]
    finally:
        connection.budget.report = before
