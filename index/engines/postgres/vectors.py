"""The vectors of an index: half precision, found through graphs and signs, or compared one by one.

It takes long to put a vector into a graph of HNSW. So new vectors go into none: a row for each
commit holds the signs of its vectors, a bit a dimension. A process that searches keeps all rows in
memory, and reads only what was committed since. When there are many vectors, they get a graph over
their range of ids (maintenance.py), and their rows are deleted in the transaction that makes the
graph count.

Few vectors, and those that a filter leaves over, are compared one by one, which is exact. For
many, a graph is walked on until enough of them pass the filter.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pgvector import HalfVector

from index.arrays import Floats, Ids
from index.engines.postgres.connections import Connection, Connections, fetch, one_moment
from index.engines.postgres.schema import read_number
from index.engines.protocol import take_best
from index.engines.stored_rows import decode_score, decode_vector, refuse_nonsense
from index.search.signs import SignWords, choose_by_signs, pack_signs

# How a half vector begins in the server's binary form: its dimension, and two bytes of 0.
_HEADER = struct.Struct(">HH")
# Up to so many vectors are compared one by one: of those that a filter lets through, and of those
# without a graph.
_FEW, _FEW_YOUNG = 20_000, 10_000
# If signs choose, so many vectors are compared for each hit, and at least so many in all.
_COMPARED_EACH, _COMPARED = 8, 500
_Nearest = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class SignedVectors:
    """Signs of some vectors, of shape (words, vectors); ids ascending."""

    ids: Ids = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    signs: SignWords = field(default_factory=lambda: np.empty((0, 0), dtype=np.uint64))

    def __len__(self) -> int:
        return len(self.ids)

    @refuse_nonsense
    def nearest(self, question: Floats, count: int, among: Ids | None) -> list[int]:
        """Ids of those that are nearest according to their signs, among some ids, or all."""
        if among is not None:
            chosen = self.take(np.isin(self.ids, among, assume_unique=True))
            return chosen.nearest(question, count, None)
        if len(self) <= count:
            return list(self.ids.tolist())
        [rows] = choose_by_signs([(self, None)], question, count)
        return list(self.ids[rows].tolist())

    def take(self, rows: Any) -> SignedVectors:
        """The vectors in some rows."""
        return SignedVectors(self.ids[rows], np.ascontiguousarray(self.signs[:, rows]))

    def to_row(self) -> tuple[int, int, bytes, bytes]:
        """The values of a row: the highest id, how many there are, ids, signs."""
        packed = self.ids.astype("<i8").tobytes(), self.signs.astype("<u8").tobytes()
        return int(self.ids[-1]), len(self), *packed


@dataclass(frozen=True, slots=True)
class View:
    """What a search knows of the vectors at one moment.

    Attributes:
        commit: the number of the latest commit.
        graphs: ranges of ids (first, past the last) whose vectors a graph holds.
        rows: which rows of signs were read.
        young: the vectors that no graph holds.
    """

    commit: int = -1
    graphs: tuple[tuple[int, int], ...] = ()
    rows: frozenset[int] = frozenset()
    young: SignedVectors = field(default_factory=SignedVectors)

    @property
    def settled(self) -> int:
        """Graphs hold all vectors with lower ids than this."""
        return max((past for _, past in self.graphs), default=0)


class Signs:
    """The newest view, kept in memory. Thread-safe."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._lock = threading.Lock()
        self._view = View()

    def read(self, connection: Connection) -> View:
        """The vectors as they are now; only what was committed since the last time is read."""
        with self._lock:
            if read_number(connection) != self._view.commit:
                self._view = _refresh(connection, self._view)
            return self._view


def _refresh(connection: Connection, view: View) -> View:
    with one_moment(connection):
        commit = read_number(connection)
        graphs = tuple(fetch(connection, "SELECT first, past FROM graphs ORDER BY first"))
        rows = frozenset(number for (number,) in fetch(connection, "SELECT id FROM signs"))
        known = view.rows if view.rows <= rows else frozenset()
        new = read_signs(connection, sorted(rows - known))
    young = join_signs([view.young, *new] if known else new)
    newest = View(commit, graphs, rows, young)
    # A writer may have drawn its ids before the graph was built: the graph holds these.
    if len(young) and young.ids[0] < newest.settled:
        young = young.take(young.ids >= newest.settled)
    return View(commit, graphs, rows, young)


def read_signs(connection: Connection, rows: Sequence[int]) -> list[SignedVectors]:
    """The signs in some rows."""
    if not rows:
        return []
    query = "SELECT ids, packed FROM signs WHERE id = ANY(%s) ORDER BY id"
    return [_decode_signs(*row) for row in fetch(connection, query, list(rows))]


@refuse_nonsense
def _decode_signs(packed_ids: Any, packed: Any) -> SignedVectors:
    ids = np.frombuffer(packed_ids, dtype="<i8").astype(np.int64)
    return SignedVectors(ids, np.frombuffer(packed, dtype="<u8").reshape(-1, len(ids)))


@refuse_nonsense
def join_signs(parts: Sequence[SignedVectors]) -> SignedVectors:
    """All signs together, by id."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return SignedVectors()
    ids = np.concatenate([part.ids for part in parts])
    joined = SignedVectors(ids, np.concatenate([part.signs for part in parts], axis=1))
    return joined if (np.diff(ids) > 0).all() else joined.take(np.argsort(ids, kind="stable"))


def sign_vectors(ids: Sequence[int], halves: Sequence[bytes]) -> SignedVectors:
    """The signs of half vectors in the server's binary form; ids ascending."""
    numbers = np.frombuffer(b"".join(half[_HEADER.size :] for half in halves), dtype=">f2")
    return SignedVectors(np.asarray(ids, dtype=np.int64), pack_signs(numbers.reshape(len(ids), -1)))


def encode_vectors(vectors: Floats) -> list[bytes]:
    """Half vectors in the server's binary form; raises `ValueError` if one is not finite."""
    with np.errstate(over="ignore"):
        halves = np.asarray(vectors).astype(">f2")
    if not np.isfinite(halves).all():
        raise ValueError("its vectors hold something that is not a number")
    header = _HEADER.pack(halves.shape[1], 0)
    return [header + row.tobytes() for row in halves]


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
        HalfVector(question).to_text(),
        list(ids),
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
            question,
            *values,
            question,
            self.k,
        )
        return [decode_score(*row) for row in rows]
