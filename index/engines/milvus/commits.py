"""Writing so that a reader sees all of it or nothing, without transactions.

1. A note says what is begun, with the ids that are new and those that will go.
2. Texts and passages are written under the new ids. No record names these yet: nobody finds them.
3. One upsert puts all records. That is the commit: Milvus shows the rows of one request
   together, and Milvus Lite writes them as one entry of its log.
4. The rows of the old ids are removed.

A writer that is killed in between leaves rows that no record names. The next writer removes them:
at once in a file, which no other process has open, and after an hour in a server, as another
writer may be at work.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from index.engines.milvus.catalog import Catalog
from index.engines.milvus.connection import Connection, Row, batch
from index.engines.milvus.records import (
    BEGUN,
    GONE,
    LAST,
    Record,
    key_of_number,
    number_of_time,
    take_numbers,
)
from index.engines.milvus.schema import PASSAGES, RECORDS, TEXTS
from index.errors import QuotebackError

_ABANDONED_SECONDS = 3_600.0
# Ids in one note.
_MOST_OWNERS = 2_000


def publish(
    connection: Connection,
    catalog: Catalog,
    records: Sequence[Record],
    *,
    texts: Sequence[Row] = (),
    passages: Sequence[Row] = (),
    old: Sequence[int] = (),
    counts: bool = True,
) -> None:
    """Write records, with the texts and passages that they name, in one step.

    Args:
        old: ids whose texts and passages are no longer named.
        counts: whether it counts as a commit, after which others read the index again.

    Raises:
        QuotebackError: nothing was changed, unless the connection was lost just at the commit.
    """
    number = take_numbers(1, catalog.commits)[0]
    new = {row["owner"] for row in texts} | {row["document"] for row in passages}
    notes = [
        Record(f"{key_of_number(BEGUN, number)}.{part}", BEGUN, value={"owners": list(owners)})
        for part, owners in enumerate(batch([*sorted(new), *old], _MOST_OWNERS))
    ]
    if notes:
        connection.upsert(RECORDS, [note.as_row(number) for note in notes])
    connection.insert(TEXTS, texts)
    connection.insert(PASSAGES, passages)
    last = [Record(LAST, LAST)] if counts else []
    connection.upsert(RECORDS, [record.as_row(number) for record in (*records, *last)])
    # The commit is made: the next writer finishes whatever fails from here on.
    with suppress(QuotebackError):
        _remove_rows(connection, old)
        if connection.address.is_file:
            gone = [record.key for record in records if record.kind == GONE]
            connection.delete(RECORDS, "key", [*gone, *(note.key for note in notes)])


def sweep(connection: Connection, catalog: Catalog) -> None:
    """Remove what killed writers have left behind."""
    notes = find_abandoned(connection, catalog)
    owners = [owner for note in notes for owner in note.value["owners"]]
    alive = catalog.find_owners(owners)
    _remove_rows(connection, [owner for owner in owners if owner not in alive])
    connection.delete(RECORDS, "key", [note.key for note in notes])


def find_abandoned(connection: Connection, catalog: Catalog) -> list[Record]:
    """The notes of commits that were begun, and are no longer being written."""
    notes = catalog.find(BEGUN)
    if connection.address.is_file:
        return notes
    before = number_of_time(_ABANDONED_SECONDS)
    return [note for note in notes if note.commit < before]


def _remove_rows(connection: Connection, owners: Sequence[int]) -> None:
    if owners:
        connection.delete(TEXTS, "owner", owners)
        if connection.has(PASSAGES):
            connection.delete(PASSAGES, "document", owners)
