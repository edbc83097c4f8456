"""The records of an index, which say what is in it: kept in memory, written without transactions.

A reader sees all of a commit or nothing:

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

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress

from index.arrays import batched
from index.engines.milvus.connection import Connection, Row, is_among
from index.engines.milvus.records import (
    BEGUN,
    DOCUMENT,
    FAILURE,
    GONE,
    KEYS,
    LAST,
    WORDS,
    Record,
    key_of_number,
    key_of_setting,
    number_of_time,
    read_record,
    read_value,
    take_numbers,
)
from index.engines.milvus.schema import AGAIN, FORMAT, PASSAGES, RECORDS, TEXTS
from index.engines.milvus.words import WordCounts, unpack_counts
from index.engines.settings import check_format
from index.errors import DamagedIndex, DamagedRow, QuotebackError

_FORMAT_KEY = key_of_setting("format")
_ABANDONED_SECONDS = 3_600.0
# Ids in one note.
_MOST_OWNERS = 2_000


class Catalog:
    """The records of an index. Thread-safe.

    All documents, and the counts of words, are kept in memory and read again after a commit.
    A search without a filter reads only the records of the documents that it has found.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._all: tuple[int, list[Record]] | None = None
        self._words: tuple[int, dict[str, WordCounts]] = (-1, {})

    @property
    def commits(self) -> int:
        """The number of the last commit; raises `OtherFormat` if another version has made it."""
        records = self.read([LAST, _FORMAT_KEY])
        if _FORMAT_KEY in records:
            current = str(records[_FORMAT_KEY].value.get("value"))
            check_format(self._connection.address.shown, current, FORMAT, AGAIN)
        return records[LAST].commit if LAST in records else 0

    def read(self, keys: Sequence[str]) -> dict[str, Record]:
        """The records that exist among some keys, by key."""
        rows = self._connection.read(RECORDS, keys, KEYS)
        return {record.key: record for record in self._decode(rows)}

    def _decode(self, rows: Iterable[Row]) -> list[Record]:
        with self._connection.translate_errors():
            return list(map(read_record, rows))

    def find(self, kind: str) -> list[Record]:
        """All records of a kind, by key."""
        condition = is_among("kind", [kind])
        records = self._decode(self._connection.find(RECORDS, condition, KEYS))
        return sorted(records, key=lambda record: record.key)

    def find_content(self, content: str) -> list[Record]:
        """The documents whose files have these bytes, by their hash."""
        condition = f'kind == "{DOCUMENT}" and {is_among("content", [content])}'
        return self._decode(self._connection.find(RECORDS, condition, KEYS))

    def find_documents(self, ids: Sequence[int]) -> dict[int, Record]:
        """The documents that exist among some ids, by id."""
        documents: dict[int, Record] = {}
        for chunk in batched(list(dict.fromkeys(ids)), 1_000):
            condition = f'kind == "{DOCUMENT}" and {is_among("document", chunk)}'
            rows = self._connection.find(RECORDS, condition, KEYS, 1_000)
            documents.update((record.document, record) for record in self._decode(rows))
        return documents

    def find_owners(self, ids: Sequence[int]) -> set[int]:
        """The ids among some that a record still names; rows under the others are leftovers."""
        owners: set[int] = set()
        for chunk in batched(ids, 1_000):
            condition = is_among("document", chunk)
            rows = self._connection.find(RECORDS, condition, ["kind", "document"])
            owners.update(row["document"] for row in rows if row["kind"] != GONE)
        return owners

    def all(self) -> list[Record]:
        """All documents and failures, by path."""
        with self._lock:
            commits = self.commits
            if self._all is None or self._all[0] != commits:
                condition = is_among("kind", [DOCUMENT, FAILURE])
                records = self._decode(self._connection.find(RECORDS, condition, KEYS))
                self._all = commits, sorted(records, key=lambda record: record.path)
            return self._all[1]

    def word_counts(self) -> dict[str, WordCounts]:
        """The parts of the counts of words, by key."""
        with self._lock:
            # A part may be replaced while it is read.
            for _ in range(5):
                commits = self.commits
                known_at, known = self._words
                if commits == known_at:
                    return known
                parts = self._read_parts(known)
                if parts is not None:
                    self._words = commits, parts
                    return parts
        raise DamagedIndex(
            f"{self._connection.address.shown}: the counts of words are damaged: index its "
            f"documents into another index"
        )

    def _read_parts(self, known: dict[str, WordCounts]) -> dict[str, WordCounts] | None:
        parts: dict[str, WordCounts] = {}
        for record in self.find(WORDS):
            if record.key in known:
                parts[record.key] = known[record.key]
                continue
            value = record.value
            text = read_value(self._connection, record.document, value["characters"])
            if text is None:
                return None
            try:
                parts[record.key] = unpack_counts(record.passages, value["length"], text)
            except (ValueError, DamagedRow):
                return None
        return parts


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
        for part, owners in enumerate(batched([*sorted(new), *old], _MOST_OWNERS))
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
