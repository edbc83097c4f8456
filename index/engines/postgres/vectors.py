"""The vectors of an index: half precision, found through graphs and signs, or compared one by one.

Each graph of HNSW holds a range of ids; what is newer has no graph, and the signs of its
vectors say which to compare (signs.py). Few vectors, and those that a filter leaves over, are
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
from index.engines.postgres.signs import Signs, View

# What is let through by a filter is compared one by one up to so many vectors, and what has no
# graph up to so many.
_FEW, _FEW_YOUNG = 20_000, 10_000
# So many vectors are compared for each that is wanted, and at least so many, where signs choose.
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

        return sorted(self.connections.run(work), key=lambda pair: (-pair[1], pair[0]))[:k]

    def scores(self, question: Floats, ids: Sequence[int]) -> dict[int, float]:
        """Cosines of some passages."""
        return dict(self.connections.run(lambda each: _compare(each, question, ids)))

    def read(self, ids: Sequence[int]) -> dict[int, Floats]:
        """The vectors of some passages."""
        rows = self.connections.fetch(
            "SELECT passage_id, vector::real[] FROM vectors WHERE passage_id = ANY(%s)", list(ids)
        )
        return {number: np.asarray(vector, np.float32) for number, vector in rows}


def _compare(connection: Connection, question: Floats, ids: Sequence[int]) -> _Nearest:
    return fetch(
        connection,
        "SELECT passage_id, -(vector <#> %s::halfvec) FROM vectors WHERE passage_id = ANY(%s)",
        *(HalfVector(question).to_text(), list(ids)),
    )


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
        nearest = [pair for graph in view.graphs for pair in self._walk(*graph)]
        return nearest + self._find_young(view)

    def _walk(self, first: int, past: int) -> _Nearest:
        """The nearest ones in a range that has a graph."""
        among, bounds = self.among, f"passage_id >= {first:d} AND passage_id < {past:d}"
        nearest = self._order(bounds, through_graph=True)
        if among is not None and len(nearest) < min(self.k, among.count(first, past)):
            nearest = self._order(bounds, through_graph=False)
        return nearest

    def _find_young(self, view: View) -> _Nearest:
        """The nearest ones among those that have no graph."""
        young = view.young
        if len(young) <= _FEW_YOUNG:
            return self._compare_all(f"passage_id >= {view.settled:d}") if len(young) else []
        among = None if self.among is None else self.among.passages
        count = max(_COMPARED, _COMPARED_EACH * self.k)
        while True:
            ids = young.nearest(self.question, count, among)
            nearest = _compare(self.connection, self.question, ids)
            # What was removed is not among them.
            if len(nearest) >= self.k or len(ids) < count:
                return nearest
            count *= 4

    def _compare_all(self, condition: str = "TRUE") -> _Nearest:
        return self._order(condition, through_graph=False)

    def _order(self, condition: str, *, through_graph: bool) -> _Nearest:
        asked, size = HalfVector(self.question).to_text(), len(self.question)
        # Only what a graph is made of is looked up in it; a sum keeps the planner from it.
        distance = f"vector::halfvec({size}) <#> %s::halfvec({size})"
        order = distance if through_graph else f"({distance}) + 0"
        values = [] if self.among is None else [self.among.documents]
        if values:
            condition += " AND document_id = ANY(%s)"
        return fetch(
            self.connection,
            f"SELECT passage_id, -({distance}) FROM vectors WHERE {condition} "
            f"ORDER BY {order}, passage_id LIMIT %s",
            *(asked, *values, asked, self.k),
        )
