"""PostgreSQL's errors, in one line that says what to do and holds no password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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


class Unreachable(CannotRead):
    """The server cannot be reached, or does not let us in."""


class ConnectionLost(Unreachable):
    """The connection was lost in the middle of something."""


class ServerStarting(Unreachable):
    """The server is there, and is not ready yet: it starts, stops or recovers."""


class FormatChanged(Exception):
    """Another version has changed the format; with what `check_format` takes after the place."""


_IS_LOST = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.IdleSessionTimeout,
    errors.IdleInTransactionSessionTimeout,
)
# Parts of the messages of a server that may be ready in a moment.
_BUSY = (
    *("starting up", "shutting down"),
    *("too many clients", "too many connections", "connection slots"),
)
_NOT_READY = (
    *_BUSY,
    *("recovery", "not yet accepting", "refused", "No such file", "closed the connection"),
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


def shorten_message(error: BaseException) -> str:
    """The message of an error, in one line."""
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        return " ".join(error.diag.message_primary.split())
    return " ".join(str(error).split())


def describe_unreachable(address: Address, error: psycopg.Error) -> Unreachable:
    """The error of a connection that could not be made."""
    message = " ".join(str(error).removeprefix("connection failed: ").split())
    # The server's own words come after "FATAL:"; without it, the server was not reached.
    reason = message.rpartition("FATAL:")[2] if "FATAL:" in message else ""
    kind: type[Unreachable] = Unreachable
    if any(sign in (reason or message) for sign in _NOT_READY):
        kind = ServerStarting
    advice = next(
        (advice for sign, advice in _ADVICE if sign in (reason or message)),
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
