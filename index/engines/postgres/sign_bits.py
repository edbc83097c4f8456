"""The vectors that no graph holds yet: their signs are kept in memory, and say what to compare.

It takes long to put a vector into a graph. So new vectors go into none: a row for each commit
holds the signs of its vectors, a bit a dimension. A process that searches keeps all rows in
memory, and reads only what was committed since. When there are many vectors, they get a graph
(maintenance.py), and their rows are deleted in the transaction that makes the graph count.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from index.arrays import Floats, Ids
from index.engines.postgres.commits import read_number
from index.engines.postgres.connections import Connection, fetch, one_moment
from index.engines.stored_rows import refuse_nonsense
from index.search.signs import SignWords, choose_by_signs, pack_signs

# How a half vector begins in the server's binary form: its dimension, and two bytes of 0.
_HEADER = struct.Struct(">HH")


@dataclass(frozen=True, slots=True)
class SignedVectors:
    """Signs of some vectors; ids ascending.

    Attributes:
        signs: of shape (words, vectors).
    """

    ids: Ids = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    signs: SignWords = field(default_factory=lambda: np.empty((0, 0), dtype=np.uint64))

    def __len__(self) -> int:
        return len(self.ids)

    @refuse_nonsense
    def nearest(self, question: Floats, count: int, among: Ids | None) -> list[int]:
        """Ids of those that are nearest according to their signs.

        Args:
            among: ids to choose from, ascending; all if None.
        """
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
