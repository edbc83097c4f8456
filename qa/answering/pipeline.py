"""The answering pipeline: retrieved passages in, answers out. Each step happens once.

set rows about something else aside → rank → read → tidy spans → merge the same answers → choose
the form → quote → evidence → confidence. The app, the command line, the library, evaluation and
calibration all call `answer_question`; what they vary is a parameter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest

from index import Cancelled, Hit
from index.documents import ENGLISH
from index.text import detect_language
from qa.answering.answers import MOST_ANSWERS, Answer, ConsideredPassage
from qa.answering.calibration import Calibration
from qa.answering.candidates import Candidate, ReadPassage, list_whole_passages, merge_spans
from qa.answering.confidence_features import (
    find_unmentioned_names,
    measure_features,
    measure_standing,
)
from qa.answering.models import AnsweringModels
from qa.answering.quoting.draft_answers import (
    DraftAnswer,
    build_answer,
    complete_draft,
    draft_answer,
    draft_row_in_range,
    draft_rows,
)
from qa.answering.quoting.evidence import score_sentences
from qa.answering.ranking import RankedHit, choose_hits_to_read, rank_hits, read_hits
from qa.answering.retrieving import Context, merge_context
from qa.answering.tables.named_rows import set_other_rows_aside
from qa.answering.tables.ranges import keep_rows_in_range, match_ranges
from qa.answering.topic import MOST_OFF_TOPIC, are_off_topic, bound_confidence, find_best_ranking
from qa.defaults import PASSAGES_RANKED, PASSAGES_RANKED_ALWAYS, RANKING_IN_CONTEXT, never
from qa.question_form import AnswerForm, QuestionForm

# The highest confidence if a table tells nothing of the age or amount that is asked of.
_MOST_OUTSIDE = 0.2


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
    most: int | None = MOST_ANSWERS,
    context: Context | None = None,
    compares_languages: bool = False,
) -> Answering:
    """Answer a self-contained question from passages in the retriever's order.

    At most `k` are read, and no rows of a table other than those that the question names: see
    `choose_hits_to_read` and `set_other_rows_aside`; at least so many are ranked: see `rank_hits`.
    `most` says how many answers there are at most; None is all that are found. The context of a
    follow-up is looked at if none of the passages is found to answer the question by itself.
    `compares_languages` tells that the part `languages` has found them, by their meaning. A
    question without a letter or a digit has an empty `Answering`.

    Raises `TypeError` or `ValueError` if a model returns what its protocol does not allow, and
    `Cancelled`.
    """
    if not any(character.isalnum() for character in question):
        return Answering()
    started = time.perf_counter()
    is_known = models.knows_english_rules or detect_language(question) == ENGLISH

    def rank(hits: Sequence[Hit], in_context: str | None = None) -> tuple[list[RankedHit], int]:
        """The hits as ranked, and how many of them may be read: the first ones."""
        kept, others = set_other_rows_aside(question, hits) if is_known else (hits, ())
        ranked = rank_hits(
            question,
            [*kept, *others],
            models,
            at_least=rank_at_least,
            at_most=min(len(kept), max(k, PASSAGES_RANKED)),
            in_context=in_context,
            cancelled=cancelled,
        )
        return ranked, len(kept)

    ranked, readable = rank(hits)
    if context is not None and find_best_ranking(_list_hits(ranked)) < RANKING_IN_CONTEXT:
        hits = merge_context(hits, context)
        ranked, readable = rank(hits, in_context=context.question)
    ranked_at = time.perf_counter()
    if cancelled():
        raise Cancelled
    chosen = choose_hits_to_read(ranked[: min(k, readable)])
    read = read_hits(question, chosen, models, cancelled)
    off_topic = are_off_topic(
        question, _list_hits(ranked), models.calibration, compares_languages=compares_languages
    )
    asked = QuestionForm.of(question) if is_known else QuestionForm.unknown(question)
    answers = list_answers(asked, read, models, off_topic, most)
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
        span, log_odds = None, None
        if reading.spans:
            top = reading.spans[0]
            span = top.span.shift(hit.passage.span.start)
            log_odds = calibration.log_odds(top.score, best - passage.log_odds)
        considered[hit.passage.id] = ConsideredPassage(hit, reading.relevance, span, log_odds)
    return tuple(considered[hit.passage.id] for hit in hits)


def list_answers(
    asked: QuestionForm,
    read: Sequence[ReadPassage],
    models: AnsweringModels,
    off_topic: bool,
    most: int | None = MOST_ANSWERS,
) -> list[Answer]:
    """The answers to a question, best first: at most so many, or all of them.

    Rows of a table that were selected for the question come first. The others follow in the order
    of their shares; each has the shares of all candidates that it quotes. No answer is surer than
    the one before it: confidence is fitted on the best answers only, and shares order them better.
    If the passages are off the topic, an answer that is not fairly sure counts as next to
    impossible; and if the table of the best one has rows for other ages or amounts only, all are
    unlikely.
    """
    calibration = models.calibration
    kept = keep_rows_in_range(asked.text, read)
    form, candidates, standing = _choose_candidates(asked, kept, calibration)
    sentences_of = {id(passage): score_sentences(passage) for passage in kept}
    ranges = match_ranges(asked.text, read)
    # In "the most that a child of seven may have", the age says which row is meant.
    table = (
        draft_row_in_range(ranges.row, candidates)
        if ranges.row is not None
        else draft_rows(asked, kept, candidates)
    )
    drafts: list[DraftAnswer] = []
    for candidate in candidates:
        sentences = sentences_of[id(candidate.passage)]
        draft = draft_answer(
            asked, form, candidate, candidates, sentences, calibration, first=not drafts
        )
        if not any(draft.overlaps(other) for other in drafts):
            share = sum(c.share for c in candidates if draft.quotes(c))
            drafts.append(replace(draft, share=share))
    drafts.sort(key=lambda draft: -draft.share)
    if table is not None:
        drafts = [table, *(draft for draft in drafts if not draft.overlaps(table))]
    # In other languages, not only names have capital letters.
    has_unmentioned_name = models.knows_english_rules and bool(
        find_unmentioned_names(asked.text, (passage.hit for passage in read))
    )
    best_share, next_share = nlargest(2, (0.0, 0.0, *(draft.share for draft in drafts)))
    answers: list[Answer] = []
    for draft in drafts[:most]:
        rival_share = next_share if draft.share == best_share else best_share
        features = measure_features(asked, draft, kept, standing, rival_share, has_unmentioned_name)
        highest = answers[-1].confidence if answers else 1.0
        if ranges.is_outside:
            highest = min(highest, _MOST_OUTSIDE)
        if off_topic and not draft.selected:
            highest = min(highest, bound_confidence(calibration.confidence(features)))
        whole = complete_draft(asked, draft, first=not answers)
        answers.append(build_answer(whole, features, calibration, highest))
    return answers


def _choose_candidates(
    asked: QuestionForm, read: Sequence[ReadPassage], calibration: Calibration
) -> tuple[AnswerForm, list[Candidate], float]:
    """The form to quote in, what to quote from, and the log odds of the best span.

    Whole passages are quoted from where sentences answer better than spans.
    """
    form = asked.answer_form
    spans, passages = merge_spans(read, calibration), list_whole_passages(read, calibration)
    standing = measure_standing(spans)
    if form == "verdict":
        return form, passages, standing
    if form == "sentences" or standing < calibration.least_margin:
        return "sentences", passages, standing
    return form, spans, standing
