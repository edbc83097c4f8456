"""Damage to the store: found by checking every row, and repaired by deleting what is damaged."""

from __future__ import annotations

import sqlite3

from index.reports import Progress, ProgressCallback, ignore_progress
from index.storage.rows import DOCUMENT, PASSAGE, read_document_row, read_text_row
from index.storage.schema import repair_advice
from index.storage.sealed_rows import DamagedRow, seal, unseal
from index.storage.store import Store

# Tables beside the documents whose rows are known by a path.
_PATH_TABLES = ("roots", "removed", "failures")
# Steps of SQLite's machine, which takes millions a second, between two reports of progress.
_STEPS_BETWEEN_REPORTS = 100_000


def find_damage(store: Store, progress: ProgressCallback = ignore_progress) -> list[str]:
    """What is wrong with the store, a line each; nothing where all is well.

    Checks SQLite's own structure, every row's hash and every passage's span.
    """
    with store.reading() as connection:
        problems = [f"store: {line}" for line in _check_file(connection, progress) if line != "ok"]
        problems += [
            f"store: {path or f'document {number}'} is damaged"
            for number, path in _find_damaged_documents(connection, progress).items()
        ]
        if _find_damaged_rows(connection, "settings"):
            problems.append(f"store: its settings are damaged: {repair_advice(store.path.parent)}")
        problems += [
            f"store: {count} of the {table} are damaged"
            for table in _PATH_TABLES
            if (count := len(_find_damaged_rows(connection, table)))
        ]
    return problems


def delete_damaged(
    store: Store, progress: ProgressCallback = ignore_progress
) -> dict[int, str | None]:
    """Delete what is damaged, so that the rest can be used.

    Returns:
        the ids of the deleted documents, each with its path where that is known.
    """
    with store.writing() as connection:
        connection.execute("REINDEX")
        for table in _PATH_TABLES:
            for path in _find_damaged_rows(connection, table):
                connection.execute(f"DELETE FROM {table} WHERE path = ?", (path,))
        lost = _find_damaged_documents(connection, progress)
        connection.executemany("DELETE FROM documents WHERE id = ?", [(number,) for number in lost])
        connection.execute("DELETE FROM texts WHERE document_id NOT IN (SELECT id FROM documents)")
        connection.execute(
            "DELETE FROM passages WHERE document_id NOT IN (SELECT id FROM documents)"
        )
    return lost


def _check_file(connection: sqlite3.Connection, progress: ProgressCallback) -> list[str]:
    """What SQLite says of its own structure: "ok", or what is wrong with it."""
    stopped_by: BaseException = KeyboardInterrupt()

    def report() -> bool:
        """Report that the check goes on (SQLite does not say how far it is); True stops it."""
        nonlocal stopped_by
        try:
            progress(Progress("checking the store", 0, 0))
        except BaseException as error:
            stopped_by = error
            return True
        return False

    connection.set_progress_handler(report, _STEPS_BETWEEN_REPORTS)
    try:
        return [line for (line,) in connection.execute("PRAGMA integrity_check(20)")]
    except sqlite3.OperationalError as error:
        # SQLite takes any exception in the handler, Ctrl-C too, only as a request to stop.
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise stopped_by from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _find_damaged_documents(
    connection: sqlite3.Connection, progress: ProgressCallback
) -> dict[int, str | None]:
    """Documents with a damaged row, by id, each with its path where that can be read."""
    damaged: dict[int, str | None] = {}
    documents = connection.execute(f"SELECT {DOCUMENT} FROM documents d").fetchall()
    for done, row in enumerate(documents, 1):
        progress(Progress("checking documents", done, len(documents)))
        number: int = row[0]
        path: str | None = None
        try:
            path = read_document_row(row)[0].path
            text = read_text_row(
                connection.execute(
                    "SELECT * FROM texts WHERE document_id = ?", (number,)
                ).fetchone()
                or (None, b"", b"")
            )
            passages = connection.execute(
                f"SELECT {PASSAGE} FROM passages p WHERE document_id = ?", (number,)
            ).fetchall()
            for _, _, start, end, passage_text, *_ in map(unseal, passages):
                if text[start:end] != passage_text:
                    raise DamagedRow
        except DamagedRow:
            damaged[number] = path
    return damaged


def _find_damaged_rows(connection: sqlite3.Connection, table: str) -> list[object]:
    """The first value of each damaged row of a table."""
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    return [row[0] for row in rows if seal(*row[:-1])[-1] != row[-1]]
