"""The vectors of an index: half precision, found through graphs and signs, or compared one by one.

Each graph of HNSW holds a range of ids; what is newer has no graph, and the signs of its
vectors say which to compare (sign_bits.py). Few vectors, and those that a filter leaves over, are
compared one by one, which is exact. For many, a graph is walked on until enough of them pass
the filter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from pgvector import HalfVector

from index.arrays import Floats, Ids
from index.engines.postgres.connections import Connection, Connections, fetch
from index.engines.postgres.sign_bits import Signs, View
from index.engines.protocol import take_best
from index.engines.stored_rows import decode_score, decode_vector

# Up to so many vectors are compared one by one: of those that a filter lets through, and of those
# without a graph.
_FEW, _FEW_YOUNG = 20_000, 10_000
# If signs choose, so many vectors are compared for each hit, and at least so many in all.
_COMPARED_EACH, _COMPARED = 8, 500

_Nearest = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a filter lets through: ids of documents, and of their passages; both ascending."""

    documents: list[int] = field(repr=False)
    passages: Ids = field(repr=False)

    def count(self, first: int, past: int) -> int:
        """How many passages have ids in a range."""
        return int(np.subtract(*np.searchsorted(self.passages, [past, first])))


@dataclass(frozen=True, slots=True)
class PostgresVectors:
    """The vectors of the one version of the model that an index has."""

    connections: Connections
    signs: Signs

    def search(self, question: Floats, k: int, among: Selection | None = None) -> _Nearest:
        """The nearest passages; see `PassageVectors`."""
        if among is not None and not len(among.passages):
            return []

        def work(connection: Connection) -> _Nearest:
            return _Search(connection, question, k, among).run(self.signs)

        return take_best(self.connections.run(work), k)

    def scores(self, question: Floats, ids: Sequence[int]) -> dict[int, float]:
        """Cosines of some passages."""
        return dict(self.connections.run(lambda connection: _compare(connection, question, ids)))

    def read(self, ids: Sequence[int]) -> dict[int, Floats]:
        """The vectors of some passages."""
        query = "SELECT passage_id, vector::real[] FROM vectors WHERE passage_id = ANY(%s)"
        return dict(self.connections.read(lambda row: decode_vector(*row), query, list(ids)))


def _compare(connection: Connection, question: Floats, ids: Sequence[int]) -> _Nearest:
    rows = fetch(
        connection,
        "SELECT passage_id, -(vector <#> %s::halfvec) FROM vectors WHERE passage_id = ANY(%s)",
        *(HalfVector(question).to_text(), list(ids)),
    )
    return [decode_score(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Search:
    """One search, through one connection."""

    connection: Connection
    question: Floats
    k: int
    among: Selection | None

    def run(self, signs: Signs) -> _Nearest:
        if self.among is not None and len(self.among.passages) <= _FEW:
            return self._compare_all()
        view = signs.read(self.connection)
        nearest = [pair for graph in view.graphs for pair in self._walk_graph(*graph)]
        return nearest + self._find_young(view)

    def _walk_graph(self, first: int, past: int) -> _Nearest:
        """The nearest vectors in a range of ids that has a graph."""
        among, bounds = self.among, f"passage_id >= {first:d} AND passage_id < {past:d}"
        nearest = self._find_nearest(bounds, through_graph=True)
        if among is not None and len(nearest) < min(self.k, among.count(first, past)):
            nearest = self._find_nearest(bounds, through_graph=False)
        return nearest

    def _find_young(self, view: View) -> _Nearest:
        """The nearest vectors among those without a graph."""
        young = view.young
        if len(young) <= _FEW_YOUNG:
            return self._compare_all(f"passage_id >= {view.settled:d}") if len(young) else []
        among = None if self.among is None else self.among.passages
        count = max(_COMPARED, _COMPARED_EACH * self.k)
        while True:
            ids = young.nearest(self.question, count, among)
            nearest = _compare(self.connection, self.question, ids)
            # Removed passages have signs, but no vectors any more: there may be too few.
            if len(nearest) >= self.k or len(ids) < count:
                return nearest
            count *= 4

    def _compare_all(self, condition: str = "TRUE") -> _Nearest:
        return self._find_nearest(condition, through_graph=False)

    def _find_nearest(self, condition: str, *, through_graph: bool) -> _Nearest:
        question, size = HalfVector(self.question).to_text(), len(self.question)
        # The planner uses a graph only for the very expression that it was built on: adding 0
        # keeps it from that.
        distance = f"vector::halfvec({size}) <#> %s::halfvec({size})"
        order = distance if through_graph else f"({distance}) + 0"
        values = [] if self.among is None else [self.among.documents]
        if values:
            condition += " AND document_id = ANY(%s)"
        rows = fetch(
            self.connection,
            f"SELECT passage_id, -({distance}) FROM vectors WHERE {condition} "
            f"ORDER BY {order}, passage_id LIMIT %s",
            *(question, *values, question, self.k),
        )
        return [decode_score(*row) for row in rows]
