"""A reranker of one's own, and its checked scores; none ships, the reader ranks passages itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

from index import Hit
from qa.cancellation import never
from qa.passage_text import ModelPassage


class Reranker(Protocol):
    """Scores how well passages answer a question."""

    def score(
        self,
        question: str,
        passages: Sequence[ModelPassage],
        cancelled: Callable[[], bool] = ...,
    ) -> list[float]:
        """One finite score a passage, in the order given; higher is better.

        Scores compare across questions and across passages. A passage's score does not depend
        on the other passages.

        Args:
            cancelled: asked between passages.

        Raises:
            Cancelled: `cancelled()` turned true.
        """
        ...


def score_hits(
    question: str,
    hits: Sequence[Hit],
    reranker: Reranker,
    cancelled: Callable[[], bool] = never,
) -> list[float]:
    """One score a hit, in the order given.

    Raises:
        TypeError, ValueError: the scores are not as `Reranker.score` promises.
        Cancelled: `cancelled()` turned true.
    """
    scores = reranker.score(question, [ModelPassage.of(hit) for hit in hits], cancelled)
    name = f"the reranker {type(reranker).__name__}"
    if not isinstance(scores, list) or not all(isinstance(score, float) for score in scores):
        raise TypeError(f"{name} must return a list of floats, one for each passage")
    if len(scores) != len(hits):
        raise ValueError(f"{name} returns {len(scores)} scores for {len(hits)} passages")
    for score in scores:
        if not math.isfinite(score):
            raise ValueError(f"{name} returns a score of {score}: it must be finite")
    return scores
