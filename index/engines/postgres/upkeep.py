"""What makes searches quick, brought up to date after a run: merged postings, the graph of HNSW.

One writer at a time does it, and those who read or commit need not wait. It may be stopped at
any moment: the index is whole without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby, islice
from typing import Any, TypeVar

import numpy as np
from psycopg import ServerCursor, errors, sql

from index.arrays import Ids
from index.engines.postgres.connections import Connection, Connections, fetch
from index.engines.postgres.documents import copy_postings, make_batch
from index.engines.postgres.keywords import drop_dead
from index.engines.postgres.vectors import MOST_DIMENSIONS
from index.reports import Progress, ProgressCallback

# So many batches of about one size are merged into one; each size is eight times the last.
_MOST_ALIKE, _TIMES = 12, 8
# From so many vectors on there is a graph.
_MANY = 10_000
_GRAPH = "vectors_nearest"
# How many neighbours are looked at where a vector is put in. With pgvector's 64, one in forty of
# the ten nearest of 40,000 was not found.
_CARE = 100
_WORDS_AT_ONCE = 2_000
# Memory for building it; a million vectors of 384 dimensions take about this much.
_MOST_MEGABYTES = 1_200

_Row = TypeVar("_Row")


def keep_up(connections: Connections, progress: ProgressCallback) -> None:
    """Merge postings, and build the graph where there is none; nothing where another does."""

    def work(connection: Connection) -> None:
        with _alone(connection, connections.address.schema) as free:
            if free:
                # Only the owner may build the graph: the next run of theirs does.
                with suppress(errors.InsufficientPrivilege):
                    _keep_up(connection, progress)

    connections.run(work)


def _keep_up(connection: Connection, progress: ProgressCallback) -> None:
    while batches := _choose_batches(connection):
        progress(Progress("merging the words of passages", 0, 0))
        _merge(connection, batches)
    if dimension := _lacks_graph(connection):
        progress(Progress("building the graph of vectors", 0, 0))
        _build_graph(connection, dimension)


@contextmanager
def _alone(connection: Connection, schema: str) -> Iterator[bool]:
    """Whether no other writer is at it; then none will be."""
    [(free,)] = fetch(connection, "SELECT pg_try_advisory_lock(hashtextextended(%s, 8))", schema)
    try:
        yield free
    finally:
        if free and not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 8))", [schema])


def _choose_batches(connection: Connection) -> list[int]:
    """The batches of about one size, where there are too many of them."""
    alike: dict[int, list[int]] = defaultdict(list)
    for number, passages in fetch(connection, "SELECT id, passages FROM batches ORDER BY id"):
        alike[int(np.log(max(1, passages)) / np.log(_TIMES))].append(number)
    return next((each for _, each in sorted(alike.items()) if len(each) >= _MOST_ALIKE), [])


def _merge(connection: Connection, batches: Sequence[int]) -> None:
    """Put one batch in the place of several, without what was removed since."""
    with connection.transaction():
        connection.execute("SET LOCAL statement_timeout = 0")
        alive = read_ids(connection)
        lengths = np.zeros(len(alive), dtype=np.int64)
        new = make_batch(connection, 0, 0)
        with connection.cursor("merging") as cursor:
            cursor.execute(
                "SELECT word, entries FROM postings WHERE batch = ANY(%s) ORDER BY word, batch",
                [list(batches)],
                binary=True,
            )
            words = groupby(_fetch_all(cursor), key=lambda row: row[0])
            merged = (
                (word, new, drop_dead(b"".join(row[1] for row in rows), lengths, alive))
                for word, rows in words
            )
            for some in _chunk((row for row in merged if row[2]), _WORDS_AT_ONCE):
                copy_postings(connection, some)
        connection.execute(
            "UPDATE batches SET passages = %s, words = %s WHERE id = %s",
            [int(np.count_nonzero(lengths)), int(lengths.sum()), new],
        )
        connection.execute("DELETE FROM batches WHERE id = ANY(%s)", [list(batches)])


def _fetch_all(cursor: ServerCursor[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    # Other statements may run between two fetches.
    while rows := cursor.fetchmany(_WORDS_AT_ONCE):
        yield from rows


def _chunk(rows: Iterator[_Row], size: int) -> Iterator[list[_Row]]:
    while some := list(islice(rows, size)):
        yield some


def read_ids(connection: Connection) -> Ids:
    """Ids of all passages, ascending."""
    [(packed,)] = fetch(
        connection, "SELECT string_agg(int8send(id), ''::bytea ORDER BY id) FROM passages"
    )
    return np.frombuffer(packed or b"", dtype=">i8").astype(np.int64)


def _lacks_graph(connection: Connection) -> int:
    """The dimension of the vectors, where there are many and no graph; 0 where not."""
    if fetch(
        connection,
        "SELECT FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid",
        _GRAPH,
    ):
        return 0
    rows = fetch(connection, "SELECT vector_dims(vector) FROM vectors OFFSET %s LIMIT 1", _MANY)
    return rows[0][0] if rows and rows[0][0] <= MOST_DIMENSIONS else 0


def _build_graph(connection: Connection, dimension: int) -> None:
    [(count,)] = fetch(connection, "SELECT count(*) FROM vectors")
    # It is built in memory where that holds it, which is many times as fast.
    megabytes = min(_MOST_MEGABYTES, 64 + count * (2 * dimension + 400) // 2**20)
    statement = sql.SQL(
        "CREATE INDEX CONCURRENTLY {} ON vectors USING hnsw "
        "((vector::halfvec({})) halfvec_ip_ops) WITH (ef_construction = {})"
    ).format(sql.Identifier(_GRAPH), sql.Literal(dimension), sql.Literal(_CARE))
    try:
        connection.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        connection.execute(f"SET maintenance_work_mem = '{megabytes}MB'")
        # What was not finished, when a writer was killed.
        connection.execute(f"DROP INDEX IF EXISTS {_GRAPH}")
        try:
            connection.execute(statement)
        except (errors.DiskFull, errors.OutOfMemory):
            # In a container there may be no memory that its processes can share: one does it.
            connection.execute(f"DROP INDEX IF EXISTS {_GRAPH}")
            connection.execute("SET max_parallel_maintenance_workers = 0")
            connection.execute(statement)
        connection.execute("ANALYZE vectors")
    finally:
        # It has settings that no other use should have.
        connection.close()
