"""The engine of an index in Milvus.

A commit is seen as a whole or not at all (`commits`), and by all readers from the moment that
it returns, as they ask Milvus for all that was written before (the consistency level Strong). With
`?consistency=bounded` in the address they do not wait, and lag behind by as much as the server is
set to: five seconds by default. What was acknowledged outlives a killed writer and a killed
server; Milvus Lite does not wait for the disk, so a machine that loses power may lose its last
seconds.

Writers of several machines may share a server; the last one to commit a path wins. A file has one
writer at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from index.arrays import batched
from index.documents import Document, Passage
from index.engines.milvus.address import Address
from index.engines.milvus.catalog import Catalog, publish, sweep
from index.engines.milvus.connection import Connection, find_lock, hold_writer
from index.engines.milvus.problems import find_problems
from index.engines.milvus.records import (
    DOCUMENT,
    FAILURE,
    REMOVED,
    ROOT,
    SETTING,
    Record,
    key_of_path,
    key_of_setting,
    read_document,
    read_failure,
    read_passage,
    read_root,
    read_rows,
    read_state,
    read_value,
    read_values,
    split_body,
    split_value,
    take_numbers,
)
from index.engines.milvus.schema import PASSAGES, RECORDS
from index.engines.milvus.search import MilvusVectors, Selection, make_selection, search_best
from index.engines.milvus.words import find_words, weigh_question
from index.engines.milvus.writer import MilvusWriter
from index.engines.model import EmbeddingModel
from index.engines.protocol import Engine, Given, StoredDocument, StoredText
from index.errors import DamagedIndex, IndexMoved, QuotebackError
from index.filesystem.freshness import FailedFile, FileState
from index.filesystem.paths import is_within
from index.filesystem.private_files import measure_size
from index.locations import EngineUrl
from index.reports import Footprint, IndexCounts, ProgressCallback
from index.search.filters import Filter, select_documents

# Bytes that a passage's row takes beside its vector, roughly: Milvus does not tell.
_ROW_BYTES = 1_200
# Bytes that the words of a passage take as a sparse vector, roughly: 8 for each of some 30.
_WORD_BYTES = 240
# Documents whose records are read at once.
_DOCUMENTS = 500
# A longer setting is kept in parts.
_LONGEST_SETTING_CHARACTERS = 8_000


class MilvusEngine(Engine):
    """An index in Milvus, or in a file of Milvus Lite."""

    def __init__(self, location: EngineUrl, address: Address) -> None:
        self.location = location
        self._address = address
        self.takes_many_writers = not address.is_file
        self.connection = Connection(address)
        self._catalog = Catalog(self.connection)
        # Settings that never change, once they are set.
        self._fixed: dict[str, str] = {}
        self._has_passages = False
        self._index_id: str | None = None

    def check(self) -> None:
        known, self._index_id = self._index_id, self.setting("index")
        if self._index_id is None or known not in (None, self._index_id):
            raise IndexMoved(f"{self.location} was removed, or replaced by another index")

    def close(self) -> None:
        self.connection.close()

    # Documents

    def find_documents(
        self,
        *,
        path: str | None = None,
        ids: Sequence[int] | None = None,
        content: bytes | None = None,
    ) -> list[tuple[Document, FileState | None]]:
        records: Iterable[Record]
        if ids is not None:
            records = self._catalog.find_documents(ids).values()
        elif content is not None:
            records = self._catalog.find_content(content.hex())
        else:
            records = self._all(DOCUMENT, path)
        found = [(read_document(record), read_state(record)) for record in records]
        return sorted(found, key=lambda pair: pair[0].path)

    def failures(self, path: str | None = None) -> dict[str, FailedFile]:
        return {record.path: read_failure(record) for record in self._all(FAILURE, path)}

    def find_text(self, path: str) -> StoredText | None:
        damage = f"the text of {path!r} is not whole: index it again"
        found = self._read_whole(key_of_path(path), DOCUMENT, "body", damage)
        return None if found is None else self._split_body(*found)

    def _split_body(self, record: Record, body: str) -> StoredText:
        with self.connection.translate_errors():
            damage = f"{self.location}: {record.path!r} is damaged: remove it and index it again"
            return StoredText(*split_body(record, body), damage)

    def counts(self) -> IndexCounts:
        records = self._all(DOCUMENT)
        return IndexCounts(len(records), sum(record.passages for record in records))

    def _all(self, kind: str, path: str | None = None) -> list[Record]:
        return [
            record
            for record in self._catalog.all()
            if record.kind == kind and (path is None or is_within(record.path, path))
        ]

    # Passages

    def find_passages(
        self, *, ids: Sequence[int] = (), document: Document | None = None
    ) -> list[tuple[Passage, Document]]:
        if document is not None:
            read = self._read_passages(self._find_records([document]))
            return [(passage, document) for passages in read for passage in passages]
        if not self.has_vectors:
            return []
        rows = self.connection.read(PASSAGES, ids, ["id", "document", "value"])
        records = self._catalog.find_documents([row["document"] for row in rows])
        found = []
        for row in rows:
            record = records.get(row["document"])
            if record and (passage := read_passage(self.connection, row)):
                found.append((passage, read_document(record)))
        return found

    def read_documents(self, documents: Sequence[Document]) -> Iterator[StoredDocument]:
        for chunk in batched(documents, _DOCUMENTS):
            records = self._find_records(chunk)
            lengths = [(record.document, record.value["body"]) for record in records]
            bodies = read_values(self.connection, lengths)
            passages = self._read_passages(records)
            for record, body, own in zip(records, bodies, passages, strict=True):
                if body is not None:
                    stored, state = self._split_body(record, body), read_state(record)
                    document, structure = read_document(record), stored.structure
                    yield StoredDocument(document, state, stored.text, structure, own)

    def _find_records(self, documents: Sequence[Document]) -> list[Record]:
        """The records of documents, without those that were removed or replaced meanwhile."""
        keys = {key_of_path(document.path): document.id for document in documents}
        records = self._catalog.read([*keys])
        return [
            records[key]
            for key, number in keys.items()
            if key in records and records[key].document == number
        ]

    def _read_passages(self, records: Sequence[Record]) -> Iterator[list[Passage]]:
        """The passages of documents, in order."""
        for rows in read_rows(self.connection, records, ["id", "value"]):
            passages = (read_passage(self.connection, row) for row in rows)
            yield sorted(filter(None, passages), key=lambda passage: (passage.span, passage.id))

    def digest(self, version: str) -> str:
        digest = blake2b(version.encode(), digest_size=16)
        for record in self._all(DOCUMENT):
            digest.update(f"{record.document} {record.passages} {record.path!r}\n".encode())
        return digest.hexdigest()

    @property
    def is_empty(self) -> bool:
        condition = f'kind == "{DOCUMENT}" and passages > 0'
        return not self.connection.find(RECORDS, condition, ["key"], 1)

    # Search

    def select(self, filter: Filter) -> Selection:
        """The documents that a filter lets through."""
        rows = []
        for record in self._all(DOCUMENT):
            state = read_state(record)
            changed = state.stamp.mtime_ns if state else None
            properties = record.value.get("properties")
            rows.append((record.document, record.path, changed, properties))
        return make_selection(select_documents(filter, rows), [number for number, *_ in rows])

    def search_keywords(
        self, question: str, k: int, among: Selection | None = None
    ) -> dict[int, float]:
        words = find_words(question)
        if not words or not self.has_vectors:
            return {}
        weights = weigh_question(words, list(self._catalog.word_counts().values()))
        return dict(search_best(self.connection, "words", weights, k, among))

    @property
    def has_vectors(self) -> bool:
        """Whether there are passages, or have been."""
        self._has_passages = self._has_passages or self.connection.has(PASSAGES)
        return self._has_passages

    def open_vectors(self, fingerprint: str) -> MilvusVectors | None:
        return MilvusVectors(self.connection) if self.fingerprint == fingerprint else None

    # What is kept with the index

    def settings(self, *names: str) -> dict[str, str]:
        known = names or [record.value["name"] for record in self._catalog.find(SETTING)]
        values = {name: self._read_setting(name) for name in known}
        return {name: value for name, value in values.items() if value is not None}

    def _read_setting(self, name: str) -> str | None:
        damage = f"the setting {name!r} is not whole: set it again"
        found = self._read_whole(key_of_setting(name), SETTING, "characters", damage)
        return None if found is None else found[0].value.get("value", found[1])

    def _read_whole(self, key: str, kind: str, size: str, damage: str) -> tuple[Record, str] | None:
        """A record with its long value, "" if it has none; None if there is no such record.

        Args:
            size: the field that says how long the value is.
            damage: what to say if a part of it is missing.
        """
        # It may be replaced while it is read.
        for _ in range(5):
            record = self._catalog.read([key]).get(key)
            if record is None or record.kind != kind:
                return None
            if size not in record.value:
                return record, ""
            value = read_value(self.connection, record.document, record.value[size])
            if value is not None:
                return record, value
        raise DamagedIndex(f"{self.location}: {damage}")

    def set_setting(self, name: str, value: str) -> None:
        key = key_of_setting(name)
        with find_lock(f"commits to {self._address.uri}"):
            before = self._catalog.read([key]).get(key)
            old = [before.document] if before and before.document else []
            record, texts = Record(key, SETTING, value={"name": name, "value": value}), []
            if len(value) > _LONGEST_SETTING_CHARACTERS:
                [number] = take_numbers(1)
                fields = {"name": name, "characters": len(value)}
                record = Record(key, SETTING, number, value=fields)
                texts = split_value(number, value)
            publish(self.connection, self._catalog, [record], texts=texts, old=old, counts=False)

    @property
    def model(self) -> str:
        return self._read_fixed("model") or super().model

    @property
    def fingerprint(self) -> str | None:
        return self._read_fixed("fingerprint")

    def _read_fixed(self, name: str) -> str | None:
        if name not in self._fixed:
            value = self.setting(name)
            if value is None:
                return None
            self._fixed[name] = value
        return self._fixed[name]

    @property
    def commits(self) -> int:
        return self._catalog.commits

    def given(self) -> Given:
        roots = sorted(map(read_root, self._catalog.find(ROOT)), key=lambda root: root.path)
        removed = frozenset(record.path for record in self._catalog.find(REMOVED))
        return Given({root.path: root for root in roots}, removed)

    # Writing, and the state of all

    @contextmanager
    def open_writer(
        self, model: EmbeddingModel, _progress: ProgressCallback
    ) -> Iterator[MilvusWriter]:
        """Hold the right to write; leftovers of killed writers are removed first."""
        self.check()
        model.load()
        with hold_writer(self._address):
            with find_lock(f"commits to {self._address.uri}"):
                model.settle(self.fingerprint, self._set_fingerprint)
                sweep(self.connection, self._catalog)
            writer = MilvusWriter(self.connection, self._catalog, model)
            try:
                yield writer
            finally:
                if writer.has_put:
                    with suppress(QuotebackError):
                        self.connection.flush(PASSAGES)

    def _set_fingerprint(self, fingerprint: str) -> str | None:
        """Keep the version of the model; of two first writers, the earlier one gives way."""
        self.set_setting("fingerprint", fingerprint)
        return self.fingerprint

    def verify(self, model: EmbeddingModel, progress: ProgressCallback) -> list[str]:
        return find_problems(self.connection, self._catalog, model, progress)

    def measure_footprint(self) -> Footprint:
        """Disk as one number; in memory, the vectors and words of all passages."""
        where = "asking" if self._address.is_file else "server"
        rows = self.counts().passages * (self._vector_bytes() + _WORD_BYTES)
        return Footprint({"all": self._measure_disk()}, {where: rows})

    def _measure_disk(self) -> int:
        """Bytes on the disk; for a server, which does not tell, an estimate from the rows."""
        if self._address.is_file:
            return measure_size(Path(self._address.uri))
        records = self._all(DOCUMENT)
        vector = self._vector_bytes() if records else 0
        return sum(
            record.passages * (vector + _ROW_BYTES) + int(record.value["characters"])
            for record in records
        )

    def _vector_bytes(self) -> int:
        if not self.has_vectors:
            return 0
        return 4 * int(self.connection.fields(PASSAGES)["vector"]["params"]["dim"])
