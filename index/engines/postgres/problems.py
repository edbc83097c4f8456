"""Finding damage in an index in PostgreSQL: everything is read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from index.engines.model import EmbeddingModel
from index.engines.postgres.connections import Connection, Connections, fetch, one_moment
from index.engines.postgres.documents import DOCUMENT, PASSAGE
from index.engines.postgres.keywords import ENTRY_BYTES, drop_dead
from index.engines.postgres.maintenance import read_ids
from index.engines.postgres.vectors import join_signs, read_signs
from index.engines.stored_rows import decode_body, decode_document, decode_passage, decode_path
from index.errors import DamagedRow
from index.reports import Progress, ProgressCallback
from index.search.analyzer import Analyzer

_DOCUMENTS_AT_ONCE, _ROWS_AT_ONCE = 100, 2_000
_ADVICE = "remove it and index it again"


def find_problems(
    connections: Connections, model: EmbeddingModel, progress: ProgressCallback
) -> list[str]:
    """Read and check everything; returns what is wrong, a line each."""
    problems = connections.run(lambda connection: _check(connection, progress))
    return problems + model.find_problems()


def _check(connection: Connection, progress: ProgressCallback) -> list[str]:
    with one_moment(connection):
        return [*_check_documents(connection, progress), *_check_search(connection)]


def _check_documents(connection: Connection, progress: ProgressCallback) -> Iterator[str]:
    [(total,)] = fetch(connection, "SELECT count(*) FROM documents")
    last, done = 0, 0
    while rows := fetch(
        connection,
        f"SELECT {DOCUMENT}, d.passages, t.body FROM documents d "
        "LEFT JOIN texts t ON t.document_id = d.id WHERE d.id > %s ORDER BY d.id LIMIT %s",
        last,
        _DOCUMENTS_AT_ONCE,
    ):
        progress(Progress("checking documents", done, total))
        last, done = rows[-1][0], done + len(rows)
        passages = _read_passages(connection, [row[0] for row in rows])
        for row in rows:
            if problem := _check_document(row, passages.get(row[0], [])):
                yield f"{_name(row)!r}: {problem}: {_ADVICE}"


def _name(row: Sequence[Any]) -> str:
    """What a document is called."""
    try:
        return decode_path(row[1])
    except DamagedRow:
        return f"document {row[0]}"


def _read_passages(connection: Connection, documents: list[int]) -> dict[int, list[Any]]:
    rows = fetch(
        connection,
        f"SELECT p.document_id, {PASSAGE} FROM passages p WHERE p.document_id = ANY(%s) "
        "ORDER BY p.document_id, p.id",
        documents,
    )
    return {number: list(group) for number, group in groupby(rows, key=lambda row: row[0])}


def _check_document(row: Sequence[Any], passages: list[Any]) -> str | None:
    """What is wrong with a document; None if nothing is."""
    *known, count, body = row
    if body is None:
        return "its text is missing"
    try:
        decode_document(*known)
        text = decode_body(body)
    except DamagedRow:
        return "its text, or what is known of it, is damaged"
    try:
        read = [decode_passage(*passage) for _, *passage in passages]
    except DamagedRow:
        return "a passage is damaged"
    if any(passage.span.of(text) != passage.text for passage in read):
        return "a passage is not what stands in its text"
    return None if len(passages) == count else f"{len(passages)} of {count} passages are there"


def _check_search(connection: Connection) -> Iterator[str]:
    [(missing,)] = fetch(
        connection,
        "SELECT count(*) FROM passages p WHERE NOT EXISTS "
        "(SELECT FROM vectors v WHERE v.passage_id = p.id)",
    )
    if missing:
        yield f"vectors: {missing} are missing: index the documents into another index"
    [(left,)] = fetch(
        connection,
        "SELECT count(*) FROM vectors v LEFT JOIN passages p ON p.id = v.passage_id "
        "LEFT JOIN documents d ON d.id = p.document_id WHERE d.id IS NULL",
    )
    if left:
        yield f"vectors: {left} belong to no document: index the documents into another index"
    [(settled,)] = fetch(connection, "SELECT coalesce(max(past), 0) FROM graphs")
    rows = [number for (number,) in fetch(connection, "SELECT id FROM signs")]
    signed = join_signs(read_signs(connection, rows)).ids
    young = read_ids(
        connection, "SELECT passage_id AS id FROM vectors WHERE passage_id >= %s", settled
    )
    if unsigned := len(np.setdiff1d(young, signed)):
        yield f"vectors: {unsigned} are never found: index the documents into another index"
    if unknown := _count_unknown(connection):
        yield f"keywords: {unknown} passages are missing: index the documents into another index"


def _count_unknown(connection: Connection) -> int:
    """How many passages have words and are not found by them."""
    alive = read_ids(connection)
    lengths = np.zeros(len(alive), dtype=np.int64)
    with connection.cursor("checking") as cursor:
        cursor.execute("SELECT entries FROM postings", binary=True)
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            # A damaged row may end within an entry: what is left over is dropped.
            sizes = [len(entries) // ENTRY_BYTES * ENTRY_BYTES for (entries,) in rows]
            words = [entries[:size] for (entries,), size in zip(rows, sizes, strict=True)]
            drop_dead(words, lengths, alive)
    without = alive[lengths == 0].tolist()
    analyzer = Analyzer()
    rows = fetch(connection, "SELECT body FROM passages WHERE id = ANY(%s)", without)
    return sum(bool(analyzer.stem(bytes(body).decode(errors="replace"))) for (body,) in rows)
