"""The answering pipeline: retrieved passages in, answers out. Each step happens once.

rank → read → tidy spans → merge the same answers → choose the form → quote → evidence
→ confidence. The app, the command line, the library, evaluation and calibration all call
`answer_question`; what they vary is a parameter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from index import Cancelled, Hit
from index.documents import ENGLISH
from index.text import detect_language
from qa.answering.answer_list import list_answers
from qa.answering.answers import Answer, ConsideredPassage
from qa.answering.candidates import ReadPassage
from qa.answering.confidence.calibration import Calibration
from qa.answering.models import AnsweringModels
from qa.answering.ranking import (
    RankedHit,
    choose_hits_to_read,
    rank_hits,
    read_hits,
)
from qa.answering.retrieving import Context, merge_context
from qa.answering.topic import MOST_OFF_TOPIC, are_off_topic, find_best_ranking
from qa.cancellation import never
from qa.defaults import PASSAGES_RANKED, PASSAGES_RANKED_ALWAYS, RANKING_IN_CONTEXT
from qa.question_form import QuestionForm


@dataclass(frozen=True, slots=True)
class Answering:
    """The answers to one question, and what they were found in.

    Attributes:
        answers: best first.
        hits: the passages read, best first.
        ranked: all passages: those read, best first, then the others as ranked.
        considered: all passages in the retriever's order.
        off_topic: even the best passage is about something else.
        timings_ms: `rerank` and `read`, in milliseconds.
    """

    answers: tuple[Answer, ...] = ()
    hits: tuple[Hit, ...] = ()
    ranked: tuple[Hit, ...] = ()
    considered: tuple[ConsideredPassage, ...] = ()
    off_topic: bool = False
    timings_ms: Mapping[str, float] = field(default_factory=lambda: {"rerank": 0.0, "read": 0.0})


def answer_question(
    question: str,
    hits: Sequence[Hit],
    models: AnsweringModels,
    k: int,
    cancelled: Callable[[], bool] = never,
    *,
    rank_at_least: int = PASSAGES_RANKED_ALWAYS,
    context: Context | None = None,
    compares_languages: bool = False,
) -> Answering:
    """Answer a question from retrieved passages.

    Args:
        question: self-contained.
        hits: in the retriever's order.
        k: how many passages are read, at most: see `choose_hits_to_read`.
        cancelled: asked between steps.
        rank_at_least: how many passages are ranked in any case: see `rank_hits`.
        context: of a follow-up. It is looked at if none of the hits is found to answer the
            question by itself.
        compares_languages: whether the part `languages` has found the hits, by their meaning.

    Returns:
        an empty `Answering` for a question without a letter or a digit.

    Raises:
        TypeError, ValueError: a model returns what its protocol does not allow.
        Cancelled: `cancelled()` turned true.
    """
    if not any(character.isalnum() for character in question):
        return Answering()
    started = time.perf_counter()
    rank = partial(
        rank_hits,
        question,
        models=models,
        at_least=rank_at_least,
        at_most=max(k, PASSAGES_RANKED),
        cancelled=cancelled,
    )
    ranked = rank(hits)
    if context is not None and find_best_ranking(_list_hits(ranked)) < RANKING_IN_CONTEXT:
        hits = merge_context(hits, context)
        ranked = rank(hits, in_context=context.question)
    ranked_at = time.perf_counter()
    if cancelled():
        raise Cancelled
    is_known = models.knows_english_rules or detect_language(question) == ENGLISH
    asked = QuestionForm.of(question) if is_known else QuestionForm.unknown(question)
    chosen = choose_hits_to_read(ranked[:k])
    read = read_hits(asked, chosen, models, cancelled)
    off_topic = are_off_topic(
        question,
        _list_hits(ranked),
        models.calibration,
        compares_languages=compares_languages,
    )
    answers = list_answers(asked, read, models, off_topic)
    done = time.perf_counter()
    return Answering(
        answers=tuple(answers),
        hits=tuple(passage.hit for passage in read),
        ranked=(*(passage.hit for passage in read), *_list_hits(ranked[len(chosen) :])),
        considered=_list_considered(hits, ranked, read, models.calibration),
        off_topic=off_topic and all(each.confidence <= MOST_OFF_TOPIC for each in answers),
        timings_ms={
            "rerank": round(1000 * (ranked_at - started), 1),
            "read": round(1000 * (done - ranked_at), 1),
        },
    )


def _list_hits(ranked: Sequence[RankedHit]) -> list[Hit]:
    return [each.hit for each in ranked]


def _list_considered(
    hits: Sequence[Hit],
    ranked: Sequence[RankedHit],
    read: Sequence[ReadPassage],
    calibration: Calibration,
) -> tuple[ConsideredPassage, ...]:
    """All passages in the retriever's order, with what the models made of them."""
    best = max((passage.log_odds for passage in read), default=0.0)
    considered = {each.hit.passage.id: ConsideredPassage(each.hit) for each in ranked}
    for passage in read:
        hit, reading = passage.hit, passage.reading
        start = hit.passage.span.start
        if not reading.spans:
            considered[hit.passage.id] = ConsideredPassage(hit, reading.relevance)
            continue
        top = reading.spans[0]
        considered[hit.passage.id] = ConsideredPassage(
            hit,
            reading.relevance,
            top.span.shift(start),
            calibration.log_odds(top.score, best - passage.log_odds),
        )
    return tuple(considered[hit.passage.id] for hit in hits)
