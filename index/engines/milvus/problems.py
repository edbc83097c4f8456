"""Finding damage in an index in Milvus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat

import numpy as np

from index.engines.milvus.catalog import Catalog, find_abandoned
from index.engines.milvus.connection import Connection, Row
from index.engines.milvus.records import (
    DOCUMENT,
    Record,
    read_passage,
    read_rows,
    read_values,
    split_body,
)
from index.engines.milvus.schema import PASSAGES
from index.engines.model import EmbeddingModel
from index.engines.stored_rows import decode_structure
from index.errors import DamagedIndex, DamagedRow
from index.reports import Progress, ProgressCallback

_AGAIN = "remove it and index it again"
# After so many documents it is said how many have been checked.
_STEP = 64


def find_problems(
    connection: Connection,
    catalog: Catalog,
    model: EmbeddingModel,
    progress: ProgressCallback,
) -> list[str]:
    """Read and check everything; returns what is wrong, a line each."""
    commits = catalog.commits
    documents = [record for record in catalog.all() if record.kind == DOCUMENT]
    problems: list[str] = []
    for at, problem in enumerate(_check_documents(connection, documents)):
        if at % _STEP == 0:
            progress(Progress("checking documents", at, len(documents)))
        if problem is not None:
            problems.append(f"{documents[at].path}: {problem}: {_AGAIN}")
    total = sum(record.passages for record in documents)
    try:
        counted = sum(part.passages for part in catalog.word_counts().values())
        # Machines that replace the same document at once count some passages twice.
        if abs(counted - total) > (0 if connection.address.is_file else 0.1 * total):
            problems.append(f"keywords: words of {counted} passages are counted, not of {total}")
    except DamagedIndex as error:
        problems.append(f"keywords: {error}")
    problems += model.find_problems()
    if left := len(find_abandoned(connection, catalog)):
        problems.append(
            f"{left} commits were cut short: the next run that writes removes what is left of them"
        )
    # While a run goes on, what was read first may be gone by now.
    return problems if catalog.commits == commits else []


def _check_documents(connection: Connection, records: Sequence[Record]) -> Iterator[str | None]:
    """What is wrong with each document; None if nothing is."""
    lengths = [(record.document, record.value["body"]) for record in records]
    fields = ["id", "value", "vector"]
    has_passages = connection.has(PASSAGES)
    passages = read_rows(connection, records, fields) if has_passages else repeat([], len(records))
    bodies = read_values(connection, lengths)
    # Both are read some at a time, side by side.
    for record, body, rows in zip(records, bodies, passages, strict=True):
        yield _describe(connection, record, body, rows)


def _describe(
    connection: Connection, record: Record, body: str | None, rows: Sequence[Row]
) -> str | None:
    if body is None:
        return "its text is not whole"
    try:
        text, structure = split_body(record, body)
        decode_structure(structure, text)
    except DamagedRow:
        return "its structure is damaged"
    passages = [passage for row in rows if (passage := read_passage(connection, row))]
    if len(passages) != record.passages:
        return f"{len(passages)} of its {record.passages} passages are there"
    if any(passage.span.of(text) != passage.text for passage in passages):
        return "a passage does not quote it"
    lengths = (float(np.linalg.norm(np.asarray(row["vector"], np.float32))) for row in rows)
    if any(abs(length - 1) > 0.05 for length in lengths):
        return "the vector of a passage is damaged"
    return None
