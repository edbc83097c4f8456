"""Damage to the store: found by reading and checking every row, and cut out."""

from __future__ import annotations

import sqlite3

from index.reports import Progress, ProgressCallback, silence
from index.storage.schema import remedy
from index.storage.sealed_rows import DamagedRow, opened, sealed
from index.storage.store import DOCUMENT, PASSAGE, Store, document_of, text_of

# What is noted by path, apart from documents.
_NOTES = ("roots", "removed", "failures")
# Steps of SQLite's machine, of which it takes millions a second, between two signs of life.
_STEPS_BETWEEN = 100_000


def damage(store: Store, tell: ProgressCallback = silence) -> list[str]:
    """What is wrong with the store, a line each; nothing where all is well.

    Checks SQLite's own structure, every row's hash and every passage's span.
    """
    with store.reading() as connection:
        problems = [f"store: {line}" for line in _integrity(connection, tell) if line != "ok"]
        problems += [
            f"store: {name or f'document {number}'} is damaged"
            for number, name in _damaged(connection, tell).items()
        ]
        if _damaged_notes(connection, "settings"):
            problems.append(f"store: its settings are damaged: {remedy(store.path.parent)}")
        problems += [
            f"store: {count} of the {table} are damaged"
            for table in _NOTES
            if (count := len(_damaged_notes(connection, table)))
        ]
    return problems


def salvage(store: Store, tell: ProgressCallback = silence) -> dict[int, str | None]:
    """Drop what is damaged, so that the rest can be used.

    Returns:
        the ids of the documents that went, each with its path where that is known.
    """
    with store.writing() as connection:
        connection.execute("REINDEX")
        for table in _NOTES:
            for path in _damaged_notes(connection, table):
                connection.execute(f"DELETE FROM {table} WHERE path = ?", (path,))
        lost = _damaged(connection, tell)
        connection.executemany("DELETE FROM documents WHERE id = ?", [(number,) for number in lost])
        connection.execute("DELETE FROM texts WHERE document_id NOT IN (SELECT id FROM documents)")
        connection.execute(
            "DELETE FROM passages WHERE document_id NOT IN (SELECT id FROM documents)"
        )
    return lost


def _integrity(connection: sqlite3.Connection, tell: ProgressCallback) -> list[str]:
    """What SQLite says of its own structure: "ok", or what is wrong with it."""
    stopped_by: BaseException = KeyboardInterrupt()

    def beat() -> bool:
        """Tell that it goes on (how far it is SQLite does not say); True stops it."""
        nonlocal stopped_by
        try:
            tell(Progress("checking the store", 0, 0))
        except BaseException as error:
            stopped_by = error
            return True
        return False

    connection.set_progress_handler(beat, _STEPS_BETWEEN)
    try:
        return [line for (line,) in connection.execute("PRAGMA integrity_check(20)")]
    except sqlite3.OperationalError as error:
        # Whatever is raised meanwhile, Ctrl-C too, SQLite only takes as the wish to stop.
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise stopped_by from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _damaged(connection: sqlite3.Connection, tell: ProgressCallback) -> dict[int, str | None]:
    """Documents of which any row is damaged, by id, with the path where that is whole."""
    found: dict[int, str | None] = {}
    documents = connection.execute(f"SELECT {DOCUMENT} FROM documents d").fetchall()
    for done, row in enumerate(documents, 1):
        tell(Progress("checking documents", done, len(documents)))
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
            for _, _, start, end, words, *_ in map(opened, passages):
                if text[start:end] != words:
                    raise DamagedRow
        except DamagedRow:
            found[number] = path
    return found


def _damaged_notes(connection: sqlite3.Connection, table: str) -> list[object]:
    """The first value of each damaged row of a table."""
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    return [row[0] for row in rows if sealed(*row[:-1])[-1] != row[-1]]
