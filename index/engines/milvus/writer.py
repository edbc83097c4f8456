"""The writer: all changes of a commit are prepared in memory, and then published in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.documents import encode_properties
from index.engines.changes import (
    UNFIT,
    Change,
    ChangeGiven,
    Copy,
    Move,
    Put,
    PutFailure,
    Remove,
    Touch,
    reject,
)
from index.engines.milvus.catalog import Catalog, publish
from index.engines.milvus.connection import Connection, Row, find_lock
from index.engines.milvus.records import (
    DOCUMENT,
    GONE,
    WORDS,
    Record,
    key_of_number,
    key_of_path,
    key_of_setting,
    make_failure,
    make_given,
    pack_body,
    pack_passage,
    pack_state,
    read_passage,
    read_rows,
    read_value,
    split_value,
    take_numbers,
)
from index.engines.milvus.schema import PASSAGES
from index.engines.milvus.words import (
    WordCounts,
    add_counts,
    count_passages,
    count_words,
    pack_counts,
    weigh_passage,
)
from index.engines.model import EmbeddingModel
from index.engines.protocol import EngineWriter
from index.filesystem.freshness import FileState
from index.reports import Failure
from index.text.passages import NewPassage, drop_id

# With so many parts of the counts of words, the next commit makes one of them.
_MOST_PARTS = 48
_CHANGED = "it was changed by another machine meanwhile"


@dataclass(frozen=True, slots=True)
class PreparedPassage:
    """A passage that will be written.

    Attributes:
        words: how often it has each word; for a copied passage, BM25's weights.
    """

    number: int
    passage: NewPassage
    text: str
    vector: Sequence[float]
    words: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """The text, with its structure, and passages of a new document, written beside its record."""

    body: str
    passages: Sequence[PreparedPassage]


class PreparedChanges:
    """What a commit will write.

    Attributes:
        records: by changed path, what will be there; None if nothing will.
        documents: new ones, by id.
        given: records of what a person has given or taken out.
        rejected: documents that cannot be stored.
    """

    def __init__(self, connection: Connection, before: Mapping[str, Record]) -> None:
        """Nothing is changed yet; `before` is what is there, by path."""
        self._connection = connection
        self._before = before
        self.records: dict[str, Record | None] = {}
        self.documents: dict[int, PreparedDocument] = {}
        self.given: list[Record] = []
        self.rejected: list[Failure] = []

    def make(self, change: Change) -> None:
        """Make a change; one that cannot be stored is noted as a failure."""
        try:
            self._make(change)
        except UNFIT as error:
            failure = reject(change, error)
            self.rejected.append(failure)
            self._put_failure(failure.path, failure.reason)

    def find(self, path: str) -> Record | None:
        """The document at a path, as it is by now."""
        record = self.records[path] if path in self.records else self._before.get(path)
        return record if record is not None and record.kind == DOCUMENT else None

    def list_gone(self) -> list[Record]:
        """Records that mark what will be gone."""
        return [
            Record(key_of_path(path), GONE)
            for path, record in self.records.items()
            if record is None and path in self._before
        ]

    def compare(self) -> tuple[list[Record], dict[int, PreparedDocument]]:
        """The documents that will be gone; the new ones that are still wanted at the end, by id."""
        after = {record.document for record in self.records.values() if record}
        old = [
            record
            for path, record in self._before.items()
            if record.document and path in self.records and record.document not in after
        ]
        return old, {number: each for number, each in self.documents.items() if number in after}

    def _make(self, change: Change) -> None:
        match change:
            case Put():
                self._put(change)
            case Touch(path, state):
                if record := self.find(path):
                    self._set(self._restate(record, path, state))
            case Move(source, path, state):
                if record := self.find(source):
                    self._set(self._restate(record, path, state))
                    if source != path:
                        self.records[source] = None
                else:
                    self._put_failure(path, _CHANGED)
            case Copy(source, path, state):
                if record := self.find(source):
                    self._copy(record, path, state)
                else:
                    self._put_failure(path, _CHANGED)
            case Remove(path):
                self.records[path] = None
            case PutFailure(path, reason, stamp):
                self._set(make_failure(path, reason, stamp))
            case ChangeGiven():
                self.given += make_given(change)

    def _set(self, record: Record) -> None:
        # Raises ValueError if it is too long.
        record.as_row(0)
        self.records[record.path] = record

    def _put_failure(self, path: str, reason: str) -> None:
        try:
            self._set(make_failure(path, reason, None))
        except ValueError:
            self.records[path] = None

    def _restate(self, record: Record, path: str, state: FileState) -> Record:
        kept = ("title", "characters", "body", "properties")
        value = {name: record.value[name] for name in kept if name in record.value}
        return Record(
            key_of_path(path),
            DOCUMENT,
            record.document,
            record.passages,
            state.content_hash.hex(),
            value={**value, "path": path, **pack_state(state)},
        )

    def _put(self, put: Put) -> None:
        document, *ids = take_numbers(1 + len(put.passages))
        text, body = put.content.text, pack_body(put.content)
        value = {
            "path": put.path,
            "title": put.content.title,
            "characters": len(text),
            "body": len(body),
            "properties": encode_properties(put.content.properties),
            **pack_state(put.state),
        }
        content = put.state.content_hash.hex() if put.state else ""
        vectors = () if put.vectors is None else put.vectors
        passages = [
            PreparedPassage(
                number,
                passage,
                words[1],
                vector.tolist(),
                count_words(*words, passage.language),
            )
            for number, passage, words, vector in zip(
                ids, put.passages, put.texts_in_context(), vectors, strict=True
            )
        ]
        self._set(Record(key_of_path(put.path), DOCUMENT, document, len(ids), content, value=value))
        self.documents[document] = PreparedDocument(body, passages)

    def _copy(self, record: Record, path: str, state: FileState) -> None:
        """Give another document the same text and passages, under ids of their own."""
        source = self.documents.get(record.document) or self._read(record)
        if source is None:
            self._put_failure(path, _CHANGED)
            return
        document, *ids = take_numbers(1 + len(source.passages))
        self._set(replace(self._restate(record, path, state), document=document))
        self.documents[document] = PreparedDocument(
            source.body,
            [
                replace(passage, number=number)
                for number, passage in zip(ids, source.passages, strict=True)
            ],
        )

    def _read(self, record: Record) -> PreparedDocument | None:
        """A document that is in the index already; None if it was changed meanwhile."""
        [rows] = read_rows(self._connection, [record], ["id", "vector", "words", "value"])
        passages = [
            PreparedPassage(passage.id, drop_id(passage), passage.text, row["vector"], row["words"])
            for row in rows
            if (passage := read_passage(self._connection, row)) is not None
        ]
        body = read_value(self._connection, record.document, record.value["body"])
        if body is None or len(passages) != record.passages:
            return None
        return PreparedDocument(body, passages)


class MilvusWriter(EngineWriter):
    """Changes an index in Milvus. The writers of one process take turns.

    `has_put` says whether it has written passages.
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
            gone, new = prepared.compare()
            old = sorted(record.document for record in gone)
            texts = [
                row
                for number, document in new.items()
                for row in split_value(number, document.body)
            ]
            passages: list[Row] = []
            if new or old:
                parts = self._catalog.word_counts()
                before = round(add_counts([*parts.values()]).average)
                counts = add_counts([_count_new(new, before), -self._count_old(gone, before)])
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

    def _count_old(self, old: Sequence[Record], average: int) -> WordCounts:
        passages = read_rows(self._connection, old, ["id", "words"])
        return count_passages((row["words"], average) for rows in passages for row in rows)


def _count_new(new: Mapping[int, PreparedDocument], average: int) -> WordCounts:
    return count_passages(
        # Of a copied passage only the weights of its words are known.
        (
            passage.words,
            sum(passage.words.values()) if isinstance(passage.words, Counter) else average,
        )
        for document in new.values()
        for passage in document.passages
    )


def _make_rows(
    number: int, document: PreparedDocument, average: float
) -> tuple[list[Row], list[Row]]:
    """The rows of a document's passages, and rows of `texts` for values that are too long."""
    rows: list[Row] = []
    texts: list[Row] = []
    for prepared in document.passages:
        value, parts = pack_passage(prepared.number, number, prepared.passage, prepared.text)
        texts += parts
        words = prepared.words
        rows.append(
            {
                "id": prepared.number,
                "document": number,
                "vector": prepared.vector,
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
