"""Finding damage in an index in Milvus."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.documents import Span
from index.engines.milvus.catalog import Catalog
from index.engines.milvus.connection import Connection, is_among
from index.engines.milvus.long_values import read_value
from index.engines.milvus.passages import read_passage
from index.engines.milvus.publishing import find_abandoned
from index.engines.milvus.records import DOCUMENT, Record
from index.engines.milvus.schema import PASSAGES
from index.engines.model import EmbeddingModel
from index.errors import DamagedIndex
from index.reports import Progress, ProgressCallback

_AGAIN = "remove it and index it again"
# Documents whose passages are read at once.
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
    for at in range(0, len(documents), _STEP):
        progress(Progress("checking documents", at, len(documents)))
        problems += _check_documents(connection, documents[at : at + _STEP])
    total = sum(record.passages for record in documents)
    try:
        counted = sum(part.passages for part in catalog.word_counts().values())
        # Machines that replace the same document at once count some passages twice.
        if abs(counted - total) > (0 if connection.address.is_file else 0.1 * total):
            problems.append(f"keywords: words of {counted} passages are counted, not of {total}")
    except DamagedIndex as error:
        problems.append(f"keywords: {error}")
    if model.is_outdated(may_compile=True):
        problems.append(f"vectors: it was embedded {model.difference}")
    if left := len(find_abandoned(connection, catalog)):
        problems.append(
            f"{left} commits were cut short: the next run that writes removes what is left of them"
        )
    # While a run goes on, what was read first may be gone by now.
    return problems if catalog.commits == commits else []


def _check_documents(connection: Connection, records: Sequence[Record]) -> list[str]:
    condition = is_among("document", [record.document for record in records])
    passages: dict[int, list[tuple[Span, str, float]]] = {record.document: [] for record in records}
    if connection.has(PASSAGES):
        fields = ["id", "document", "value", "vector"]
        for page in connection.pages(PASSAGES, condition, fields):
            for row in page:
                passage = read_passage(connection, row)
                if passage is not None:
                    length = float(np.linalg.norm(np.asarray(row["vector"], np.float32)))
                    passages[row["document"]].append((passage.span, passage.text, length))
    return [
        f"{record.path}: {why}: {_AGAIN}"
        for record in records
        if (why := _describe(connection, record, passages[record.document]))
    ]


def _describe(
    connection: Connection, record: Record, passages: Sequence[tuple[Span, str, float]]
) -> str | None:
    """What is wrong with a document; None where nothing is."""
    text = read_value(connection, record.document, record.value["characters"])
    if text is None:
        return "its text is not whole"
    if len(passages) != record.passages:
        return f"{len(passages)} of its {record.passages} passages are there"
    if any(span.of(text) != quoted for span, quoted, _ in passages):
        return "a passage does not quote it"
    if any(abs(length - 1) > 0.05 for _, _, length in passages):
        return "the vector of a passage is damaged"
    return None
