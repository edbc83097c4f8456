"""The records of an index, which say what is in it: read one by one, or kept in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from index.engines.milvus.connection import Connection, Row, batch, is_among
from index.engines.milvus.records import (
    DOCUMENT,
    FAILURE,
    GONE,
    KEYS,
    LAST,
    WORDS,
    Record,
    key_of_setting,
    read_record,
)
from index.engines.milvus.schema import AGAIN, FORMAT, RECORDS
from index.engines.milvus.values import read_value
from index.engines.milvus.words import WordCounts, unpack_counts
from index.engines.settings import check_format
from index.errors import DamagedIndex, DamagedRow

_FORMAT_KEY = key_of_setting("format")


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
        """The number of the last commit.

        Raises:
            OtherFormat: another version has changed the format since the index was opened.
        """
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
        for chunk in batch(list(dict.fromkeys(ids)), 1_000):
            condition = f'kind == "{DOCUMENT}" and {is_among("document", chunk)}'
            rows = self._connection.find(RECORDS, condition, KEYS, 1_000)
            documents.update((record.document, record) for record in self._decode(rows))
        return documents

    def find_owners(self, ids: Sequence[int]) -> set[int]:
        """The ids among some that a record still names; rows under the others are leftovers."""
        owners: set[int] = set()
        for chunk in batch(ids, 1_000):
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
