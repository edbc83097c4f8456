"""The engine of PostgreSQL: each commit is one transaction, which readers see at once.

Several processes may write. An index is a schema of a database; its tables are in schema.py.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from contextlib import AbstractContextManager
from hashlib import blake2b
from typing import Any

from index.documents import Document, Passage
from index.engines.model import EmbeddingModel
from index.engines.postgres.address import Address
from index.engines.postgres.connections import Connection, Connections, fetch
from index.engines.postgres.documents import (
    DOCUMENT,
    PASSAGE,
    STATE,
    Writing,
    read_document_and_state,
    read_passages,
)
from index.engines.postgres.keywords import ENTRY_BYTES, MOST_KEPT, Keywords, PostgresVocabulary
from index.engines.postgres.maintenance import GRAPH, read_ids
from index.engines.postgres.problems import find_problems
from index.engines.postgres.schema import (
    check_index,
    commit,
    read_number,
    read_settings,
    write_setting,
)
from index.engines.postgres.vectors import PostgresVectors, Selection, Signs
from index.engines.postgres.writer import PostgresWriter, open_writer
from index.engines.protocol import Engine, Given, StoredText
from index.engines.stored_rows import (
    decode_body,
    decode_failure,
    decode_filterable,
    decode_path,
    decode_root,
    decode_stamp,
    path_condition,
)
from index.errors import DamagedIndex, DamagedRow, IndexMoved
from index.filesystem.freshness import FailedFile, FileState
from index.filesystem.safe_opening import close_on_error
from index.locations import EngineUrl
from index.reports import Footprint, IndexCounts, ProgressCallback
from index.search.filters import Filter, select_documents

# The part that each table belongs to, with its indexes; all others go with the text.
_PARTS = {
    "vectors": "vectors", "graphs": "vectors", "signs": "signs",
    "postings": "keywords", "batches": "keywords", "forms": "keywords",
}  # fmt: skip


class PostgresEngine(Engine):
    """An index in a schema of a database."""

    takes_many_writers = True

    def __init__(self, location: EngineUrl, address: Address) -> None:
        """Raises `NotAnIndex`, `OtherFormat`, or another `QuotebackError`."""
        self.location = location
        self._address = address
        self._connections = Connections(address)
        self._writing = Writing(socket.gethostname())
        with close_on_error(self):
            self._connections.run(lambda connection: check_index(address, connection))
            self._index_id = self.setting("index_id")
        self._keywords = Keywords(self._connections)
        self._signs = Signs()
        # The commits, the filter and the result of the latest selection.
        self._selected: tuple[int, Filter, Selection] | None = None

    def check(self) -> None:
        if self.setting("index_id") != self._index_id:
            raise IndexMoved(f"{self.location} was replaced by another index: open it again")

    def close(self) -> None:
        self._connections.close()

    # Documents

    def find_documents(
        self,
        *,
        path: str | None = None,
        ids: Sequence[int] | None = None,
        content: bytes | None = None,
    ) -> list[tuple[Document, FileState | None]]:
        values: tuple[Any, ...]
        clause, values = path_condition(path, "%s")
        if ids is not None:
            clause, values = "d.id = ANY(%s)", (list(ids),)
        elif content is not None:
            clause, values = "d.content_hash = %s", (content,)
        return self._connections.read(
            lambda row: read_document_and_state(row, self._writing.host),
            f"SELECT {DOCUMENT}, {STATE} FROM documents d WHERE {clause} ORDER BY d.path",
            *values,
        )

    def failures(self, path: str | None = None) -> dict[str, FailedFile]:
        clause, values = path_condition(path, "%s")
        return dict(
            self._connections.read(
                lambda row: (decode_path(row[0]), decode_failure(row[1], decode_stamp(*row[2:]))),
                "SELECT path, reason, size, mtime_ns, ctime_ns FROM failures d "
                f"WHERE {clause} ORDER BY path",
                *values,
            )
        )

    def find_text(self, path: str) -> StoredText | None:
        rows = self._connections.fetch(
            "SELECT t.body, t.structure FROM documents d JOIN texts t ON t.document_id = d.id "
            "WHERE d.path = %s",
            os.fsencode(path),
        )
        damage = f"{self.location}: the text of {path} is damaged: remove it and index it again"
        try:
            return StoredText(decode_body(rows[0][0]), rows[0][1], damage) if rows else None
        except DamagedRow as error:
            raise DamagedIndex(damage) from error

    def counts(self) -> IndexCounts:
        [(documents, passages)] = self._connections.fetch(
            "SELECT count(*), coalesce(sum(passages), 0)::bigint FROM documents"
        )
        return IndexCounts(documents, passages)

    # Passages

    def find_passages(
        self, *, ids: Sequence[int] = (), document: Document | None = None
    ) -> list[tuple[Passage, Document]]:
        condition, value = ("p.id", list(ids)) if document is None else ("d.id", [document.id])
        query = (
            f"SELECT {PASSAGE}, {DOCUMENT} FROM passages p JOIN documents d "
            f"ON d.id = p.document_id WHERE {condition} = ANY(%s) ORDER BY p.first, p.past"
        )
        return self._connections.run(
            lambda connection: list(read_passages(fetch(connection, query, value)))
        )

    def digest(self, version: str) -> str:
        # Passages are made and removed with their documents, and both never change under an id.
        digest = blake2b(f"{version} {self._index_id}".encode(), digest_size=16)
        for document in self.documents():
            digest.update(f"{document.id} {document.path!r}\n".encode())
        return digest.hexdigest()

    @property
    def is_empty(self) -> bool:
        return not self._connections.fetch("SELECT FROM passages LIMIT 1")

    # Search

    def select(self, filter: Filter) -> Selection:
        """The documents that a filter lets through, with their passages."""
        commits = self.commits
        if self._selected is None or self._selected[:2] != (commits, filter):
            known = self._connections.read(
                lambda row: decode_filterable(*row),
                "SELECT id, path, mtime_ns, properties FROM documents",
            )
            documents = sorted(select_documents(filter, known))
            query = "SELECT id FROM passages WHERE document_id = ANY(%s)"
            passages = self._connections.run(
                lambda connection: read_ids(connection, query, documents)
            )
            self._selected = commits, filter, Selection(documents, passages)
        return self._selected[2]

    def search_keywords(
        self, question: str, k: int, among: Selection | None = None
    ) -> dict[int, float]:
        return self._keywords.search(question, k, None if among is None else among.passages)

    @property
    def vocabulary(self) -> PostgresVocabulary:
        return PostgresVocabulary(self._connections, self._writing.analyzer)

    def open_vectors(self, fingerprint: str) -> PostgresVectors | None:
        is_same = self.fingerprint in (None, fingerprint)
        return PostgresVectors(self._connections, self._signs) if is_same else None

    # What is kept with the index

    def settings(self, *names: str) -> dict[str, str]:
        return self._connections.run(lambda connection: read_settings(connection, *names))

    def set_setting(self, name: str, value: str) -> None:
        commit(self._connections, lambda connection: write_setting(connection, name, value))

    @property
    def commits(self) -> int:
        return self._connections.run(read_number)

    def given(self) -> Given:
        roots = self._connections.read(
            lambda row: decode_root(*row), "SELECT path, include, exclude FROM roots ORDER BY path"
        )
        removed = self._connections.read(lambda row: decode_path(*row), "SELECT path FROM removed")
        return Given({root.path: root for root in roots}, frozenset(removed))

    # Writing, and the state of all

    def open_writer(
        self, model: EmbeddingModel, progress: ProgressCallback
    ) -> AbstractContextManager[PostgresWriter]:
        """Any number of processes may write at once; the last to commit a path wins."""
        return open_writer(self._connections, self._writing, model, progress)

    def verify(self, model: EmbeddingModel, progress: ProgressCallback) -> list[str]:
        return find_problems(self._connections, model, progress)

    def measure_footprint(self) -> Footprint:
        return self._connections.run(measure_footprint)


def measure_footprint(connection: Connection) -> Footprint:
    """Bytes by part. In memory: signs and words in a process that asks, vectors in the server."""
    disk = dict.fromkeys(("text", "vectors", "graph", "signs", "keywords"), 0)
    for table, size in fetch(
        connection,
        "SELECT relname::text, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' "
        "AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'vectors'::regclass)",
    ):
        disk[_PARTS.get(table, "text")] += size
    [(graph, signs, postings)] = fetch(
        connection,
        "SELECT (SELECT coalesce(sum(pg_relation_size(c.oid)), 0)::bigint FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'vectors'::regclass "
        "AND c.relname LIKE %s), "
        "(SELECT coalesce(sum(octet_length(ids) + octet_length(packed)), 0)::bigint FROM signs), "
        "pg_relation_size('postings')",
        f"{GRAPH}%",
    )
    disk["graph"] += graph
    disk["vectors"] -= graph
    # Words are kept as they are asked for.
    asking = signs + min(postings, MOST_KEPT * ENTRY_BYTES)
    return Footprint(disk, {"asking": asking, "server": disk["vectors"] + graph})
