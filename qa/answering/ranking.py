"""Which of the retrieved passages are read, and in which order.

The reader that ships ranks what it reads: a passage goes through its network once. With a reranker
of one's own, passages are put in order first, and the best are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index import Hit, Passage, Span
from qa.answering.calibration import logit
from qa.answering.candidates import ReadPassage
from qa.answering.models import AnsweringModels, score_hits
from qa.answering.spans import find_code, tidy_span
from qa.defaults import (
    FURTHEST_BEHIND,
    HIGH_RANKING,
    PASSAGES_RANKED,
    PASSAGES_RANKED_ALWAYS,
    PASSAGES_RANKED_AT_ONCE,
    PASSAGES_READ_ALWAYS,
    never,
)
from qa.reader.reading import RankingReader, Reading, ScoredSpan, read_passages


@dataclass(frozen=True, slots=True)
class RankedHit:
    """A hit in the order of how well it answers, with its reading if the reader has ranked it.

    If it was ranked, `scores` has "reranker": the score of the reader, or of a reranker of one's
    own.
    """

    hit: Hit
    reading: Reading | None = None


def rank_hits(
    question: str,
    hits: Sequence[Hit],
    models: AnsweringModels,
    *,
    at_least: int = PASSAGES_RANKED_ALWAYS,
    at_most: int = PASSAGES_RANKED,
    in_context: str | None = None,
    cancelled: Callable[[], bool] = never,
) -> list[RankedHit]:
    """The hits in the order of the retriever's score and that of the models together.

    The first ones are ranked, `at_least` so many, then some more at a time, until the next one
    could not overtake the best with a high score either, or `at_most` are. Those left follow in the
    order given. If there is no reranker and the reader does not rank, all stay in the order given.
    If a follow-up is given after the question before it (`in_context`), the score is the mean of
    those for both.
    """
    calibration = models.calibration
    ranked: list[RankedHit] = []
    waiting = hits[:at_most]
    count = at_least
    best = 0.0
    while waiting and best <= calibration.passage_score(waiting[0].score, HIGH_RANKING, None):
        some, waiting = waiting[:count], waiting[count:]
        scored = _score_hits(question, some, models, cancelled)
        if scored is None:
            return [RankedHit(hit) for hit in hits]
        if in_context is not None:
            others = _score_hits(in_context, some, models, cancelled) or scored
            scored = [((a + b) / 2, r) for (a, r), (b, _) in zip(scored, others, strict=True)]
        for hit, (score, reading) in zip(some, scored, strict=True):
            together = calibration.passage_score(hit.score, score, None)
            named = {**hit.scores, "retriever": hit.score, "reranker": score}
            ranked.append(RankedHit(replace(hit, score=together, scores=named), reading))
            best = max(best, together)
        count = PASSAGES_RANKED_AT_ONCE
    unranked = hits[len(ranked) :]
    ranked.sort(key=lambda each: (-each.hit.score, each.hit.passage.id))
    lowest = min((each.hit.score for each in ranked), default=1.0)
    rest = (RankedHit(replace(hit, score=min(hit.score, lowest))) for hit in unranked)
    return [*ranked, *rest]


def _score_hits(
    question: str, hits: Sequence[Hit], models: AnsweringModels, cancelled: Callable[[], bool]
) -> list[tuple[float, Reading | None]] | None:
    """How well each hit answers, with its reading if it was read for that; None if nobody tells."""
    if models.reranker is not None:
        return [(score, None) for score in score_hits(question, hits, models.reranker, cancelled)]
    if not isinstance(models.reader, RankingReader):
        return None
    readings = read_passages(question, hits, models.reader, cancelled)
    return [(each.ranking, each) for each in readings]


def choose_hits_to_read(ranked: Sequence[RankedHit]) -> list[RankedHit]:
    """The hits worth quoting from: those that were ranked, without the ones far behind the best.

    If nothing is ranked, nobody knows how far behind a passage is, and all are read.
    """
    if not ranked or "reranker" not in ranked[0].hit.scores:
        return list(ranked)
    lowest = logit(ranked[0].hit.score) - FURTHEST_BEHIND
    return [
        each
        for number, each in enumerate(ranked)
        if "reranker" in each.hit.scores
        and (number < PASSAGES_READ_ALWAYS or logit(each.hit.score) >= lowest)
    ]


def read_hits(
    question: str,
    ranked: Sequence[RankedHit],
    models: AnsweringModels,
    cancelled: Callable[[], bool],
) -> list[ReadPassage]:
    """The hits with their readings, in the order of all scores together."""
    unread = [each.hit for each in ranked if each.reading is None]
    readings = iter(read_passages(question, unread, models.reader, cancelled) if unread else ())
    read = []
    for each in ranked:
        hit, reading = each.hit, each.reading or next(readings)
        scores = {**hit.scores, "reader": reading.relevance}
        score = models.calibration.passage_score(
            scores.get("retriever", hit.score), scores.get("reranker"), reading.relevance
        )
        tidy = _tidy_reading(hit.passage, reading)
        read.append(ReadPassage(replace(hit, score=score, scores=scores), tidy))
    read.sort(key=lambda passage: (-passage.hit.score, passage.hit.passage.id))
    return read


def _tidy_reading(passage: Passage, reading: Reading) -> Reading:
    """The reading with tidy spans, each once, best first."""
    text, code = passage.text, find_code(passage)
    best: dict[Span, ScoredSpan] = {}
    for scored in reading.spans:
        span = tidy_span(text, scored.span, code)
        if span.of(text).strip():
            best.setdefault(span, ScoredSpan(span, scored.score))
    return replace(reading, spans=tuple(best.values()))
