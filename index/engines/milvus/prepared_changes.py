"""The changes of one commit, made step by step in memory before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.documents import encode_properties
from index.engines.changes import Change, ChangeGiven, Copy, Move, Put, PutFailure, Remove, Touch
from index.engines.milvus.connection import Connection
from index.engines.milvus.long_values import pack_body, read_value
from index.engines.milvus.numbers import take_numbers
from index.engines.milvus.passages import read_passage, read_rows
from index.engines.milvus.records import (
    DOCUMENT,
    GONE,
    Record,
    key_of_path,
    make_failure,
    make_given,
    pack_state,
)
from index.engines.milvus.words import count_words
from index.filesystem.freshness import FileState
from index.reports import Failure
from index.text.passages import Piece, make_piece

_CHANGED = "it was changed by another machine meanwhile"


@dataclass(frozen=True, slots=True)
class PreparedPassage:
    """A passage that will be written.

    Attributes:
        words: how often it has each word; for a copied passage, BM25's weights.
    """

    number: int
    piece: Piece
    text: str
    vector: Sequence[float]
    words: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """The text and passages of a new document, which are written beside its record.

    Attributes:
        body: the text, with its structure.
    """

    body: str
    passages: Sequence[PreparedPassage]


class PreparedChanges:
    """What a commit will write.

    Attributes:
        records: by changed path, what will be there; None where nothing will.
        documents: new ones, by id.
        given: records of what a person has given or taken out.
        rejected: documents that cannot be stored.
    """

    def __init__(self, connection: Connection, before: Mapping[str, Record]) -> None:
        """Nothing is changed yet.

        Args:
            before: by path, what is there.
        """
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
        except (ValueError, TypeError, ArithmeticError) as error:
            failure = Failure(change.path, f"cannot be stored ({error})")
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

    def list_old(self) -> list[int]:
        """Ids of the documents that will be gone."""
        return sorted(record.document for record in self.find_old())

    def find_old(self) -> list[Record]:
        """The documents that will be gone."""
        after = {record.document for record in self.records.values() if record}
        return [
            record
            for path, record in self._before.items()
            if record.document and path in self.records and record.document not in after
        ]

    def list_new(self) -> dict[int, PreparedDocument]:
        """The new documents that are still wanted at the end, by id."""
        after = {record.document for record in self.records.values() if record}
        return {number: document for number, document in self.documents.items() if number in after}

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
        # Raises ValueError where it is too long.
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
        document, *ids = take_numbers(1 + len(put.pieces))
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
            PreparedPassage(number, piece, words[1], vector.tolist(), count_words(*words))
            for number, piece, words, vector in zip(
                ids, put.pieces, put.texts_in_context(), vectors, strict=True
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
        """A document that is in the index already; None where it was changed meanwhile."""
        [rows] = read_rows(self._connection, [record], ["id", "vector", "words", "value"])
        passages = []
        for row in rows:
            if (passage := read_passage(self._connection, row)) is not None:
                piece = make_piece(passage)
                passages.append(
                    PreparedPassage(passage.id, piece, passage.text, row["vector"], row["words"])
                )
        body = read_value(self._connection, record.document, record.value["body"])
        if body is None or len(passages) != record.passages:
            return None
        return PreparedDocument(body, passages)
