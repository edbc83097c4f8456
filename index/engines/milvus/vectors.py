"""Search among the vectors of passages, and among their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from index.arrays import Floats
from index.engines.milvus.connection import Connection, batch, is_among
from index.engines.milvus.schema import MOST_ROWS, PASSAGES
from index.engines.protocol import Found, PassageVectors

# Ids of documents in one search; with more, there are several.
_MOST_DOCUMENTS = 8_192
# Ties are resolved among at most so many times the hits that are wanted.
_MOST_TIES = 16
# Equal vectors may get products that differ in the last bits.
_DIGITS = 6
_MOST_VECTORS = 512


class MilvusVectors(PassageVectors):
    """The vectors of an index, all of one version of the model."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def search(self, question: Floats, k: int, among: Sequence[int] | None = None) -> Found:
        return search_best(self._connection, "vector", question.tolist(), k, among)

    def scores(self, question: Floats, ids: Sequence[int]) -> Mapping[int, float]:
        return {
            number: round(float(vector @ question), _DIGITS)
            for number, vector in self.read(ids).items()
        }

    def read(self, ids: Sequence[int]) -> Mapping[int, Floats]:
        vectors: dict[int, Floats] = {}
        for chunk in batch(ids, _MOST_VECTORS):
            for row in self._connection.read(PASSAGES, chunk, ["id", "vector"]):
                vectors[row["id"]] = np.asarray(row["vector"], np.float32)
        return vectors


def search_best(
    connection: Connection, field: str, question: Any, k: int, among: Sequence[int] | None
) -> list[tuple[int, float]]:
    """The best `k` passages as (id, score), best first; ties by id.

    Args:
        field: what is compared with the question: "vector" or "words".
        among: ids of the documents to choose from; all if None.
    """
    scored: list[tuple[int, float]] = []
    for condition in _make_conditions(among):
        scored += _search(connection, field, question, k, condition)
    return _rank(scored)[:k]


def _make_conditions(among: Sequence[int] | None) -> Iterator[str]:
    if among is None:
        yield ""
        return
    for chunk in batch(among, _MOST_DOCUMENTS):
        yield is_among("document", chunk)


def _search(
    connection: Connection, field: str, question: Any, k: int, condition: str
) -> list[tuple[int, float]]:
    limit = min(2 * k, MOST_ROWS)
    while True:
        hits = connection.search(field, PASSAGES, question, limit, condition)
        ranked = _rank(hits)
        # Which of equal scores come first must not depend on where they lie.
        is_tied = len(ranked) == limit and ranked[-1][1] == ranked[k - 1 if k <= limit else -1][1]
        if not is_tied or limit >= min(_MOST_TIES * k, MOST_ROWS):
            return ranked
        limit = min(2 * limit, MOST_ROWS)


def _rank(hits: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    rounded = ((number, round(score, _DIGITS)) for number, score in hits)
    return sorted(rounded, key=lambda pair: (-pair[1], pair[0]))
