"""Search among the vectors of passages, and among their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from index.arrays import Floats
from index.engines.milvus.connection import Connection, PassageHit
from index.engines.milvus.requests import batch
from index.engines.milvus.schema import MOST_ROWS, PASSAGES
from index.engines.milvus.selection import Selection
from index.engines.protocol import Found, PassageVectors
from index.engines.stored_rows import decode_vector

# Ties are resolved among at most so many times the hits that are wanted.
_MOST_TIES = 16
# Equal vectors may get products that differ in the last bits.
_DIGITS = 6
_MOST_VECTORS = 512


class MilvusVectors(PassageVectors):
    """The vectors of an index, all of one version of the model."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def search(self, question: Floats, k: int, among: Selection | None = None) -> Found:
        return search_best(self._connection, "vector", question.tolist(), k, among)

    def scores(self, question: Floats, ids: Sequence[int]) -> Mapping[int, float]:
        return {
            number: round(float(vector @ question), _DIGITS)
            for number, vector in self.read(ids).items()
        }

    def read(self, ids: Sequence[int]) -> Mapping[int, Floats]:
        vectors: dict[int, Floats] = {}
        for chunk in batch(ids, _MOST_VECTORS):
            rows = self._connection.read(PASSAGES, chunk, ["id", "vector"])
            with self._connection.translate_errors():
                vectors.update(decode_vector(row["id"], row["vector"]) for row in rows)
        return vectors


def search_best(
    connection: Connection, field: str, question: Any, k: int, among: Selection | None
) -> list[tuple[int, float]]:
    """The best `k` passages as (id, score), best first; ties by id.

    Args:
        field: what is compared with the question: "vector" or "words".
        among: what to choose from; all if None.
    """
    scored: list[tuple[int, float]] = []
    for condition in ("",) if among is None else among.conditions:
        scored += _search(connection, field, question, k, condition, among)
    return _rank(scored)[:k]


def _search(
    connection: Connection,
    field: str,
    question: Any,
    k: int,
    condition: str,
    among: Selection | None,
) -> list[tuple[int, float]]:
    limit = min(2 * k, MOST_ROWS)
    while True:
        hits = connection.search(field, PASSAGES, question, limit, condition)
        ranked = _rank((hit.passage, hit.score) for hit in _choose(hits, among))
        # Some hits may be none of the documents, and which of equal scores come first must not
        # depend on where they lie.
        is_short = len(ranked) < k or ranked[-1][1] == ranked[k - 1][1]
        if len(hits) < limit or not is_short or limit >= min(_MOST_TIES * k, MOST_ROWS):
            return ranked
        limit = min(2 * limit, MOST_ROWS)


def _choose(hits: Sequence[PassageHit], among: Selection | None) -> list[PassageHit]:
    """The hits in documents to choose from."""
    if among is None:
        return list(hits)
    are_chosen = among.holds([hit.document for hit in hits])
    return [hit for hit, is_chosen in zip(hits, are_chosen, strict=True) if is_chosen]


def _rank(hits: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
    rounded = ((number, round(score, _DIGITS)) for number, score in hits)
    return sorted(rounded, key=lambda pair: (-pair[1], pair[0]))
