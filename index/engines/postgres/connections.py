"""A few connections, shared by threads and made again after a restart; errors in one line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from index.engines.postgres.address import Address
from index.engines.settings import check_format
from index.errors import (
    CannotRead,
    CannotWrite,
    DamagedIndex,
    DamagedRow,
    IndexInUse,
    IndexMoved,
    QuotebackError,
)
from index.filesystem.safe_opening import close_on_error

_IS_LOST = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.IdleSessionTimeout,
    errors.IdleInTransactionSessionTimeout,
)
# Parts of the messages of a server that may be ready in a moment.
_BUSY = (
    "starting up",
    "shutting down",
    "too many clients",
    "too many connections",
    "connection slots",
)
_NOT_READY = (
    *_BUSY,
    "recovery",
    "not yet accepting",
    "refused",
    "No such file",
    "closed the connection",
)
# What to do about a connection that fails, by a part of its message; the first match counts.
_ADVICE = (
    ("no password supplied", "set PGPASSWORD, or put the password into ~/.pgpass"),
    ("password authentication failed", "check the user, and PGPASSWORD or ~/.pgpass"),
    ("no pg_hba.conf entry", "have the server's administrator let this user in from here"),
    *((sign, "try again in a moment") for sign in _BUSY),
    ("No space left", "make room on the server's disk"),
    ("permission denied", "have the server's administrator grant CONNECT"),
    ('database "', "check the name of the database, or make it with createdb"),
    ('role "', "check the user in the address"),
    ("certificate", "check sslmode and sslrootcert"),
    ("SSL", "check sslmode and sslrootcert"),
)
Connection = psycopg.Connection[tuple[Any, ...]]
_Result = TypeVar("_Result")
# Connections that are used at once, and how many of them are kept for later.
_MOST_CONNECTIONS, _KEPT_CONNECTIONS = 8, 3
# Seconds to wait for a server that is being restarted.
RESTART_SECONDS = 20.0
_PAUSE_SECONDS = 0.25
# Seconds to reach the server in order to cancel; nobody else gets a connection meanwhile.
_CANCEL_SECONDS = 5.0
# Settings of every connection. Compiling a statement takes longer than ours take.
_SETTINGS = {
    "statement_timeout": "120s",
    "lock_timeout": "60s",
    "idle_in_transaction_session_timeout": "10min",
    "jit": "off",
    "hnsw.ef_search": "800",
    "hnsw.iterative_scan": "strict_order",
    "hnsw.max_scan_tuples": "40000",
    "client_encoding": "UTF8",
}
# The extension may lie in any schema; its operators are looked up along the path. Long values are
# compressed in less time, by a server that was built with it.
_PREPARE = (
    "SELECT set_config('search_path', concat_ws(', ', quote_ident(%s), (SELECT "
    "quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
    "WHERE e.extname = 'vector')), false), "
    "(SELECT set_config(name, 'lz4', false) FROM pg_settings "
    "WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals))"
    + ", set_config(%s, %s, false)"
    * len(_SETTINGS)
)


class Unreachable(CannotRead):
    """The server cannot be reached, or does not let us in."""


class ConnectionLost(Unreachable):
    """The connection was lost in the middle of something."""


class ServerStarting(Unreachable):
    """The server is there, and is not ready yet: it starts, stops or recovers."""


class FormatChanged(Exception):
    """Another version has changed the format; with what `check_format` takes after the place."""


def shorten_message(error: BaseException) -> str:
    """The message of an error, in one line."""
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        return " ".join(error.diag.message_primary.split())
    return " ".join(str(error).split())


def describe_unreachable(address: Address, error: Exception) -> Unreachable:
    """The error of a connection that could not be made."""
    message = " ".join(str(error).removeprefix("connection failed: ").split())
    # The server's own words come after "FATAL:"; without it, the server was not reached.
    reason = message.rpartition("FATAL:")[2]
    kind = ServerStarting if any(sign in reason for sign in _NOT_READY) else Unreachable
    advice = next(
        (advice for sign, advice in _ADVICE if sign in reason),
        "check the host and the port, and that the server runs",
    )
    return kind(f"{address.shown} cannot be reached ({message}): {advice}")


def translate(address: Address, error: psycopg.Error, connection_is_lost: bool) -> QuotebackError:
    """The error of a statement that failed."""
    place, message = address.shown, shorten_message(error)
    stays = "what is in it stays; the same command goes on from there"
    match error:
        case _ if connection_is_lost or isinstance(error, _IS_LOST):
            return ConnectionLost(f"the connection to {place} was lost ({message}): try again")
        case errors.DiskFull():
            return CannotWrite(f"{place} has no room left on its server ({message}): {stays}")
        case errors.InsufficientPrivilege():
            return CannotWrite(
                f"{place} does not allow this to its user ({message}): "
                f"have its owner grant the right"
            )
        case errors.ReadOnlySqlTransaction():
            return CannotWrite(f"{place} may only be read ({message}): write to its primary server")
        case errors.LockNotAvailable() | errors.DeadlockDetected():
            return IndexInUse(f"others are writing to {place} and hold it ({message}): try again")
        case errors.QueryCanceled():
            return CannotRead(f"{place} took too long, and was stopped ({message}): try again")
        case errors.UndefinedTable() | errors.InvalidSchemaName():
            # The tables of a schema that a user may not see seem to be missing, too.
            return IndexMoved(
                f"{place} was removed or replaced by another index, or is no longer shown to its "
                f"user: open it again"
            )
        case errors.DataCorrupted() | errors.IndexCorrupted():
            return DamagedIndex(f"{place} is damaged on its server ({message}): restore a backup")
        case errors.IoError() | errors.OutOfMemory() | errors.InsufficientResources():
            return CannotWrite(f"{place} fails on its server ({message}): see the server's log")
    return CannotRead(f"{place}: the server refused a statement ({message}): see the server's log")


@contextmanager
def translated(address: Address, connection: psycopg.Connection) -> Iterator[None]:
    """Turn what the driver raises, and rows that make no sense, into a `QuotebackError`."""
    try:
        yield
    except FormatChanged as error:
        check_format(address.shown, *error.args)
    except DamagedRow as error:
        raise DamagedIndex(
            f"{address.shown} holds what makes no sense ({shorten_message(error):.200}): index its "
            f"documents into another index, or restore a backup"
        ) from error
    except psycopg.Error as error:
        is_lost = connection.closed or connection.broken
        raise translate(address, error, is_lost) from error


class Connections:
    """Connections to one address. Thread-safe."""

    def __init__(self, address: Address) -> None:
        """Nothing is connected yet."""
        self.address = address
        self._idle: list[Connection] = []
        # By thread, what it uses.
        self._used: dict[int, Connection] = {}
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._kept = _KEPT_CONNECTIONS
        self._was_reached = False

    def close(self) -> None:
        """Close idle connections now, and the others when they are done."""
        with self._lock:
            self._kept = 0
        self._drop_idle()

    def run(self, work: Callable[[Connection], _Result]) -> _Result:
        """Do some reading, and do it once more if the connection turns out to be lost.

        A server that was reached before is waited for while it restarts. Raises a
        `QuotebackError` in place of any error of the driver.
        """
        try:
            with self.borrow() as connection:
                return work(connection)
        except (ConnectionLost, ServerStarting):
            if not self._was_reached:
                raise
        self.wait_for_server()
        with self.borrow() as connection:
            return work(connection)

    def fetch(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query, in binary form."""
        return self.run(lambda connection: fetch(connection, query, *values))

    def read(
        self, decode: Callable[[Sequence[Any]], _Result], query: str, *values: Any
    ) -> list[_Result]:
        """What the rows of a query stand for; `decode` may raise `DamagedRow`."""
        return self.run(lambda connection: list(map(decode, fetch(connection, query, *values))))

    def wait_for_server(self) -> None:
        """Connect again, waiting for a server that restarts; raises `Unreachable`."""
        # After a restart, all idle connections are lost, too.
        self._drop_idle()
        deadline = time.monotonic() + RESTART_SECONDS
        while True:
            try:
                connection = connect(self.address)
                break
            except (ServerStarting, ConnectionLost):
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE_SECONDS)
        with self._lock:
            self._idle.append(connection)

    @contextmanager
    def borrow(self) -> Iterator[Connection]:
        """A connection, in autocommit; what the driver raises becomes a `QuotebackError`."""
        with self._places:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = connect(self.address)
                self._was_reached = True
            thread = threading.get_ident()
            self._used[thread] = connection
            try:
                with translated(self.address, connection):
                    yield connection
            except BaseException:
                # It may be in the middle of something.
                connection.close()
                raise
            finally:
                # Not while it is being cancelled: whoever has it next must not suffer.
                with self._lock:
                    self._used.pop(thread, None)
            with self._lock:
                if len(self._idle) < self._kept and not connection.closed:
                    self._idle.append(connection)
                    return
            connection.close()

    def cancel(self, thread: int) -> None:
        """Cancel what a thread is asking of the server, if anything: an error is raised there."""
        with self._lock, suppress(psycopg.Error):
            if (connection := self._used.get(thread)) is not None:
                connection.cancel_safe(timeout=_CANCEL_SECONDS)

    def _drop_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def connect(address: Address) -> Connection:
    """A new connection, in autocommit; raises `Unreachable`."""
    try:
        # Never prepare statements: poolers between us and the server lose them.
        connection = psycopg.connect(address.conninfo, autocommit=True, prepare_threshold=None)
    except (psycopg.Error, UnicodeError) as error:
        raise describe_unreachable(address, error) from error
    with close_on_error(connection), translated(address, connection):
        arguments = [part for pair in _SETTINGS.items() for part in pair]
        connection.execute(_PREPARE, [address.schema, *arguments])
    return connection


@contextmanager
def one_moment(connection: Connection) -> Iterator[None]:
    """A transaction that reads everything as of one moment, whatever others write meanwhile."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction():
            yield
    finally:
        connection.isolation_level = None


def fetch(connection: Connection, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query, in binary form. Values are parameters, never part of the text."""
    return connection.execute(query, values, binary=True).fetchall()
