"""Rows of the tables, and what they stand for; new documents are prepared before the transaction,
and copied into the tables within it.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from index.documents import Document, Passage, encode_properties, join_title
from index.engines.changes import UNFIT, Put, reject
from index.engines.postgres.connections import Connection, Connections, fetch
from index.engines.postgres.keywords import BatchWords, add_forms, count_words, join_batches
from index.engines.postgres.vectors import encode_vectors, sign_vectors
from index.engines.stored_rows import (
    decode_document,
    decode_passage,
    decode_state,
    encode_names,
    encode_state,
    encode_structure,
    pair_passages,
)
from index.filesystem.freshness import FileState
from index.reports import Failure
from index.search.analyzer import Analyzer, prepare_text

# The driver sends an array of values whole, and the server takes up to a gigabyte.
_MOST_BYTES = 900 * 2**20
# Columns that are copied, each with its type. Half vectors are sent in their own binary form.
_DOCUMENTS = {
    "id": "int8", "path": "bytea", "title": "bytea", "passages": "int4",
    "size": "int8", "mtime_ns": "int8", "ctime_ns": "int8", "content_hash": "bytea",
    "reading": "int4", "host": "text", "properties": "text",
}  # fmt: skip
_TEXTS = {"document_id": "int8", "body": "bytea", "structure": "bytea"}
_PASSAGES = {
    "id": "int8", "document_id": "int8", "first": "int4", "past": "int4", "body": "bytea",
    "headings": "text", "columns": "text", "page": "int4", "blocks": "bytea",
}  # fmt: skip
_VECTORS = {"passage_id": "int8", "document_id": "int8", "vector": "bytea"}
_SIGNS = {"last": "int8", "passages": "int4", "ids": "bytea", "packed": "bytea"}
_POSTINGS = {"word": "text", "batch": "int8", "entries": "bytea"}
# Columns, of tables that are called `d` and `p`.
DOCUMENT = "d.id, d.path, d.title, d.properties"
STATE = "d.size, d.mtime_ns, d.ctime_ns, d.content_hash, d.reading, d.host"
PASSAGE = "p.id, p.first, p.past, p.body, p.headings, p.columns, p.page, p.blocks"
_DOCUMENT_COLUMNS = DOCUMENT.count(",") + 1
_PASSAGE_COLUMNS = PASSAGE.count(",") + 1


def read_document_and_state(row: Sequence[Any], host: str) -> tuple[Document, FileState | None]:
    """A document and its file's state, from `DOCUMENT` and `STATE`; `host` is this machine."""
    size, mtime_ns, ctime_ns, content_hash, version, other = row[_DOCUMENT_COLUMNS:]
    here = None if other == host else other
    state = decode_state(size, mtime_ns, ctime_ns, content_hash, version, here)
    return decode_document(*row[:_DOCUMENT_COLUMNS]), state


def read_passages(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Passage, Document]]:
    """Passages with their documents, from rows of `PASSAGE` followed by `DOCUMENT`."""
    return pair_passages(
        rows,
        _PASSAGE_COLUMNS,
        lambda row: decode_passage(*row),
        lambda row: decode_document(*row),
    )


@dataclass(frozen=True, slots=True)
class Writing:
    """What all writers of a process share; `host` is the name of this machine."""

    host: str
    analyzer: Analyzer = field(default_factory=Analyzer)


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document as it is stored.

    Attributes:
        body: the text and its structure, as they are stored.
        passages, vectors: their rows.
        words: of its passages.
    """

    path: str
    row: tuple[Any, ...]
    body: tuple[bytes, bytes | None]
    passages: list[tuple[Any, ...]]
    vectors: list[tuple[Any, ...]]
    words: BatchWords


def prepare_put(
    connections: Connections, puts: Sequence[Put], writing: Writing
) -> Iterator[NewDocument | Failure]:
    """The documents as they will be stored, in order, each with new ids."""
    numbers = iter(_draw_ids(connections, "documents", len(puts)))
    passage_numbers = iter(
        _draw_ids(connections, "passages", sum(len(put.passages) for put in puts))
    )
    for put in puts:
        number, ids = next(numbers), [next(passage_numbers) for _ in put.passages]
        try:
            yield _prepare(put, number, ids, writing)
        except UNFIT as error:
            yield reject(put, error)


def insert_documents(connection: Connection, documents: Sequence[NewDocument]) -> None:
    """Put documents, in place of those at their paths; each path occurs once."""
    if not documents:
        return
    paths = [os.fsencode(document.path) for document in documents]
    connection.execute("DELETE FROM failures WHERE path = ANY(%s)", [paths])
    delete_documents(connection, paths)
    _copy(connection, "documents", _DOCUMENTS, [document.row for document in documents])
    bodies = [(document.row[0], *document.body) for document in documents]
    _copy(connection, "texts", _TEXTS, bodies)
    passages = [row for document in documents for row in document.passages]
    _copy(connection, "passages", _PASSAGES, passages)
    vectors = [row for document in documents for row in document.vectors]
    _copy(connection, "vectors", _VECTORS, vectors)
    if vectors:
        signed = sign_vectors([row[0] for row in vectors], [row[2] for row in vectors])
        _copy(connection, "signs", _SIGNS, [signed.to_row()])
    if passages:
        words = join_batches([document.words for document in documents])
        batch = make_batch(connection, len(passages), words.total)
        copy_postings(connection, [(word, batch, entries) for word, entries in words.make_rows()])
        add_forms(connection, words.forms)


def delete_documents(connection: Connection, paths: Sequence[bytes]) -> None:
    """Delete the documents at some paths, with passages and vectors; their words stay for now."""
    query = "DELETE FROM documents WHERE path = ANY(%s) RETURNING id"
    if ids := [number for (number,) in fetch(connection, query, list(paths))]:
        for table in ("texts", "passages", "vectors"):
            connection.execute(
                sql.SQL("DELETE FROM {} WHERE document_id = ANY(%s)").format(sql.Identifier(table)),
                [ids],
            )


def make_batch(connection: Connection, passages: int, words: int) -> int:
    """A new batch, without postings yet."""
    query = "INSERT INTO batches (passages, words) VALUES (%s, %s) RETURNING id"
    return int(fetch(connection, query, passages, words)[0][0])


def copy_postings(connection: Connection, rows: Sequence[tuple[str, int, bytes]]) -> None:
    """Add postings: word, batch, entries."""
    _copy(connection, "postings", _POSTINGS, rows)


def copy_document(
    connection: Connection, source: str, path: str, state: FileState, writing: Writing
) -> bool:
    """Put a document with the text, passages and vectors of another; False if there is none."""
    rows = fetch(
        connection,
        "SELECT d.id, d.title, d.properties, t.body, t.structure FROM documents d "
        "JOIN texts t ON t.document_id = d.id WHERE d.path = %s",
        os.fsencode(source),
    )
    if not rows:
        return False
    [(original, title, properties, body, structure)] = rows
    original_title = decode_document(original, source, title, properties).title
    copied = fetch(
        connection,
        f"SELECT {PASSAGE}, halfvec_send(v.vector) FROM passages p "
        "LEFT JOIN vectors v ON v.passage_id = p.id WHERE p.document_id = %s ORDER BY p.id",
        original,
    )
    [number] = _next_ids(connection, "documents", 1)
    ids = _next_ids(connection, "passages", len(copied))
    passages, vectors, indexed = [], [], []
    for new, (_, *values, vector) in zip(ids, copied, strict=True):
        passage = decode_passage(new, *values)
        passages.append((new, number, *values))
        if vector is not None:
            vectors.append((new, number, vector))
        above = join_title(original_title, passage.headings, passage.columns)
        indexed.append((new, prepare_text(f"{above}\n{passage.text}", passage.language)))
    words = count_words(writing.analyzer, indexed)
    known = encode_state(state, writing.host)
    row = (number, os.fsencode(path), title, len(passages), *known, properties)
    texts = body, structure
    insert_documents(connection, [NewDocument(path, row, texts, passages, vectors, words)])
    return True


def _prepare(put: Put, number: int, ids: Sequence[int], writing: Writing) -> NewDocument:
    content = put.content
    body = zlib.compress(content.text.encode(), 6)
    if len(body) > _MOST_BYTES:
        raise ValueError("it is too long")
    title = None if content.title is None else content.title.encode()
    passages = [
        (
            new,
            number,
            passage.span.start,
            passage.span.end,
            passage.span.of(content.text).encode(),
            encode_names(passage.headings),
            encode_names(passage.columns),
            passage.page,
            passage.blocks or None,
        )
        for new, passage in zip(ids, put.passages, strict=True)
    ]
    vectors = []
    if put.vectors is not None:
        halves = encode_vectors(put.vectors)
        vectors = [(new, number, half) for new, half in zip(ids, halves, strict=True)]
    words = count_words(
        writing.analyzer,
        (
            (new, prepare_text(f"{above}\n{text}", passage.language))
            for new, passage, (above, text) in zip(
                ids, put.passages, put.texts_in_context(), strict=True
            )
        ),
    )
    properties = encode_properties(content.properties)
    known = encode_state(put.state, writing.host)
    row = (number, os.fsencode(put.path), title, len(ids), *known, properties)
    texts = body, encode_structure(content.structure)
    return NewDocument(put.path, row, texts, passages, vectors, words)


def _draw_ids(connections: Connections, table: str, count: int) -> list[int]:
    if not count:
        return []
    return connections.run(lambda connection: _next_ids(connection, table, count))


def _next_ids(connection: Connection, table: str, count: int) -> list[int]:
    """Ids that were never used, ascending."""
    rows = fetch(
        connection,
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        table,
        count,
    )
    return [number for (number,) in rows]


def _copy(
    connection: Connection, table: str, columns: dict[str, str], rows: Sequence[Sequence[Any]]
) -> None:
    if not rows:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor().copy(statement) as copy:
        copy.set_types(list(columns.values()))
        for row in rows:
            copy.write_row(row)
