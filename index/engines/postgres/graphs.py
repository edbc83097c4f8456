"""The graphs of HNSW: one for each range of ids, built in one go when there are many new vectors.

A graph is an index of PostgreSQL over a range of ids. The server keeps it right, whatever is
removed later. Where a graph is missing, vectors are compared one by one. A range counts from the
transaction that puts it into the table `graphs` and deletes the signs of its vectors. So a vector
is found at every moment, and a writer that is killed leaves at most an unused index, which the
next writer drops.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors, sql

from index.engines.postgres.address import Address
from index.engines.postgres.connections import Connection, fetch
from index.engines.postgres.schema import lock_index
from index.engines.postgres.server_errors import translated
from index.engines.postgres.sign_bits import join_signs, read_signs
from index.engines.stored_rows import check_number
from index.reports import Progress, ProgressCallback

# Up to so many vectors have no graph: their signs are read by whoever asks the first question,
# 56 bytes each, and compared in some 22 ms.
MOST_YOUNG = 1_000_000
# So many rows of signs are merged into one.
_MOST_ROWS = 64
# How many neighbours are considered when a vector is put in. With pgvector's default of 64, one in
# forty of the ten nearest of 40,000 was not found.
_EF_CONSTRUCTION = 100
# The largest vectors that HNSW takes.
_MOST_DIMENSIONS = 4_000
# How the names of all graphs begin.
GRAPH = "vectors_nearest"
# Memory for building one; a million vectors of 384 dimensions take 1,420 of these. What does not
# fit is put in three times as slowly, so fewer vectors are waited for where they are larger.
_MOST_MEGABYTES, _SPARE_MEGABYTES = 1_600, 64
# Bytes that a vector takes there beside its numbers (measured with pgvector 0.8).
_BYTES_BESIDE = 720


def is_due(connection: Connection) -> bool:
    """Whether so many vectors have no graph that one is to be built."""
    [(young,)] = fetch(connection, "SELECT coalesce(sum(passages), 0)::bigint FROM signs")
    room = (_MOST_MEGABYTES - _SPARE_MEGABYTES) * 2**20
    return bool(young > min(MOST_YOUNG, room // _measure(_find_dimension(connection))))


def _measure(dimension: int) -> int:
    """Bytes of memory that a vector takes while a graph is built."""
    return 2 * dimension + _BYTES_BESIDE


def settle(connection: Connection, address: Address, progress: ProgressCallback) -> None:
    """Build the graphs that are missing, and one for the new vectors if there are many.

    The caller makes sure that no other process does so. Nobody else has to wait. The connection
    is closed after building. Does nothing unless the user owns the tables, as only an owner may.
    """
    dimension = _find_dimension(connection)
    ranges = fetch(connection, "SELECT first, past FROM graphs ORDER BY first")
    missing = [ids for ids in ranges if not _is_built(connection, *ids)]
    due = is_due(connection)
    known = {_name_graph(*ids) for ids in ranges}
    if dimension and (missing or due) and _is_owner(connection):
        with _building(connection, address):
            if due:
                [(last,)] = fetch(connection, "SELECT max(last) FROM signs")
                new = max((past for _, past in ranges), default=0), last + 1
                missing.append(new)
                known.add(_name_graph(*new))
            for ids in missing:
                progress(Progress("building the graph of vectors", 0, 0))
                _build(connection, dimension, *ids)
            if due:
                _publish_graph(connection, address.schema, *new)
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
    dimension = check_number(rows[0][0]) if rows else 0
    return dimension if dimension <= _MOST_DIMENSIONS else 0


def _name_graph(first: int, past: int) -> str:
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
            _name_graph(first, past),
        )
    )


def _is_owner(connection: Connection) -> bool:
    query = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'vectors'::regclass"
    return bool(fetch(connection, query)[0][0])


@contextmanager
def _building(connection: Connection, address: Address) -> Iterator[None]:
    try:
        # Errors are translated before the connection is closed, or it would count as lost.
        with translated(address, connection):
            connection.execute("SET statement_timeout = 0; SET lock_timeout = 0")
            yield
    finally:
        # Its settings suit no other use.
        connection.close()


def _build(connection: Connection, dimension: int, first: int, past: int) -> None:
    count = fetch(
        connection,
        "SELECT count(*) FROM vectors WHERE passage_id >= %s AND passage_id < %s",
        *(first, past),
    )[0][0]
    # Building is many times as fast if the graph fits into this memory.
    megabytes = min(_MOST_MEGABYTES, _SPARE_MEGABYTES + count * _measure(dimension) // 2**20)
    connection.execute(f"SET maintenance_work_mem = '{megabytes}MB'")
    name = sql.Identifier(_name_graph(first, past))
    drop = sql.SQL("DROP INDEX IF EXISTS {}").format(name)
    create = sql.SQL(
        "CREATE INDEX CONCURRENTLY {} ON vectors USING hnsw "
        "((vector::halfvec({})) halfvec_ip_ops) WITH (ef_construction = {}) "
        "WHERE passage_id >= {} AND passage_id < {}"
    ).format(name, *map(sql.Literal, (dimension, _EF_CONSTRUCTION, first, past)))
    # A killed writer may have left an unfinished graph.
    connection.execute(drop)
    try:
        connection.execute(create)
    except (errors.DiskFull, errors.OutOfMemory):
        # A container may have no memory that processes can share: build with one process.
        connection.execute(drop)
        connection.execute("SET max_parallel_maintenance_workers = 0")
        connection.execute(create)


def _publish_graph(connection: Connection, schema: str, first: int, past: int) -> None:
    """Let searches use a graph from now on, in place of the signs of its vectors."""
    with connection.transaction():
        lock_index(connection, schema)
        connection.execute("INSERT INTO graphs VALUES (%s, %s)", [first, past])
        connection.execute("DELETE FROM signs WHERE last < %s", [past])
