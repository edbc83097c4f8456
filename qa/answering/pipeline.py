"""The answering pipeline: retrieved passages in, answers out. Each step happens once.

rerank → read → tidy spans → merge the same answers → choose the form → read on → quote → evidence
→ confidence. The app, the command line, the library, evaluation and calibration all call
`answer_question`; what they vary is a parameter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index import Cancelled, Hit, Index, Span
from qa.answering.answer_forms import choose_form
from qa.answering.answers import Answer, AnswerForm, ConsideredPassage
from qa.answering.calibration import Calibration, ConfidenceFeatures, logit
from qa.answering.candidates import Candidate, ReadPassage, merge_spans, whole_passages
from qa.answering.contacts import favour_named
from qa.answering.draft_answers import (
    DraftAnswer,
    build_answer,
    draft_answer,
    draft_row_in_range,
    draft_rows,
)
from qa.answering.evidence import score_sentences
from qa.answering.models import AnsweringModels
from qa.answering.ranges import keep_rows_in_range, match_ranges
from qa.answering.reading_on import read_on
from qa.answering.spans import is_ordinal_mark, tidy_span
from qa.answering.unmentioned_names import find_unmentioned_names
from qa.defaults import (
    FURTHEST_BEHIND,
    HIGH_RERANKING,
    PASSAGES_READ_ALWAYS,
    PASSAGES_RERANKED,
    PASSAGES_RERANKED_ALWAYS,
    PASSAGES_RERANKED_AT_ONCE,
)
from qa.question_cues import (
    asks_for_count,
    wants_comparison,
    wants_definition,
    wants_explanation,
    wants_instructions,
    wants_verdict,
)
from qa.reader.reading import Reading, ScoredSpan, never, read_passages
from qa.reranker.reranking import score_hits

# Answers listed in a reply.
MOST_ANSWERS = 5
# The highest confidence where even the best passage is off the topic.
_MOST_OFF_TOPIC = 0.02
# An answer as sure as this is on the topic, however low the reranker scores its passage: it knows
# few colloquial words.
_ON_TOPIC = 0.3
# The highest confidence where a table tells nothing of the age or amount that is asked of.
_MOST_OUTSIDE = 0.2
# The best span's log odds count up to this much, either way.
_MOST_STANDING = 8.0
# A span as sure as this (log odds) is quoted where whole sentences would be.
_STANDS_OUT = 2.0
# Bounds, either way, of the lead in the reranker's score and in relevance.
_MOST_LEAD, _MOST_AHEAD = 5.0, 1.0
# Words of a usual question on real documents.
_USUAL_WORDS = 9


@dataclass(frozen=True, slots=True)
class Answering:
    """The answers to one question, and what they were found in.

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
    least: int = PASSAGES_RERANKED_ALWAYS,
    index: Index | None = None,
) -> Answering:
    """Answer a question from retrieved passages.

    Args:
        question: self-contained.
        hits: in the retriever's order.
        k: how many passages are read, at most: see `choose_hits_to_read`.
        cancelled: asked between steps.
        least: how many passages are reranked in any case: see `rerank_hits`.
        index: holds the documents, so that all rows of a table can be looked at; without it
            only the passages retrieved are.

    Returns:
        an empty `Answering` for a question without a letter or a digit.

    Raises:
        TypeError, ValueError: a model returns what its protocol does not allow.
        Cancelled: `cancelled()` turned true.
    """
    if not any(character.isalnum() for character in question):
        return Answering()
    started = time.perf_counter()
    most = max(k, PASSAGES_RERANKED)
    reranked = rerank_hits(question, hits, models, least=least, most=most, cancelled=cancelled)
    reranked_at = time.perf_counter()
    if cancelled():
        raise Cancelled
    chosen = choose_hits_to_read(reranked[:k])
    read = read_hits(question, chosen, models, cancelled)
    best = max((hit.scores.get("reranker", 0.0) for hit in reranked), default=0.0)
    seems_off_topic = best < models.calibration.off_topic
    answers = list_answers(question, read, models, seems_off_topic, index, cancelled)
    off_topic = seems_off_topic and all(each.confidence <= _MOST_OFF_TOPIC for each in answers)
    done = time.perf_counter()
    return Answering(
        answers=tuple(answers),
        hits=tuple(passage.hit for passage in read),
        ranked=(*(passage.hit for passage in read), *reranked[len(chosen) :]),
        considered=_list_considered(hits, reranked, read, models.calibration),
        off_topic=off_topic,
        timings_ms={
            "rerank": round(1000 * (reranked_at - started), 1),
            "read": round(1000 * (done - reranked_at), 1),
        },
    )


def rerank_hits(
    question: str,
    hits: Sequence[Hit],
    models: AnsweringModels,
    *,
    least: int = PASSAGES_RERANKED_ALWAYS,
    most: int = PASSAGES_RERANKED,
    cancelled: Callable[[], bool] = never,
) -> list[Hit]:
    """The hits in the order of the retriever's and the reranker's scores together.

    The first ones are reranked, then some more at a time, until the next one could not overtake the
    best with a high score either. Those left follow in the order given.

    Args:
        hits: in the retriever's order.
        least: how many are reranked in any case, at least 1.
        most: how many are reranked, at most.
    """
    if models.reranker is None:
        return list(hits)
    calibration = models.calibration
    scored: list[Hit] = []
    waiting = hits[:most]
    count = least
    best = 0.0
    while waiting and best <= calibration.passage_score(waiting[0].score, HIGH_RERANKING, None):
        some, waiting = waiting[:count], waiting[count:]
        scores = score_hits(question, some, models.reranker, cancelled)
        for hit, score in zip(some, scores, strict=True):
            together = calibration.passage_score(hit.score, score, None)
            named = {**hit.scores, "retriever": hit.score, "reranker": score}
            scored.append(replace(hit, score=together, scores=named))
            best = max(best, together)
        count = PASSAGES_RERANKED_AT_ONCE
    others = hits[len(scored) :]
    scored.sort(key=lambda hit: (-hit.score, hit.passage.id))
    lowest = min((hit.score for hit in scored), default=1.0)
    return [*scored, *(replace(hit, score=min(hit.score, lowest)) for hit in others)]


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
    question: str, hits: Sequence[Hit], models: AnsweringModels, cancelled: Callable[[], bool]
) -> list[ReadPassage]:
    """The hits with their readings, in the order of all scores together."""
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
    """The reading with tidy spans, each once, best first.

    Where a count is asked for, the numbers of headings and list items are left out.
    """
    wants_count = asks_for_count(question)
    best: dict[Span, ScoredSpan] = {}
    for scored in reading.spans:
        span = tidy_span(text, scored.span)
        if not (wants_count and is_ordinal_mark(text, span)):
            best.setdefault(span, ScoredSpan(span, scored.score))
    return replace(reading, spans=tuple(favour_named(question, text, list(best.values()))))


def list_answers(
    question: str,
    read: Sequence[ReadPassage],
    models: AnsweringModels,
    seems_off_topic: bool,
    index: Index | None = None,
    cancelled: Callable[[], bool] = never,
) -> list[Answer]:
    """The answers to a question, best first.

    Rows of a table that were selected for the question come first. The others follow in the order
    of their shares; each has the shares of all candidates that it quotes. No answer is surer than
    the one before it: confidence is fitted on the best answers only, and shares order them better.
    Where the passages seem off the topic, an answer that is not fairly sure counts as next to
    impossible; and where the table of the best one has rows for other ages or amounts only, all are
    unlikely.

    Raises:
        TypeError, ValueError: the reader returns what its protocol does not allow.
        Cancelled: `cancelled()` turned true.
    """
    calibration = models.calibration
    kept = keep_rows_in_range(question, read)
    form, candidates, standing = _choose_candidates(question, kept, calibration)
    if form == "sentences" and candidates and index is not None:
        best = max(candidates, key=lambda candidate: candidate.share).passage
        longer = read_on(question, best, models.reader, index, cancelled)
        kept = [longer if passage is best else passage for passage in kept]
        candidates = [replace(c, passage=longer) if c.passage is best else c for c in candidates]
    sentences_of = {id(passage): score_sentences(passage) for passage in kept}
    ranges = match_ranges(question, read, index)
    # In "the most that a child of seven may have", the age says which row is meant.
    table = (
        draft_row_in_range(question, ranges.row, candidates)
        if ranges.row is not None
        else draft_rows(question, kept, candidates, index)
    )
    drafts: list[DraftAnswer] = []
    for candidate in candidates:
        sentences = sentences_of[id(candidate.passage)]
        draft = draft_answer(question, form, candidate, sentences, calibration, first=not drafts)
        if not any(draft.overlaps(other) for other in drafts):
            share = sum(c.share for c in candidates if draft.quotes(c))
            drafts.append(replace(draft, share=share))
    drafts.sort(key=lambda draft: -draft.share)
    if table is not None:
        drafts = [table, *(draft for draft in drafts if not draft.overlaps(table))]
    has_unmentioned_name = bool(find_unmentioned_names(question, (passage.hit for passage in read)))
    answers: list[Answer] = []
    for draft in drafts[:MOST_ANSWERS]:
        features = _make_features(question, draft, kept, standing, has_unmentioned_name)
        highest = answers[-1].confidence if answers else 1.0
        if ranges.is_outside:
            highest = min(highest, _MOST_OUTSIDE)
        if seems_off_topic and not (
            draft.selected or calibration.confidence(features) >= _ON_TOPIC
        ):
            highest = min(highest, _MOST_OFF_TOPIC)
        answers.append(build_answer(draft, features, calibration, highest))
    return answers


def _choose_candidates(
    question: str, read: Sequence[ReadPassage], calibration: Calibration
) -> tuple[AnswerForm, list[Candidate], float]:
    """The form to quote in, what to quote from, and the log odds of the best span.

    Whole passages are quoted from where sentences answer better than spans.
    """
    form = choose_form(question)
    spans, passages = merge_spans(read, calibration), whole_passages(read, calibration)
    standing = _bound(spans[0].margin, _MOST_STANDING) if spans else -_MOST_STANDING
    if form == "verdict":
        return form, passages, standing
    if form == "sentences" and _allows_few_words(question) and standing >= _STANDS_OUT:
        best = max(passages, key=lambda candidate: candidate.share)
        form = "words" if spans[0].passage is best.passage else form
    if form == "sentences" or standing < calibration.least_margin:
        return "sentences", passages, standing
    return form, spans, standing


def _allows_few_words(question: str) -> bool:
    """Whether a few words of the passage that answers best do, where whole sentences are quoted.

    They do for "Why was he sent back?" ("for want of a permit"), and do not say what to do.
    """
    return wants_explanation(question) and not wants_instructions(question)


def _make_features(
    question: str,
    draft: DraftAnswer,
    read: Sequence[ReadPassage],
    standing: float,
    has_unmentioned_name: bool,
) -> ConfidenceFeatures:
    candidate = draft.candidate
    hit, relevance = candidate.passage.hit, candidate.passage.reading.relevance
    score = hit.scores.get("reranker", 0.0)
    others = [
        passage.hit.scores.get("reranker", 0.0)
        for passage in read
        if passage.hit.document != hit.document
    ]
    lead = score - max(others, default=score - _MOST_LEAD)
    relevances = [each.reading.relevance for each in read if each.hit.passage != hit.passage]
    ahead = relevance - max(relevances, default=relevance - _MOST_AHEAD)
    return ConfidenceFeatures(
        odds=logit(draft.share),
        margin=candidate.margin,
        lead=_bound(lead, _MOST_LEAD),
        relevance=relevance,
        ahead=_bound(ahead, _MOST_AHEAD),
        length=_bound(len(question.split()) - _USUAL_WORDS, _USUAL_WORDS),
        sentence=draft.sentence_score,
        explains=float(wants_explanation(question) or wants_comparison(question)),
        defines=float(wants_definition(question)),
        decides=float(wants_verdict(question)),
        selected=float(draft.selected),
        standing=standing,
        unmentioned=float(has_unmentioned_name),
    )


def _bound(value: float, most: float) -> float:
    """The value, at most `most` either way."""
    return max(-most, min(value, most))


def _list_considered(
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
            top.span.shift(start),
            calibration.log_odds(top.score, best - passage.log_odds),
        )
    return tuple(considered[hit.passage.id] for hit in hits)
