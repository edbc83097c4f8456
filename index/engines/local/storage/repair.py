"""Repairing the store's damaged rows from its other rows and its backup."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from index.engines.local.storage.backup import BadBackup, read_backup
from index.engines.local.storage.damage import (
    PATH_TABLES,
    DamagedDocument,
    find_damaged_documents,
    find_damaged_rows,
    find_damaged_settings,
)
from index.engines.local.storage.roots import (
    mark_unread,
    read_removed,
    read_roots,
    write_removed,
    write_roots,
)
from index.engines.local.storage.rows import DOCUMENT, read_document_row, write_setting
from index.engines.local.storage.store import UNFINISHED, Store
from index.engines.local.storage.writes import make_document_row, update_document_row
from index.errors import QuotebackError
from index.filesystem.freshness import FileState, Stamp
from index.reports import ProgressCallback

# The stamp of a file that is to be read again, whatever its stamp is now.
_UNKNOWN = Stamp(-1, 0, 0)


def repair_settings(folder: Path, model: str) -> bool:
    """Set damaged settings again; the caller holds the writer's lock.

    What depends on them is made again by the next run that writes.

    Args:
        model: the name of the model, where the backup does not have it.

    Returns:
        False where the store cannot be read, so that it has to be restored.
    """
    try:
        store = Store(folder)
    except QuotebackError:
        return False
    try:
        with store.reading() as connection:
            damaged = find_damaged_settings(connection)
            names = {name for (name,) in connection.execute("SELECT name FROM settings")}
            connection.execute("SELECT EXISTS (SELECT 1 FROM unread)").fetchone()
        if "format" in damaged or "format" not in names:
            return False
        lost = {*damaged, *({"model", "index_id"} - names)}
        if lost:
            _reset_settings(store, lost, model)
        # Raises if the documents cannot be read.
        store.documents()
    except QuotebackError:
        return False
    finally:
        store.close()
    return bool(lost)


def _reset_settings(store: Store, lost: set[str], model: str) -> None:
    backed_up: dict[str, str] = {}
    with suppress(BadBackup):
        backed_up = read_backup(store.path.parent).settings
    values = {
        "model": backed_up.get("model", model),
        "threshold": backed_up.get("threshold"),
        "archives": backed_up.get("archives"),
        "index_id": uuid4().hex,
        # At least what it was.
        "commits": str(time.time_ns()),
    }
    if not lost.isdisjoint(("fingerprint", "vectors")):
        # It is no longer known which version of the model made the vectors.
        lost |= {"fingerprint", "vectors"}
        values["vectors"] = f"vectors-{uuid4().hex[:16]}"
    with store.writing() as connection:
        for name in lost:
            connection.execute("DELETE FROM settings WHERE name = ?", (name,))
            if (value := values.get(name)) is not None:
                write_setting(connection, name, value)
        write_setting(connection, UNFINISHED, "yes")


def repair_rows(store: Store, progress: ProgressCallback) -> list[DamagedDocument]:
    """Make all rows readable, except those of damaged texts.

    Damaged documents are marked to be read again, and stay until then. Only their damaged
    passages are deleted at once: they can be cut again from the text.

    Returns:
        the damaged documents, as they were.
    """
    damaged_tables: set[str] = set()
    with store.writing() as connection:
        connection.execute("REINDEX")
        for table in PATH_TABLES:
            for path in find_damaged_rows(connection, table):
                connection.execute(f"DELETE FROM {table} WHERE path = ?", (path,))
                damaged_tables.add(table)
        damaged = find_damaged_documents(connection, progress)
        for document in damaged:
            _seal_entry(connection, document)
            connection.executemany(
                "DELETE FROM passages WHERE id = ?",
                [(number,) for number in document.damaged_passages],
            )
        # Without an entry, nothing says which document they belong to.
        for table in ("texts", "passages"):
            connection.execute(
                f"DELETE FROM {table} WHERE document_id NOT IN (SELECT id FROM documents)"
            )
        write_setting(connection, UNFINISHED, "yes")
    if not damaged_tables.isdisjoint(("roots", "removed")):
        _restore_roots(store)
    if "unread" in damaged_tables:
        mark_unread(store, read_roots(store))
    return damaged


def _seal_entry(connection: sqlite3.Connection, document: DamagedDocument) -> None:
    """Mark a document to be read again; a damaged entry keeps only its path and title."""
    row = connection.execute(
        f"SELECT {DOCUMENT} FROM documents d WHERE id = ?", (document.id,)
    ).fetchone()
    _, path, title, size, *_, passages, properties, _ = row
    if document.entry_is_damaged:
        state = None if size is None else FileState(_UNKNOWN, b"", None)
        passages = len(document.passages) + len(document.damaged_passages)
        properties = None
    else:
        state = read_document_row(row)[1]
        state = state and replace(state, loader_version=None)
    name = os.fsdecode(path) if path and isinstance(path, bytes) else document.path
    title = title if isinstance(title, str) else None
    row = make_document_row(document.id, name, title, state, passages, properties)
    update_document_row(connection, row)


def _restore_roots(store: Store) -> None:
    """Add the roots, and what was removed from them, that only the backup has."""
    with suppress(BadBackup):
        backup = read_backup(store.path.parent)
        known = read_roots(store)
        write_roots(store, [root for root in backup.roots if root.path not in known])
        write_removed(store, set(backup.removed) - read_removed(store))
