"""SQLite files that anybody may have made: opened so that they run nothing, and always end.

A SQLite file brings its own schema: views, triggers, computed columns and expressions would run
as we read, for ever if they wish. So a file is refused whose schema says anything but names, types
and keys that we know. Even plain tables may be built so that reading them takes for ever, as pages
may name the same page a hundred times on each of twenty levels. So every statement is counted in
steps of SQLite's machine, and ended when no honest file of its size takes as many.

A journal beside a file may name another file, which SQLite deletes once it has played the journal
back. It is left there by commits to several files at once, which we never make: it is refused.

SQLite notices damage to its own structure, but not to the values in a row. So each row's last
column is a hash of the others, which is checked whenever the row is read.
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from index.errors import DamagedRow
from index.filesystem.safe_opening import close_on_error, open_to_read

# After so many steps, some milliseconds, they are counted.
_STEPS = 100_000
# Steps that statements may take in any case, and for each byte of the file; see `StatementBudget`.
_LEAST_STEPS, _STEPS_A_BYTE = 20_000_000, 5
# What ends a journal that names another file.
_NAMES_A_FILE = bytes.fromhex("d9d505f920a163d7")
# The words of SQLite's own table for ids that are never used again.
_OWN_WORDS = frozenset(("create", "table", "sqlite_sequence", "name", "seq"))
# A comment, a word, space or a mark that separates them; or anything else.
_TOKEN = re.compile(r'--[^\n]*|"(\w+)"|(\w+)|[\s(),]+|(.)', re.DOTALL)


class HostileFile(sqlite3.DatabaseError):
    """A file that may not be read, as it would run code of its own, or never end."""


class StatementBudget:
    """Counts what the statements of a connection take, and ends those that take too much.

    What took most on honest indexes was to check the structure of the file: with SQLite 3.46, 0.07
    steps a byte for 30,000 passages of 300 characters, 0.23 for 200,000 of 100. Deleting half of
    the documents took 0.05, a question 0.01. All statements between two calls of `renew` may take
    5, and 20 million however small the file, which is about a second.

    Attributes:
        report: called as a statement goes on; what it raises ends the statement.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._taken = 0
        self._is_spent = False
        self._stopped_by: BaseException | None = None
        self.report: Callable[[], object] = lambda: None

    def renew(self) -> None:
        """Begin to count anew."""
        self._taken, self._is_spent, self._stopped_by = 0, False, None

    def spend(self) -> bool:
        """Count some steps; True ends the statement."""
        try:
            self._taken += _STEPS
            self._is_spent = self._taken > _LEAST_STEPS and self._taken > self._measure()
            self.report()
        except BaseException as error:
            # SQLite takes any exception only as a request to stop.
            self._stopped_by = error
            return True
        return self._is_spent

    def explain(self) -> BaseException:
        """Why a statement was ended."""
        if self._is_spent:
            return HostileFile("reading it does not end")
        # Ctrl-C may come before anything here can catch it.
        return self._stopped_by or KeyboardInterrupt()

    def _measure(self) -> int:
        size = 0
        for end in ("", "-wal"):
            with suppress(OSError):
                size += self._path.with_name(f"{self._path.name}{end}").stat().st_size
        return _STEPS_A_BYTE * size


class SqliteFile(sqlite3.Connection):
    """A connection that was opened by `open_sqlite`, with what its statements may take."""

    budget: StatementBudget


def open_sqlite(path: Path, words: frozenset[str], query: str = "", **options: Any) -> SqliteFile:
    """Open a SQLite file; it is made if there is none.

    Args:
        words: those that its schema may have, as `list_words` finds them.
        query: how it is opened, as in SQLite's URIs.
        options: of `sqlite3.connect`.

    Raises:
        HostileFile: it holds more than tables of these words, or its journal names another file.
        sqlite3.Error: it cannot be opened or read.
    """
    _check_journal(path)
    uri = path.absolute().as_uri() + query
    connection = sqlite3.connect(uri, uri=True, factory=SqliteFile, **options)
    try:
        with close_on_error(connection):
            budget = connection.budget = StatementBudget(path)
            connection.set_progress_handler(budget.spend, _STEPS)
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            if sys.version_info >= (3, 12):
                connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            with bounded(connection):
                _check_schema(connection, words)
    except UnicodeDecodeError as error:
        # Python says so if the message of SQLite is not UTF-8.
        raise HostileFile("its schema is not text") from error
    return connection


@contextmanager
def bounded(connection: SqliteFile) -> Iterator[None]:
    """Count what statements take from now on; raises `HostileFile` once it is too much."""
    connection.budget.renew()
    try:
        yield
    except sqlite3.OperationalError as error:
        # That of a text that is not UTF-8 has no code.
        if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
            raise
        raise connection.budget.explain() from None


def list_words(schema: str) -> frozenset[str]:
    """The words of a schema, in small letters, comments left out."""
    return frozenset((quoted or word).lower() for quoted, word, _ in _TOKEN.findall(schema))


def _check_schema(connection: SqliteFile, words: frozenset[str]) -> None:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema")
    for kind, name, statement in rows:
        # An index that keeps a key unique has no statement of its own.
        tokens = _TOKEN.findall(statement or "")
        used = {(quoted or word).lower() for quoted, word, _ in tokens}
        is_plain = not any(other for _, _, other in tokens) and used - {""} <= words | _OWN_WORDS
        if kind not in ("table", "index") or not is_plain:
            raise HostileFile(f"its {kind} {name!r:.60} is not ours")


def _check_journal(path: Path) -> None:
    try:
        with open_to_read(path.with_name(f"{path.name}-journal")) as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - len(_NAMES_A_FILE)))
            end = file.read()
    except FileNotFoundError:
        return
    except OSError as error:
        raise HostileFile(f"its journal cannot be read: {error.strerror}") from error
    if end == _NAMES_A_FILE:
        raise HostileFile("its journal names another file, which would be deleted")


def seal(*values: Any) -> tuple[Any, ...]:
    """A row's values with their hash."""
    parts = [value if isinstance(value, bytes) else str(value).encode() for value in values]
    return *values, blake2b(b"\0".join(parts), digest_size=8).digest()


def unseal(row: Sequence[Any]) -> Sequence[Any]:
    """The values of a sealed row; raises `DamagedRow`."""
    values = row[:-1]
    if seal(*values)[-1] != row[-1]:
        raise DamagedRow
    return values
