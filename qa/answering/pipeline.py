"""The answering pipeline: retrieved passages in, answers out. Each step happens once.

rerank → read → tidy spans → merge the same answers → choose the form → quote → evidence →
confidence. The app, the command line, the library, evaluation and calibration all call
`answer_question`; what they vary is a parameter.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index import Cancelled, Hit, Index, Span
from qa.answering.answer_forms import choose_form
from qa.answering.answers import Answer, AnswerForm, ConsideredPassage
from qa.answering.calibration import Calibration, ConfidenceFeatures, logit
from qa.answering.candidates import Candidate, ReadPassage, merge_spans, whole_passages
from qa.answering.draft_answers import DraftAnswer, build_answer, draft_answer, draft_rows
from qa.answering.evidence import score_sentences
from qa.answering.models import AnsweringModels
from qa.answering.spans import is_ordinal_mark, tidy_span
from qa.defaults import PASSAGES_RERANKED
from qa.question_cues import (
    asks_for_count,
    wants_comparison,
    wants_definition,
    wants_explanation,
    wants_list,
    wants_verdict,
)
from qa.reader.reading import Reading, ScoredSpan, never, read_passages
from qa.reranker.reranking import score_hits

# Answers listed in a reply.
MOST_ANSWERS = 5
# Passages whose sentences are scored: the others' answers rarely come first.
_SENTENCES_OF = 3
# The confidence of an answer where even the best passage is off the topic.
_OFF_TOPIC = 0.02
# How far a span stands out counts up to this much, either way.
_MOST_STANDING = 8.0
# A reranker's lead counts up to this much.
_MOST_LEAD = 5.0


@dataclass(frozen=True, slots=True)
class Answering:
    """What came of one question.

    Attributes:
        answers: best first.
        hits: the passages read, best first.
        ranked: all passages: those read, best first, then the others in the reranked order.
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
    index: Index | None = None,
) -> Answering:
    """Answer a question from retrieved passages.

    Args:
        question: self-contained.
        hits: as the retriever has them in order.
        k: how many passages are read.
        cancelled: asked between steps.
        index: where the documents are: of a table all rows are looked at. Without it only what
            was retrieved is.

    Returns:
        nothing at all for a question without a letter or a digit.

    Raises:
        TypeError, ValueError: a model does not keep what its protocol promises.
        Cancelled: `cancelled()` turned true.
    """
    if not any(character.isalnum() for character in question):
        return Answering()
    started = time.perf_counter()
    reranked = rerank_hits(question, hits, models, cancelled)
    between = time.perf_counter()
    if cancelled():
        raise Cancelled
    read = read_hits(question, reranked[:k], models, cancelled)
    best = max((hit.scores.get("reranker", 0.0) for hit in reranked), default=0.0)
    off_topic = best < models.calibration.off_topic
    answers = list_answers(question, read, models, off_topic, cancelled, index)
    done = time.perf_counter()
    return Answering(
        answers=tuple(answers),
        hits=tuple(passage.hit for passage in read),
        ranked=(*(passage.hit for passage in read), *reranked[k:]),
        considered=_consider(hits, reranked, read, models.calibration),
        off_topic=off_topic,
        timings_ms={
            "rerank": round(1000 * (between - started), 1),
            "read": round(1000 * (done - between), 1),
        },
    )


def rerank_hits(
    question: str, hits: Sequence[Hit], models: AnsweringModels, cancelled: Callable[[], bool]
) -> list[Hit]:
    """The hits in the order of the retriever's and the reranker's scores together."""
    if models.reranker is None:
        return list(hits)
    first, others = hits[:PASSAGES_RERANKED], hits[PASSAGES_RERANKED:]
    scores = score_hits(question, first, models.reranker, cancelled)
    scored = [
        replace(
            hit,
            score=models.calibration.passage_score(hit.score, score, None),
            scores={**hit.scores, "retriever": hit.score, "reranker": score},
        )
        for hit, score in zip(first, scores, strict=True)
    ]
    scored.sort(key=lambda hit: (-hit.score, hit.passage.id))
    lowest = min((hit.score for hit in scored), default=1.0)
    return [*scored, *(replace(hit, score=min(hit.score, lowest)) for hit in others)]


def read_hits(
    question: str, hits: Sequence[Hit], models: AnsweringModels, cancelled: Callable[[], bool]
) -> list[ReadPassage]:
    """The hits with what the reader made of them, in the order of all scores together."""
    readings = read_passages(question, hits, models.reader, cancelled)
    read = []
    for hit, reading in zip(hits, readings, strict=True):
        scores = {**hit.scores, "reader": reading.relevance}
        score = models.calibration.passage_score(
            scores.get("retriever", hit.score), scores.get("reranker"), reading.relevance
        )
        tidy = _tidy_reading(question, hit.passage.text, reading)
        read.append(ReadPassage(replace(hit, score=score, scores=scores), tidy))
    read.sort(key=lambda passage: (-passage.hit.score, passage.hit.passage.id))
    return read


def _tidy_reading(question: str, text: str, reading: Reading) -> Reading:
    """The reading with tidy spans, each once; numbers of headings and items never count."""
    counts = asks_for_count(question)
    best: dict[Span, ScoredSpan] = {}
    for scored in reading.spans:
        span = tidy_span(text, scored.span)
        if not (counts and is_ordinal_mark(text, span)):
            best.setdefault(span, ScoredSpan(span, scored.score))
    return replace(reading, spans=tuple(best.values()))


def list_answers(
    question: str,
    read: Sequence[ReadPassage],
    models: AnsweringModels,
    off_topic: bool,
    cancelled: Callable[[], bool],
    index: Index | None = None,
) -> list[Answer]:
    """The answers to a question, best first.

    Off the topic none of them is sure, whatever their features say.

    The shares of all candidates that one answer quotes add up. No answer is surer than the one
    before it: confidence is fitted on the best answers, the order on shares is right more often.
    """
    calibration = models.calibration
    form, candidates, standing = _choose_candidates(question, read, calibration)
    passages = list({id(c.passage): c.passage for c in candidates}.values())[:_SENTENCES_OF]
    sentences = score_sentences(question, passages, models.reranker, calibration, cancelled)
    scored = {id(p): s for p, s in zip(passages, sentences, strict=True)}
    table = draft_rows(question, read, candidates, index)
    drafts: list[DraftAnswer] = []
    for candidate in candidates:
        known = scored.get(id(candidate.passage))
        draft = draft_answer(form, candidate, known, calibration, first=not drafts)
        if not any(draft.overlaps(other) for other in drafts):
            share = sum(c.share for c in candidates if draft.holds(c))
            drafts.append(replace(draft, share=share))
    drafts.sort(key=lambda draft: -draft.share)
    if table is not None:
        drafts = [table, *(each for each in drafts if not each.overlaps(table))]
    answers: list[Answer] = []
    for draft in drafts[:MOST_ANSWERS]:
        features = _features(question, draft, read, standing)
        highest = answers[-1].confidence if answers else (_OFF_TOPIC if off_topic else 1.0)
        answers.append(build_answer(draft, features, calibration, highest))
    return answers


def _choose_candidates(
    question: str, read: Sequence[ReadPassage], calibration: Calibration
) -> tuple[AnswerForm, list[Candidate], float]:
    """What to quote from, spans or whole passages where sentences answer better; and by how
    much the best span stands out, in log odds.
    """
    form = choose_form(question)
    spans = merge_spans(read, calibration)
    standing = max(-_MOST_STANDING, spans[0].margin) if spans else -_MOST_STANDING
    standing = min(standing, _MOST_STANDING)
    if form == "verdict" and spans:
        return form, spans, standing
    if form == "sentences" or standing < calibration.least_margin:
        return "sentences", whole_passages(read, calibration), standing
    return form, spans, standing


def _features(
    question: str, draft: DraftAnswer, read: Sequence[ReadPassage], standing: float
) -> ConfidenceFeatures:
    candidate = draft.candidate
    hit = candidate.passage.hit
    score = hit.scores.get("reranker", 0.0)
    others = [
        passage.hit.scores.get("reranker", 0.0)
        for passage in read
        if passage.hit.document != hit.document
    ]
    lead = score - max(others, default=score - _MOST_LEAD)
    return ConfidenceFeatures(
        odds=logit(draft.share),
        margin=candidate.margin,
        support=math.log(candidate.support),
        reranker=score,
        lead=max(-_MOST_LEAD, min(lead, _MOST_LEAD)),
        relevance=candidate.passage.reading.relevance,
        sentence=draft.sentence,
        explains=float(wants_explanation(question) or wants_comparison(question)),
        defines=float(wants_definition(question)),
        decides=float(wants_verdict(question)),
        lists=float(wants_list(question)),
        selected=float(draft.selected),
        standing=standing,
        unsure=float(draft.form == "sentences" and choose_form(question) != "sentences"),
    )


def _consider(
    hits: Sequence[Hit],
    reranked: Sequence[Hit],
    read: Sequence[ReadPassage],
    calibration: Calibration,
) -> tuple[ConsideredPassage, ...]:
    """All passages in the retriever's order, with what the models made of them."""
    best = max((passage.log_odds for passage in read), default=0.0)
    considered = {hit.passage.id: ConsideredPassage(hit) for hit in reranked}
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
            Span(start + top.span.start, start + top.span.end),
            calibration.log_odds(top.score, best - passage.log_odds),
        )
    return tuple(considered[hit.passage.id] for hit in hits)
