"""What keeps searches quick, done after a run: merging postings and signs, building graphs.

One writer at a time does it, and nobody who reads or commits has to wait. It may be stopped at
any moment: the index is whole without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import numpy as np
from psycopg import ServerCursor

from index.arrays import Ids
from index.engines.postgres.address import Address
from index.engines.postgres.connections import Connection, Connections, fetch
from index.engines.postgres.documents import copy_postings, make_batch
from index.engines.postgres.graphs import merge_signs, settle
from index.engines.postgres.keywords import drop_dead
from index.engines.stored_rows import check_number
from index.reports import Progress, ProgressCallback

# So many batches of about one size are merged into one; each size is eight times the last.
_MOST_ALIKE, _TIMES = 12, 8
# Words that are written together, at most, and about as many bytes of their entries.
_WORDS_AT_ONCE, _BYTES_AT_ONCE = 2_000, 16 * 2**20


def keep_up(connections: Connections, progress: ProgressCallback) -> None:
    """Merge postings and signs, and build graphs, unless another writer is doing that."""

    def work(connection: Connection) -> None:
        with _try_lock(connection, connections.address.schema) as is_held:
            if is_held:
                _keep_up(connection, connections.address, progress)

    connections.run(work)


def _keep_up(connection: Connection, address: Address, progress: ProgressCallback) -> None:
    while batches := _choose_batches(connection):
        progress(Progress("merging the words of passages", 0, 0))
        _merge(connection, batches)
    merge_signs(connection, address.schema)
    settle(connection, address, progress)


@contextmanager
def _try_lock(connection: Connection, schema: str) -> Iterator[bool]:
    """Keep other writers from merging and building; False where another one is at it."""
    [(is_held,)] = fetch(connection, "SELECT pg_try_advisory_lock(hashtextextended(%s, 8))", schema)
    try:
        yield is_held
    finally:
        if is_held and not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 8))", [schema])


def _choose_batches(connection: Connection) -> list[int]:
    """The smallest batches of about one size, where there are too many of them; else none."""
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


def read_ids(connection: Connection, query: str = "SELECT id FROM passages", *values: int) -> Ids:
    """Ids of all passages, or those of another query; ascending."""
    [(packed,)] = fetch(
        connection,
        f"SELECT string_agg(int8send(id), ''::bytea ORDER BY id) FROM ({query}) AS chosen",
        *values,
    )
    return np.frombuffer(packed or b"", dtype=">i8").astype(np.int64)
