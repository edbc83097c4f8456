"""The vectors of an index: half precision, found through HNSW or compared one by one.

Few vectors, and those that a filter leaves over, are compared one by one, which is exact. For
many, the graph is walked on until enough of them pass the filter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from pgvector import HalfVector

from index.arrays import Floats, Ids
from index.engines.postgres.connections import Connection, Connections, fetch

# What is let through by a filter is compared one by one up to so many vectors.
_FEW = 20_000
# The largest vectors that HNSW takes.
MOST_DIMENSIONS = 4_000


@dataclass(frozen=True, slots=True)
class Selection:
    """What a filter lets through: ids of documents, and of their passages; both ascending."""

    documents: list[int] = field(repr=False)
    passages: Ids = field(repr=False)


@dataclass(frozen=True, slots=True)
class PostgresVectors:
    """The vectors of the one version of the model that an index has."""

    connections: Connections

    def search(
        self, question: Floats, k: int, among: Selection | None = None
    ) -> list[tuple[int, float]]:
        """The nearest passages; see `PassageVectors`."""
        if among is not None and not len(among.passages):
            return []
        return self.connections.run(lambda connection: _search(connection, question, k, among))

    def scores(self, question: Floats, ids: Sequence[int]) -> dict[int, float]:
        """Cosines of some passages."""
        rows = self.connections.fetch(
            "SELECT passage_id, -(vector <#> %s::halfvec) FROM vectors WHERE passage_id = ANY(%s)",
            HalfVector(question).to_text(),
            list(ids),
        )
        return dict(rows)

    def read(self, ids: Sequence[int]) -> dict[int, Floats]:
        """The vectors of some passages."""
        rows = self.connections.fetch(
            "SELECT passage_id, vector::real[] FROM vectors WHERE passage_id = ANY(%s)", list(ids)
        )
        return {number: np.asarray(vector, np.float32) for number, vector in rows}


def _search(
    connection: Connection, question: Floats, k: int, among: Selection | None
) -> list[tuple[int, float]]:
    asked = HalfVector(question).to_text()
    # Only what the index is made of is looked up in it.
    distance = f"vector::halfvec({len(question)}) <#> %s::halfvec({len(question)})"
    if among is None:
        rows = fetch(
            connection,
            f"SELECT passage_id, {distance} AS distance FROM vectors "
            f"ORDER BY {distance}, passage_id LIMIT %s",
            *(asked, asked, k),
        )
    else:
        rows = []
        if len(among.passages) > _FEW:
            rows = fetch(
                connection,
                f"SELECT passage_id, {distance} AS distance FROM vectors "
                f"WHERE document_id = ANY(%s) ORDER BY {distance}, passage_id LIMIT %s",
                *(asked, among.documents, asked, k),
            )
        if len(rows) < min(k, len(among.passages)):
            # The sum keeps the planner from the graph.
            rows = fetch(
                connection,
                f"SELECT passage_id, {distance} AS distance FROM vectors "
                f"WHERE document_id = ANY(%s) ORDER BY ({distance}) + 0, passage_id LIMIT %s",
                *(asked, among.documents, asked, k),
            )
    return sorted(((number, -distance) for number, distance in rows), key=lambda p: (-p[1], p[0]))
