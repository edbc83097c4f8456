"""Hard negatives: paragraphs that BM25 ranks high for a question and that lack the answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from qa.training.rows import QuestionRow, holds_answer

# BM25's constants. The index's own are 1.2 and 0.75.
_K1, _B = 0.9, 0.4
_LONGEST_CONTEXT = 2500
_ASKED_AT_ONCE = 256


def find_hard_negatives(rows: Sequence[QuestionRow], depth: int) -> list[list[QuestionRow]]:
    """For each row the rows whose contexts BM25 ranks highest for its question, best first.

    Its own context, and those that hold its answer, are left out.

    Args:
        depth: how many contexts to look at for each question.
    """
    first: dict[str, QuestionRow] = {}
    for row in rows:
        if len(row.context) < _LONGEST_CONTEXT:
            first.setdefault(row.context, row)
    pool = list(first.values())
    if not pool:
        return [[] for _ in rows]
    vectorizer = CountVectorizer(stop_words="english", dtype=np.float32)
    counts = vectorizer.fit_transform([row.context for row in pool]).tocsr()
    weights = _weigh_terms(counts).T.tocsr()
    questions = (vectorizer.transform([row.question for row in rows]) > 0).astype(np.float32)
    depth = min(depth, len(pool))
    negatives = []
    for at in range(0, len(rows), _ASKED_AT_ONCE):
        scores: NDArray[np.float32] = (questions[at : at + _ASKED_AT_ONCE] @ weights).toarray()
        top = np.argpartition(-scores, depth - 1, axis=1)[:, :depth]
        for number, row in enumerate(rows[at : at + _ASKED_AT_ONCE]):
            order = top[number][np.argsort(-scores[number, top[number]], kind="stable")]
            others = (pool[at] for at in order)
            negatives.append(
                [
                    other
                    for other in others
                    if other.context != row.context
                    and not holds_answer(other.context, row.answer_texts)
                ]
            )
    return negatives


def _weigh_terms(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """BM25 of each term in each document, from counts of shape (documents, terms)."""
    documents, terms = counts.shape
    frequency = np.bincount(counts.indices, minlength=terms)
    rarity = np.log1p((documents - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    length = np.asarray(counts.sum(axis=1)).ravel()
    norm = _K1 * (1 - _B + _B * length / length.mean())
    saturated = counts.data * (_K1 + 1) / (counts.data + np.repeat(norm, np.diff(counts.indptr)))
    return sparse.csr_matrix(
        (saturated * rarity[counts.indices], counts.indices, counts.indptr), counts.shape
    )
