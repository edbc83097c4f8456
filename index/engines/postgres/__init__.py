"""The engine of an index in PostgreSQL, with pgvector: a team's server.

`postgresql://USER@HOST:PORT/DATABASE?schema=NAME`, in all forms that libpq takes.
"""

from __future__ import annotations

from index.engines.postgres.address import read_address
from index.engines.postgres.engine import PostgresEngine
from index.engines.postgres.schema import create_tables, has_index
from index.locations import EngineUrl
from index.reports import ProgressCallback

__all__ = ["PostgresEngine", "create_index", "is_index", "open_engine"]


def is_index(location: EngineUrl) -> bool:
    """Whether there is an index; raises `QuotebackError`."""
    return has_index(read_address(location))


def create_index(location: EngineUrl, model: str) -> None:
    """Make an empty index, whole or not at all; nothing if another process was first.

    Raises:
        NotAnIndex, CannotWrite, CannotRead: see there.
    """
    create_tables(read_address(location), model)


def open_engine(location: EngineUrl, _: ProgressCallback) -> PostgresEngine:
    """Open an index.

    Raises:
        NotAnIndex, OtherFormat, CannotRead: see there.
    """
    return PostgresEngine(location, read_address(location))
