"""Which of the retrieved passages are read, and in which order: reranked, chosen, read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from index import Hit, Span
from qa.answering.candidates import ReadPassage
from qa.answering.confidence.calibration import logit
from qa.answering.models import AnsweringModels
from qa.answering.spans import tidy_span
from qa.cancellation import never
from qa.defaults import (
    FURTHEST_BEHIND,
    HIGH_RERANKING,
    PASSAGES_READ_ALWAYS,
    PASSAGES_RERANKED,
    PASSAGES_RERANKED_ALWAYS,
    PASSAGES_RERANKED_AT_ONCE,
)
from qa.question_form import QuestionForm
from qa.reader.reading import Reading, ScoredSpan, read_passages
from qa.reranker.reranking import score_hits


def rerank_hits(
    question: str,
    hits: Sequence[Hit],
    models: AnsweringModels,
    *,
    rerank_at_least: int = PASSAGES_RERANKED_ALWAYS,
    rerank_at_most: int = PASSAGES_RERANKED,
    in_context: str | None = None,
    cancelled: Callable[[], bool] = never,
) -> list[Hit]:
    """The hits in the order of the retriever's and the reranker's scores together.

    The first ones are reranked, then some more at a time, until the next one could not overtake the
    best with a high score either. Those left follow in the order given.

    Args:
        hits: in the retriever's order.
        rerank_at_least: how many are reranked in any case, at least 1.
        rerank_at_most: how many are reranked, at most.
        in_context: a follow-up after the question before it; the reranker's score is then the
            mean of those for both.
    """
    if models.reranker is None:
        return list(hits)
    calibration = models.calibration
    scored: list[Hit] = []
    waiting = hits[:rerank_at_most]
    count = rerank_at_least
    best = 0.0
    while waiting and best <= calibration.passage_score(waiting[0].score, HIGH_RERANKING, None):
        some, waiting = waiting[:count], waiting[count:]
        scores = score_hits(question, some, models.reranker, cancelled)
        if in_context is not None:
            others = score_hits(in_context, some, models.reranker, cancelled)
            scores = [(one + other) / 2 for one, other in zip(scores, others, strict=True)]
        for hit, score in zip(some, scores, strict=True):
            together = calibration.passage_score(hit.score, score, None)
            named = {**hit.scores, "retriever": hit.score, "reranker": score}
            scored.append(replace(hit, score=together, scores=named))
            best = max(best, together)
        count = PASSAGES_RERANKED_AT_ONCE
    unscored = hits[len(scored) :]
    scored.sort(key=lambda hit: (-hit.score, hit.passage.id))
    lowest = min((hit.score for hit in scored), default=1.0)
    return [*scored, *(replace(hit, score=min(hit.score, lowest)) for hit in unscored)]


def choose_hits_to_read(reranked: Sequence[Hit]) -> list[Hit]:
    """The hits worth reading: those that were reranked, without the ones far behind the best.

    Without a reranker nobody knows how far behind a passage is, and all are read.
    """
    if not reranked or "reranker" not in reranked[0].scores:
        return list(reranked)
    lowest = logit(reranked[0].score) - FURTHEST_BEHIND
    return [
        hit
        for number, hit in enumerate(reranked)
        if "reranker" in hit.scores
        and (number < PASSAGES_READ_ALWAYS or logit(hit.score) >= lowest)
    ]


def read_hits(
    asked: QuestionForm, hits: Sequence[Hit], models: AnsweringModels, cancelled: Callable[[], bool]
) -> list[ReadPassage]:
    """The hits with their readings, in the order of all scores together."""
    readings = read_passages(asked.text, hits, models.reader, cancelled)
    read = []
    for hit, reading in zip(hits, readings, strict=True):
        scores = {**hit.scores, "reader": reading.relevance}
        score = models.calibration.passage_score(
            scores.get("retriever", hit.score), scores.get("reranker"), reading.relevance
        )
        tidy = _tidy_reading(asked, hit.passage.text, reading)
        read.append(ReadPassage(replace(hit, score=score, scores=scores), tidy))
    read.sort(key=lambda passage: (-passage.hit.score, passage.hit.passage.id))
    return read


def _tidy_reading(asked: QuestionForm, text: str, reading: Reading) -> Reading:
    """The reading with tidy spans, each once, best first; how many, only a number answers."""
    best: dict[Span, ScoredSpan] = {}
    for scored in reading.spans:
        span = tidy_span(text, scored.span)
        if asked.amount is None or asked.amount.search(span.of(text)):
            best.setdefault(span, ScoredSpan(span, scored.score))
    return replace(reading, spans=tuple(best.values()))
