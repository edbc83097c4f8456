"""The graphs of HNSW: one for each range of ids, built in one go when there are many new vectors.

A graph is an index of PostgreSQL over a range of ids: the server keeps it right, whatever is
removed later, and where it is missing, the same question is answered by comparing. A range
counts from the transaction that puts it into the table `graphs` and deletes the signs of its
vectors. So a vector is found at every moment, and a writer that is killed leaves at most an
index that nobody asks for, which the next one drops.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors, sql

from index.engines.postgres.address import Address
from index.engines.postgres.connections import Connection, fetch
from index.engines.postgres.schema import lock_index
from index.engines.postgres.signs import join_signs, read_signs
from index.engines.postgres.translating import translated
from index.reports import Progress, ProgressCallback

# Up to so many vectors have no graph: their signs are read by whoever asks the first question,
# 56 bytes each, and compared in some 22 ms. As many fit into the memory for building one.
MOST_YOUNG = 1_000_000
# So many rows of signs are merged into one.
_MOST_ROWS = 64
# How many neighbours are looked at where a vector is put in. With pgvector's 64, one in forty of
# the ten nearest of 40,000 was not found.
_CARE = 100
# The largest vectors that HNSW takes.
_MOST_DIMENSIONS = 4_000
# How the names of all graphs begin.
GRAPH = "vectors_nearest"
# Memory for building one; a million vectors of 384 dimensions take about this much.
_MOST_MEGABYTES = 1_200


def settle(connection: Connection, address: Address, progress: ProgressCallback) -> None:
    """Build the graphs that are missing, and one for the new vectors where these are many.

    The caller is the only one at it. Nobody waits for it; the connection is closed after it. Where
    the user is not the owner of the tables, who alone may do it, nothing is done.
    """
    dimension = _find_dimension(connection)
    ranges = fetch(connection, "SELECT first, past FROM graphs ORDER BY first")
    missing = [each for each in ranges if not _is_built(connection, *each)]
    [(young,)] = fetch(connection, "SELECT coalesce(sum(passages), 0)::bigint FROM signs")
    due = young > MOST_YOUNG
    known = {_name(*each) for each in ranges}
    if dimension and (missing or due) and _is_owner(connection):
        with _building(connection, address):
            if due:
                [(last,)] = fetch(connection, "SELECT max(last) FROM signs")
                new = max((past for _, past in ranges), default=0), last + 1
                missing.append(new)
                known.add(_name(*new))
            for each in missing:
                progress(Progress("building the graph of vectors", 0, 0))
                _build(connection, dimension, *each)
            if due:
                _count_in(connection, address.schema, *new)
            for name in _list_indexes(connection) - known:
                connection.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(name)))
            connection.execute("ANALYZE vectors")


def merge_signs(connection: Connection, schema: str) -> None:
    """Put one row of signs in the place of many, without those that a graph holds."""
    rows = [number for (number,) in fetch(connection, "SELECT id FROM signs ORDER BY id")]
    if len(rows) <= _MOST_ROWS:
        return
    with connection.transaction():
        lock_index(connection, schema)
        [(settled,)] = fetch(connection, "SELECT coalesce(max(past), 0) FROM graphs")
        joined = join_signs(read_signs(connection, rows))
        joined = joined.take(joined.ids >= settled)
        connection.execute("DELETE FROM signs WHERE id = ANY(%s)", [rows])
        if len(joined):
            connection.execute(
                "INSERT INTO signs (last, passages, ids, packed) VALUES (%s, %s, %s, %s)",
                joined.to_row(),
            )


def _find_dimension(connection: Connection) -> int:
    """The dimension of the vectors; 0 where there are none, or they are too large for a graph."""
    rows = fetch(connection, "SELECT vector_dims(vector) FROM vectors LIMIT 1")
    return rows[0][0] if rows and rows[0][0] <= _MOST_DIMENSIONS else 0


def _name(first: int, past: int) -> str:
    return f"{GRAPH}_{first}_{past}"


def _list_indexes(connection: Connection) -> set[str]:
    rows = fetch(
        connection,
        "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = 'vectors'::regclass AND c.relname LIKE %s",
        f"{GRAPH}%",
    )
    return {name for (name,) in rows}


def _is_built(connection: Connection, first: int, past: int) -> bool:
    return bool(
        fetch(
            connection,
            "SELECT FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid",
            _name(first, past),
        )
    )


def _is_owner(connection: Connection) -> bool:
    query = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'vectors'::regclass"
    return bool(fetch(connection, query)[0][0])


@contextmanager
def _building(connection: Connection, address: Address) -> Iterator[None]:
    try:
        # What is wrong is told before the connection is closed: it must not count as lost.
        with translated(address, connection):
            connection.execute("SET statement_timeout = 0; SET lock_timeout = 0")
            yield
    finally:
        # It has settings that no other use should have.
        connection.close()


def _build(connection: Connection, dimension: int, first: int, past: int) -> None:
    count = fetch(
        connection,
        "SELECT count(*) FROM vectors WHERE passage_id >= %s AND passage_id < %s",
        *(first, past),
    )[0][0]
    # It is built in memory where that holds it, which is many times as fast.
    megabytes = min(_MOST_MEGABYTES, 64 + count * (2 * dimension + 400) // 2**20)
    connection.execute(f"SET maintenance_work_mem = '{megabytes}MB'")
    name = sql.Identifier(_name(first, past))
    drop = sql.SQL("DROP INDEX IF EXISTS {}").format(name)
    create = sql.SQL(
        "CREATE INDEX CONCURRENTLY {} ON vectors USING hnsw "
        "((vector::halfvec({})) halfvec_ip_ops) WITH (ef_construction = {}) "
        "WHERE passage_id >= {} AND passage_id < {}"
    ).format(name, *map(sql.Literal, (dimension, _CARE, first, past)))
    # What was not finished, when a writer was killed.
    connection.execute(drop)
    try:
        connection.execute(create)
    except (errors.DiskFull, errors.OutOfMemory):
        # In a container there may be no memory that its processes can share: one does it.
        connection.execute(drop)
        connection.execute("SET max_parallel_maintenance_workers = 0")
        connection.execute(create)


def _count_in(connection: Connection, schema: str, first: int, past: int) -> None:
    """Have searches ask a graph from now on, and no longer the signs of what it holds."""
    with connection.transaction():
        lock_index(connection, schema)
        connection.execute("INSERT INTO graphs VALUES (%s, %s)", [first, past])
        connection.execute("DELETE FROM signs WHERE last < %s", [past])
