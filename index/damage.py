"""Damage to the store: found by reading and checking every row, and cut out."""

from __future__ import annotations

import sqlite3

from index.rows import DamagedRow, opened, sealed
from index.store import DOCUMENT, PASSAGE, Store, document_of, text_of

# What is noted by path, apart from documents.
_NOTES = ("roots", "removed", "failures")


def damage(store: Store) -> list[str]:
    """What is wrong with the store, a line each; nothing where all is well.

    Checks SQLite's own structure, every row's hash and every passage's span.
    """
    with store.reading() as connection:
        rows = connection.execute("PRAGMA integrity_check(20)").fetchall()
        problems = [f"store: {line}" for (line,) in rows if line != "ok"]
        problems += [
            f"store: {name or f'document {number}'} is damaged"
            for number, name in _damaged(connection).items()
        ]
        if _damaged_notes(connection, "settings"):
            problems.append(
                "store: its settings are damaged: remove the folder and index your documents again"
            )
        problems += [
            f"store: {count} of the {table} are damaged"
            for table in _NOTES
            if (count := len(_damaged_notes(connection, table)))
        ]
    return problems


def salvage(store: Store) -> dict[int, str | None]:
    """Drop what is damaged, so that the rest can be used.

    Returns:
        the ids of the documents that went, each with its path where that is known.
    """
    with store.writing() as connection:
        connection.execute("REINDEX")
        for table in _NOTES:
            for path in _damaged_notes(connection, table):
                connection.execute(f"DELETE FROM {table} WHERE path = ?", (path,))
        lost = _damaged(connection)
        connection.executemany("DELETE FROM documents WHERE id = ?", [(number,) for number in lost])
        connection.execute("DELETE FROM texts WHERE document_id NOT IN (SELECT id FROM documents)")
        connection.execute(
            "DELETE FROM passages WHERE document_id NOT IN (SELECT id FROM documents)"
        )
    return lost


def _damaged(connection: sqlite3.Connection) -> dict[int, str | None]:
    """Documents of which any row is damaged, by id, with the path where that is whole."""
    found: dict[int, str | None] = {}
    documents = connection.execute(f"SELECT {DOCUMENT} FROM documents d").fetchall()
    for row in documents:
        number: int = row[0]
        path: str | None = None
        try:
            path = document_of(row)[0].path
            text = text_of(
                connection.execute(
                    "SELECT * FROM texts WHERE document_id = ?", (number,)
                ).fetchone()
                or (None, b"", b"")
            )
            passages = connection.execute(
                f"SELECT {PASSAGE} FROM passages p WHERE document_id = ?", (number,)
            ).fetchall()
            for _, _, start, end, words, _, _ in map(opened, passages):
                if text[start:end] != words:
                    raise DamagedRow
        except DamagedRow:
            found[number] = path
    return found


def _damaged_notes(connection: sqlite3.Connection, table: str) -> list[object]:
    """The first value of each damaged row of a table."""
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    return [row[0] for row in rows if sealed(*row[:-1])[-1] != row[-1]]
