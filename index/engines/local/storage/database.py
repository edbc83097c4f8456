"""A SQLite file that threads share: its connections, transactions and errors."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.engines.local.storage.rows import DamagedSetting, read_setting
from index.engines.local.storage.schema import (
    FILE_NAME,
    RESTORED_NAME,
    SCHEMA_WORDS,
    check_store_format,
    describe_damage,
    missing_store_error,
    repair_advice,
)
from index.errors import (
    CannotRead,
    CannotWrite,
    DamagedIndex,
    DamagedRow,
    IndexInUse,
    IndexMoved,
    NotAnIndex,
    QuotebackError,
    translate_permission_errors,
)
from index.filesystem.safe_opening import close_on_error
from index.filesystem.sqlite_files import HostileFile, SqliteFile, bounded, open_sqlite

# SQLite's errors with other causes than damage to the file.
_IN_USE = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))
_NOT_WRITABLE = frozenset((sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY))
_NOT_READABLE = frozenset((sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM))
# Errors if the files that connections share cannot be made or grow.
_NO_ROOM = frozenset((sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL))


class Database:
    """An open SQLite file. Threads share its connections; each is used by one at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = _identify(path)
        self._lock = threading.Lock()
        self._idle: list[SqliteFile] = []
        # Connections that keep all others out: each is closed after one use.
        self._alone: set[SqliteFile] = set()
        self._closed = False

    def close(self) -> None:
        """Close every connection; one that a thread is using is closed when the thread is done."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    def reopen(self) -> None:
        """Use the file that is in the place of the one that was opened."""
        self.close()
        with self._lock:
            # Connections that threads are using are not in the new list: they are closed.
            self._file, self._idle, self._closed = _identify(self.path), [], False

    def check(self) -> None:
        """Make sure that the file is still the one that was opened; raises `IndexMoved`."""
        if _identify(self.path) != self._file:
            raise IndexMoved(
                f"{self.path.parent} is no longer the index that was opened: it was moved, removed "
                f"or replaced; open it again"
            )

    @contextmanager
    def reading(self) -> Iterator[SqliteFile]:
        """A connection for this thread alone. Errors of SQLite become a `QuotebackError`."""
        self.check()
        connection: SqliteFile | None = None
        idle = self._idle
        try:
            with self._lock:
                connection = idle.pop() if idle else None
            if connection is None:
                connection = self._connect()
            with bounded(connection):
                yield connection
        except DamagedSetting:
            folder = self.path.parent
            raise DamagedIndex(f"{folder} has damaged settings: {repair_advice(folder)}") from None
        except DamagedRow:
            raise DamagedIndex(describe_damage(self.path.parent)) from None
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.ProgrammingError):
                raise
            raise self._translate(error) from error
        finally:
            if connection is not None:
                with self._lock:
                    if self._closed or idle is not self._idle or connection in self._alone:
                        self._alone.discard(connection)
                        connection.close()
                    else:
                        idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[SqliteFile]:
        """One transaction, which is done as a whole or not at all."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def _connect(self) -> SqliteFile:
        self._check_files()
        if not os.access(self.path.parent, os.W_OK):
            return self._connect_to_read()
        try:
            return self._open(self.path)
        except sqlite3.OperationalError as error:
            if _read_code(error) not in _NO_ROOM:
                raise
        # There is no room for the files that connections share: an exclusive one needs none.
        connection = self._open(self.path, "PRAGMA locking_mode = EXCLUSIVE")
        with self._lock:
            self._alone.add(connection)
        return connection

    def _connect_to_read(self) -> SqliteFile:
        """A connection to an index that nobody can write to, and that does not change."""
        log = self.path.with_name(f"{self.path.name}-wal")
        if not (log.is_file() and log.stat().st_size):
            return self._open(self.path, query="?mode=ro&immutable=1")
        try:
            # The latest commits may be only in the log, and reading that needs its index.
            return self._open(self.path, query="?mode=ro")
        except sqlite3.OperationalError as error:
            if _read_code(error) not in _NO_ROOM:
                raise
        copies = Path(tempfile.mkdtemp(prefix="quoteback-"))
        weakref.finalize(self, shutil.rmtree, copies, ignore_errors=True)
        for path in (self.path, log):
            shutil.copy(path, copies / path.name)
        return self._open(copies / self.path.name)

    def _open(self, path: Path, pragma: str = "", query: str = "") -> SqliteFile:
        connection = open_sqlite(
            path,
            SCHEMA_WORDS,
            query,
            timeout=30,
            isolation_level=None,
            check_same_thread=False,
        )
        with close_on_error(connection):
            connection.execute(pragma)
            connection.execute("PRAGMA foreign_keys = ON")
            # The derived parts must never be ahead of the store, not even after a power cut.
            connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _check_files(self) -> None:
        """Refuse a pipe or device in the place of a file: opening it might wait."""
        for end in ("", "-wal", "-shm", "-journal"):
            path = self.path.with_name(f"{self.path.name}{end}")
            if path.exists() and not path.is_file():
                raise DamagedIndex(f"{path} is not a regular file: {repair_advice(path.parent)}")

    def _translate(self, error: sqlite3.DatabaseError) -> QuotebackError:
        folder = self.path.parent
        if isinstance(error, HostileFile):
            return DamagedIndex(
                f"{self.path} is refused, as not only Quoteback has made it ({error}): choose "
                f"another --index, or {repair_advice(folder)}"
            )
        # Errors of the sqlite3 module itself have no code, such as that of text that is not UTF-8.
        code = _read_code(error)
        if code in _IN_USE:
            return IndexInUse(f"another process is writing to {folder}: try again in a moment")
        if code in _NOT_WRITABLE:
            return CannotWrite(
                f"{folder} cannot be written to ({error}): "
                f"what is in it stays; the same command goes on from there"
            )
        if code in _NOT_READABLE:
            return CannotRead(
                f"{self.path} cannot be used ({error}): check its permissions and "
                f"the disk it is on, or choose another --index"
            )
        if code == sqlite3.SQLITE_ERROR:
            # An undamaged file, but not one of ours: empty, or another program's.
            return DamagedIndex(
                f"{self.path} is empty or another program's ({error}): choose another --index, "
                f"or {repair_advice(folder)}"
            )
        return DamagedIndex(f"{folder} cannot be read ({error}): {repair_advice(folder)}")


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether an error of SQLite says that the file is damaged, and not that it is busy or such."""
    others = (*_IN_USE, *_NOT_WRITABLE, *_NOT_READABLE, sqlite3.SQLITE_INTERRUPT)
    return not isinstance(error, sqlite3.ProgrammingError) and _read_code(error) not in others


def _read_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)) & 0xFF


def _identify(path: Path) -> tuple[int, int] | None:
    """Device and number of a file; None if there is none, or it cannot be seen."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def identify_store(folder: str | os.PathLike[str]) -> tuple[int, int]:
    """Device and inode number of an index's store; raises `NotAnIndex`, `CannotRead`."""
    try:
        status = Path(folder, FILE_NAME).stat()
    except (FileNotFoundError, NotADirectoryError):
        raise NotAnIndex(f"{folder} is gone, or is not an index any more") from None
    except OSError as error:
        raise CannotRead(f"{folder} may not be read ({error.strerror})") from error
    return status.st_dev, status.st_ino


@translate_permission_errors()
def holds_documents(folder: Path) -> bool:
    """Whether there are documents in an index; see `index.engines.registry`."""
    path = folder / FILE_NAME
    if (folder / RESTORED_NAME).exists():
        return True
    if not path.is_file():
        raise missing_store_error(
            folder, f"{folder} is not an index: make one with `quoteback index PATH`"
        )
    with closing(Database(path)) as store, store.reading() as connection:
        check_store_format(folder, read_setting(connection, "format"))
        is_there = "SELECT EXISTS (SELECT 1 FROM documents) OR EXISTS (SELECT 1 FROM unread)"
        return bool(connection.execute(is_there).fetchone()[0])
