"""A few connections, shared by threads; they are made again after the server was restarted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg

from index.engines.postgres.address import Address
from index.engines.postgres.server_errors import (
    ConnectionLost,
    ServerStarting,
    describe_unreachable,
    translate,
    translated,
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

        A server that was reached before is waited for while it restarts.

        Raises:
            QuotebackError: in place of any error of the driver.
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
        """What the rows of a query stand for.

        Args:
            decode: may raise `DamagedRow`, which is translated.
        """
        return self.run(lambda connection: list(map(decode, fetch(connection, query, *values))))

    def wait_for_server(self) -> None:
        """Connect again after a loss, waiting for a server that restarts.

        Raises:
            Unreachable: it does not come back, or does not let us in.
        """
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
        """A connection, in autocommit; what the driver raises is translated.

        Raises:
            Unreachable: none can be made.
        """
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
    """A new connection, in autocommit.

    Raises:
        Unreachable: it cannot be made.
    """
    try:
        # Never prepare statements: poolers between us and the server lose them.
        connection = psycopg.connect(address.conninfo, autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        raise describe_unreachable(address, error) from error
    except UnicodeError as error:
        raise describe_unreachable(address, psycopg.Error(str(error))) from error
    try:
        arguments = [part for pair in _SETTINGS.items() for part in pair]
        connection.execute(_PREPARE, [address.schema, *arguments])
    except psycopg.Error as error:
        is_lost = connection.closed or connection.broken
        connection.close()
        raise translate(address, error, is_lost) from error
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
