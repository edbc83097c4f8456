"""Search among the vectors of passages, and among their words, under conditions on documents.

Documents that were indexed one after the other, as those of a folder are, form a run: no other
document's id lies between theirs. However long it is, it is one comparison of a condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import Floats, Ids, batched, find_ids
from index.engines.milvus.connection import Connection, PassageHit, is_among
from index.engines.milvus.schema import MOST_ROWS, PASSAGES
from index.engines.protocol import Found, PassageVectors, take_best
from index.engines.stored_rows import decode_vector

# Ties are resolved among at most so many times the hits that are wanted.
_MOST_TIES = 16
# Equal vectors may get products that differ in the last bits.
_DIGITS = 6
_MOST_VECTORS = 512
# What one search compares with: runs, and ids of documents in no run. With more, there are several.
_MOST_RUNS, _MOST_DOCUMENTS = 64, 8_192
# Fewer documents in a row are not a run.
_SHORTEST_RUN = 8


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What the searches choose from.

    Attributes:
        documents: their ids, ascending.
        conditions: each for a search of its own. A document that was committed since, or rows of
            none, may fulfil one, too.
    """

    documents: Ids
    conditions: tuple[str, ...]

    def holds(self, documents: Sequence[int]) -> list[bool]:
        """Which documents are chosen."""
        _, are_chosen = find_ids(self.documents, np.asarray(documents, np.int64))
        return list(are_chosen.tolist())


def make_selection(chosen: Sequence[int], known: Sequence[int]) -> Selection:
    """The selection of some documents among all that are known, by id."""
    ids = np.unique(np.asarray(known, np.int64))
    rows = np.flatnonzero(np.isin(ids, np.asarray(chosen, np.int64)))
    if not len(rows):
        return Selection(ids[rows], ())
    breaks = np.flatnonzero(np.diff(rows) > 1)
    firsts, lasts = rows[[0, *(breaks + 1)]], rows[[*breaks, -1]]
    lengths = lasts - firsts + 1
    longest = np.argsort(-lengths, kind="stable")
    longest = longest[lengths[longest] >= _SHORTEST_RUN]
    count = _count_searches(lengths[longest], len(rows))
    longest = longest[: count * _MOST_RUNS]
    is_alone = ~np.isin(np.repeat(np.arange(len(lengths)), lengths), longest)
    runs = np.column_stack([ids[firsts[longest]], ids[lasts[longest]]])
    return Selection(ids[rows], tuple(_make_conditions(count, runs, ids[rows[is_alone]])))


def _count_searches(lengths: NDArray[np.int64], documents: int) -> int:
    """How many searches are needed, if each takes the longest runs that are left."""
    count = 1
    while documents - lengths[: count * _MOST_RUNS].sum() > count * _MOST_DOCUMENTS:
        count += 1
    return count


def _make_conditions(count: int, runs: Ids, alone: Ids) -> Iterator[str]:
    for number in range(count):
        terms = [
            f"(document >= {first} and document <= {last})"
            for first, last in runs[number * _MOST_RUNS :][:_MOST_RUNS].tolist()
        ]
        if rest := alone[number * _MOST_DOCUMENTS :][:_MOST_DOCUMENTS].tolist():
            terms.append(is_among("document", rest))
        yield " or ".join(terms)


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
        for chunk in batched(ids, _MOST_VECTORS):
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
    return take_best(scored, k)


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
        chosen = _choose(hits, among)
        ranked = take_best(((hit.passage, round(hit.score, _DIGITS)) for hit in chosen), limit)
        # Some hits may be in none of the documents, and which of equal scores come first must not
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
