"""The engine of an index in PostgreSQL, with pgvector: a team's server.

`postgresql://USER@HOST:PORT/DATABASE?schema=NAME`, in all forms that libpq takes. What its
functions do is said in `EngineModule`.
"""

from __future__ import annotations

from index.engines.postgres.address import read_address
from index.engines.postgres.engine import PostgresEngine
from index.engines.postgres.schema import create_tables, has_index
from index.locations import EngineUrl
from index.reports import ProgressCallback

__all__ = ["PostgresEngine", "create_index", "is_index", "open_engine"]


def is_index(location: EngineUrl) -> bool:
    return has_index(read_address(location))


def create_index(location: EngineUrl, model: str) -> None:
    create_tables(read_address(location), model)


def open_engine(location: EngineUrl, _: ProgressCallback) -> PostgresEngine:
    return PostgresEngine(location, read_address(location))
