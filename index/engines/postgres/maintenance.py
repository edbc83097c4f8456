"""What keeps searches quick, done after a run: merging postings and signs, building graphs of HNSW.

One writer at a time does it, and nobody who reads or commits has to wait. It may be stopped at
any moment: the index is whole without it.

A graph is an index of PostgreSQL over a range of ids, built in one go when there are many new
vectors. The server keeps it right, whatever is removed later. If a graph is missing, vectors are
compared one by one. A range counts from the transaction that puts it into the table `graphs` and
deletes the signs of its vectors. So a vector is found at every moment, and a writer that is killed
leaves at most an unused index, which the next writer drops.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import numpy as np
from psycopg import ServerCursor, errors, sql

from index.arrays import Ids
from index.engines.postgres.address import Address
from index.engines.postgres.connections import Connection, Connections, fetch, translated
from index.engines.postgres.documents import copy_postings, make_batch
from index.engines.postgres.keywords import drop_dead
from index.engines.postgres.schema import lock_index
from index.engines.postgres.vectors import join_signs, read_signs
from index.engines.stored_rows import check_number
from index.reports import Progress, ProgressCallback

# So many batches of about one size are merged into one; each size is eight times the last.
_MOST_ALIKE, _TIMES = 12, 8
# Words that are written together, at most, and about as many bytes of their entries.
_WORDS_AT_ONCE, _BYTES_AT_ONCE = 2_000, 16 * 2**20
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
# fit is put in three times as slowly, so fewer vectors are waited for if they are larger.
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
    """The dimension of the vectors; 0 if there are none, or they are too large for a graph."""
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
        first,
        past,
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


def keep_up(connections: Connections, progress: ProgressCallback) -> None:
    """Merge postings and signs, and build graphs, unless another writer is doing that."""

    def work(connection: Connection) -> None:
        address = connections.address
        with _try_lock(connection, address.schema) as is_held:
            if not is_held:
                return
            while batches := _choose_batches(connection):
                progress(Progress("merging the words of passages", 0, 0))
                _merge(connection, batches)
            merge_signs(connection, address.schema)
            settle(connection, address, progress)

    connections.run(work)


@contextmanager
def _try_lock(connection: Connection, schema: str) -> Iterator[bool]:
    """Keep other writers from merging and building; False if another one is at it."""
    [(is_held,)] = fetch(connection, "SELECT pg_try_advisory_lock(hashtextextended(%s, 8))", schema)
    try:
        yield is_held
    finally:
        if is_held and not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 8))", [schema])


def _choose_batches(connection: Connection) -> list[int]:
    """The smallest batches of about one size, if there are too many of them; else none."""
    alike: dict[int, list[int]] = defaultdict(list)
    for number, passages in fetch(connection, "SELECT id, passages FROM batches ORDER BY id"):
        size = max(1, check_number(passages))
        alike[int(np.log(size) / np.log(_TIMES))].append(number)
    return next((group for _, group in sorted(alike.items()) if len(group) >= _MOST_ALIKE), [])


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
            for chunk in _chunk((word, b"".join(row[1] for row in rows)) for word, rows in words):
                names, entries = zip(*chunk, strict=True)
                merged = zip(names, drop_dead(entries, lengths, alive), strict=True)
                copy_postings(connection, [(word, new, kept) for word, kept in merged if kept])
        connection.execute(
            "UPDATE batches SET passages = %s, words = %s WHERE id = %s",
            [int(np.count_nonzero(lengths)), int(lengths.sum()), new],
        )
        connection.execute("DELETE FROM postings WHERE batch = ANY(%s)", [list(batches)])
        connection.execute("DELETE FROM batches WHERE id = ANY(%s)", [list(batches)])


def _fetch_all(cursor: ServerCursor[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    # Other statements may run between two fetches.
    while rows := cursor.fetchmany(_WORDS_AT_ONCE):
        yield from rows


def _chunk(words: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    """So many words at a time as suit a copy, with their entries."""
    chunk: list[tuple[str, bytes]] = []
    size = 0
    for word, entries in words:
        chunk.append((word, entries))
        size += len(entries)
        if len(chunk) >= _WORDS_AT_ONCE or size > _BYTES_AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def read_ids(connection: Connection, query: str = "SELECT id FROM passages", *values: Any) -> Ids:
    """Ids of all passages, or those of another query; ascending."""
    [(packed,)] = fetch(
        connection,
        f"SELECT string_agg(int8send(id), ''::bytea ORDER BY id) FROM ({query}) AS chosen",
        *values,
    )
    return np.frombuffer(packed or b"", dtype=">i8").astype(np.int64)
