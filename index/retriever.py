"""Hybrid search: BM25 and dense candidates, fused on normalised scores.

Each side's scores of all candidates are z-normalised over the candidates and
mixed, 0.6 dense to 0.4 BM25 (a convex combination; Bruch et al. 2023 show why it
beats reciprocal rank fusion). A candidate that BM25 alone has found gets its true
cosine, which is cheap; one that only the dense side has found counts as BM25's
lowest, or 0 where BM25 has found all that has a word of the question.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.defaults import DEFAULT_HITS, DEFAULT_MODE, MODES, Mode
from index.documents import Hit, well_formed
from index.index import Index
from index.models.encoder import as_promised
from index.search.filters import Filter
from index.search.keywords import DamagedKeywords
from index.search.vector_file import Floats, Ids
from index.search.vectors import Vectors

DENSE_SHARE = 0.6
# Candidates taken from each side, and rows read at once, at least.
_DEPTH = 100


class Retriever:
    """Finds the passages of an index that bear on a question."""

    def __init__(self, index: Index) -> None:
        if isinstance(index, str | os.PathLike):
            raise TypeError(f"Retriever takes an open index: Retriever(Index.open({index!r}))")
        self.index = index

    def __repr__(self) -> str:
        return f"Retriever({self.index!r})"

    def search(
        self,
        question: str,
        k: int = DEFAULT_HITS,
        mode: Mode = DEFAULT_MODE,
        *,
        filter: Filter | None = None,
    ) -> list[Hit]:
        """The best `k` passages, best first; ties go to the earlier passage.

        With a filter, the best `k` of the documents that it lets through.

        A question without a word to search for finds nothing by keyword, and one that
        is empty finds nothing at all. Passages whose file is gone are left out; those
        whose file has changed are marked stale.

        Raises:
            ValueError: `k` is less than 1, or there is no such mode.
            BadPattern: the filter has a path that is no pattern.
            DamagedIndex: what is asked of cannot be read.
            OtherVersion: another version of the model has embedded the passages.
            index.models.ModelError: the embedding model cannot be loaded.
        """
        return self.search_many([question], k, mode, filter=filter)[0]

    def search_many(
        self,
        questions: Sequence[str],
        k: int = DEFAULT_HITS,
        mode: Mode = DEFAULT_MODE,
        *,
        filter: Filter | None = None,
    ) -> list[list[Hit]]:
        """As `search`, for several questions, which are encoded together."""
        if k < 1:
            raise ValueError("k must be at least 1")
        if isinstance(questions, str) or not all(isinstance(each, str) for each in questions):
            raise TypeError("a question is a string, and search_many takes a list of them")
        if not isinstance(filter, Filter | None):
            raise TypeError(f"filter is an index.Filter, not {filter!r}")
        if mode not in MODES:
            raise ValueError(f"no mode {mode!r}: choose one of {', '.join(MODES)}")
        # A command line that is not UTF-8 arrives with lone surrogates.
        questions = [well_formed(question) for question in questions]
        allowed = self.index.allowed(filter) if filter else None
        encoded = [None] * len(questions) if mode == "bm25" else self._encoded(questions)
        return [
            self._search(question, each, k, mode, allowed)
            for question, each in zip(questions, encoded, strict=True)
        ]

    def _encoded(self, questions: Sequence[str]) -> list[_Encoded | None]:
        """The questions as vectors are searched by; None where there is nothing to compare."""
        encoded: list[_Encoded | None] = [None] * len(questions)
        asked = [at for at, question in enumerate(questions) if question.strip()]
        self.index.vectors.refresh()
        if asked and not self.index.vectors.is_empty:
            vectors, encoder = self.index.dense.both()
            made = encoder.encode_questions([questions[at] for at in asked])
            made = as_promised(made, encoder, len(asked))
            for at, vector in zip(asked, made, strict=True):
                encoded[at] = _Encoded(vector, vectors)
        return encoded

    def _search(
        self, question: str, encoded: _Encoded | None, k: int, mode: Mode, allowed: Ids | None
    ) -> list[Hit]:
        depth = max(_DEPTH, 2 * k)
        while True:
            dense = encoded.nearest(depth, allowed) if encoded else {}
            bm25: dict[int, float] = {}
            if mode != "dense":
                bm25 = self._keyword_scores(question, depth, allowed, needed=encoded is None)
            least = 0.0 if len(bm25) < depth else min(bm25.values())
            ranked = _fused(bm25, _completed(dense, bm25, encoded), mode, least)
            hits = self._joined(ranked, k)
            # Fewer than k where passages were deleted meanwhile: look deeper.
            exhausted = len(bm25) < depth and len(dense) < depth
            if len(hits) == k or exhausted:
                return hits
            depth *= 4

    def _keyword_scores(
        self, question: str, depth: int, allowed: Ids | None, *, needed: bool
    ) -> dict[int, float]:
        try:
            self.index.keywords.refresh()
            return dict(self.index.keywords.search(question, depth, allowed))
        except DamagedKeywords:
            # The next writer makes them anew; until then vectors have to do, if there are any.
            if needed:
                raise
            return {}

    def _joined(self, ranked: Sequence[tuple[int, float, dict[str, float]]], k: int) -> list[Hit]:
        """The first `k` that the store still holds and whose file is there."""
        hits: list[Hit] = []
        states: dict[int, bool | None] = {}
        step = max(_DEPTH, k)
        for at in range(0, len(ranked), step):
            chunk = ranked[at : at + step]
            rows = self.index.store.passages([number for number, _, _ in chunk])
            for number, score, scores in chunk:
                if number not in rows:
                    continue
                passage, document = rows[number]
                if document.id not in states:
                    states[document.id] = self.index.is_current(document)
                current = states[document.id]
                if current is not None:
                    hits.append(Hit(passage, document, score, scores, stale=not current))
                if len(hits) == k:
                    return hits
        return hits


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A question's vector, with those of the same version of the model that it is compared to."""

    vector: Floats
    among: Vectors

    def nearest(self, k: int, allowed: Ids | None) -> dict[int, float]:
        return dict(self.among.search(self.vector, k, allowed))


def _completed(
    dense: dict[int, float], bm25: Mapping[int, float], encoded: _Encoded | None
) -> dict[int, float]:
    """`dense` with the cosines of those that keywords alone have found."""
    missing = [number for number in bm25 if number not in dense]
    if encoded is None or not missing:
        return dense
    return dense | encoded.among.scores(encoded.vector, missing)


def _fused(
    bm25: Mapping[int, float], dense: Mapping[int, float], mode: Mode, least: float
) -> list[tuple[int, float, dict[str, float]]]:
    """(id, score in 0 to 1, parts) of all candidates, best first.

    Args:
        least: the keyword score of those that only the dense side has found.
    """
    ids = sorted(bm25.keys() | dense.keys())
    if not ids:
        return []
    if mode == "dense" or not bm25:
        # Rounding makes some cosines a little more than 1.
        mixed = {number: min(1.0, max(0.0, (1 + cosine) / 2)) for number, cosine in dense.items()}
    elif mode == "bm25" or not dense:
        mixed = {number: score / (1 + score) for number, score in bm25.items()}
    else:
        lowest = min(dense.values())
        z = DENSE_SHARE * _z([dense.get(number, lowest) for number in ids])
        z += (1 - DENSE_SHARE) * _z([bm25.get(number, least) for number in ids])
        mixed = {
            number: 1 / (1 + math.exp(-value))
            for number, value in zip(ids, z.tolist(), strict=True)
        }
    order = sorted(mixed, key=lambda number: (-mixed[number], number))
    parts = {
        number: {
            name: side[number]
            for name, side in (("bm25", bm25), ("dense", dense))
            if number in side
        }
        for number in order
    }
    return [(number, mixed[number], parts[number]) for number in order]


def _z(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    scores = np.asarray(values, dtype=np.float64)
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
