"""The writer: all changes of a commit are prepared in memory, and then published in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from index.engines.changes import Change, ChangeGiven, Copy, Move
from index.engines.milvus.catalog import Catalog
from index.engines.milvus.commits import publish
from index.engines.milvus.connection import Connection, find_lock
from index.engines.milvus.long_values import split_value
from index.engines.milvus.numbers import take_numbers
from index.engines.milvus.passages import pack_passage, read_rows
from index.engines.milvus.prepared_changes import PreparedChanges, PreparedDocument
from index.engines.milvus.records import (
    GONE,
    WORDS,
    Record,
    key_of_number,
    key_of_path,
    key_of_setting,
)
from index.engines.milvus.requests import Row
from index.engines.milvus.schema import PASSAGES
from index.engines.milvus.words import (
    WordCounts,
    add_counts,
    count_passages,
    pack_counts,
    weigh_passage,
)
from index.engines.model import EmbeddingModel
from index.engines.protocol import EngineWriter
from index.reports import Failure

# With so many parts of the counts of words, the next commit makes one of them.
_MOST_PARTS = 48


class MilvusWriter(EngineWriter):
    """Changes an index in Milvus. The writers of one process take turns.

    Attributes:
        has_put: whether it has written passages.
    """

    def __init__(self, connection: Connection, catalog: Catalog, model: EmbeddingModel) -> None:
        self._connection = connection
        self._catalog = catalog
        self._model = model
        self._fingerprint = model.load().fingerprint
        self._turn = find_lock(f"commits to {connection.address.uri}")
        self.has_put = False

    def commit(self, changes: Sequence[Change]) -> list[Failure]:
        """Make changes: see `publish` for what is written in which order."""
        paths = {change.path for change in changes if not isinstance(change, ChangeGiven)}
        paths |= {change.source for change in changes if isinstance(change, Move | Copy)}
        with self._turn:
            prepared = PreparedChanges(self._connection, self._read(paths))
            for change in changes:
                prepared.make(change)
            records = [record for record in prepared.records.values() if record]
            records += [*prepared.list_gone(), *prepared.given]
            old, new = prepared.list_old(), prepared.list_new()
            texts = [
                row
                for number, document in new.items()
                for row in split_value(number, document.body)
            ]
            passages: list[Row] = []
            if new or old:
                parts = self._catalog.word_counts()
                counts = add_counts(
                    [self._count_new(new, parts), -self._count_old(prepared.find_old(), parts)]
                )
                average = add_counts([*parts.values(), counts]).average
                for number, document in new.items():
                    rows, long_texts = _make_rows(number, document, average)
                    passages += rows
                    texts += long_texts
                words, rows, replaced = _make_part(counts, parts)
                records += words
                texts += rows
                old += replaced
            if passages:
                self._connection.create(PASSAGES, len(passages[0]["vector"]))
            publish(
                self._connection, self._catalog, records, texts=texts, passages=passages, old=old
            )
            self.has_put |= bool(passages)
        return prepared.rejected

    def _read(self, paths: Iterable[str]) -> dict[str, Record]:
        """The records at some paths; raises `OtherVersion` if the index has another version."""
        fingerprint = key_of_setting("fingerprint")
        records = self._catalog.read([fingerprint, *map(key_of_path, paths)])
        known = records.pop(fingerprint, None)
        if known is not None and known.value.get("value") != self._fingerprint:
            raise self._model.refuse()
        return {record.path: record for record in records.values() if record.kind != GONE}

    def _count_new(
        self, new: dict[int, PreparedDocument], parts: dict[str, WordCounts]
    ) -> WordCounts:
        average = round(add_counts(list(parts.values())).average)
        return count_passages(
            # Of a copied passage only the weights of its words are known.
            (
                passage.words,
                sum(passage.words.values()) if isinstance(passage.words, Counter) else average,
            )
            for document in new.values()
            for passage in document.passages
        )

    def _count_old(self, old: Sequence[Record], parts: dict[str, WordCounts]) -> WordCounts:
        average = round(add_counts(list(parts.values())).average)
        passages = read_rows(self._connection, old, ["id", "words"])
        return count_passages((row["words"], average) for rows in passages for row in rows)


def _make_rows(
    number: int, document: PreparedDocument, average: float
) -> tuple[list[Row], list[Row]]:
    """The rows of a document's passages, and rows of `texts` for values that are too long."""
    rows: list[Row] = []
    texts: list[Row] = []
    for passage in document.passages:
        value, parts = pack_passage(passage.number, number, passage.piece, passage.text)
        texts += parts
        words = passage.words
        rows.append(
            {
                "id": passage.number,
                "document": number,
                "vector": passage.vector,
                "words": weigh_passage(words, average) if isinstance(words, Counter) else words,
                "value": value,
            }
        )
    return rows, texts


def _make_part(
    counts: WordCounts, parts: dict[str, WordCounts]
) -> tuple[list[Record], list[Row], list[int]]:
    """The record and rows of one more part of the counts, and the ids of parts it replaces."""
    gone: list[Record] = []
    if len(parts) >= _MOST_PARTS:
        counts = add_counts([*parts.values(), counts])
        gone = [Record(key, GONE) for key in parts]
    [number] = take_numbers(1)
    text = pack_counts(counts)
    part = Record(
        key_of_number(WORDS, number),
        WORDS,
        number,
        counts.passages,
        value={"length": counts.length, "characters": len(text)},
    )
    replaced = [int(record.key[1:], 16) for record in gone]
    return [part, *gone], split_value(number, text), replaced
