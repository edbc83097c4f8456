"""From the passages read to a list of answers, the best first, each with its confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.answering.answers import MOST_ANSWERS, Answer
from qa.answering.candidates import Candidate, ReadPassage, list_whole_passages, merge_spans
from qa.answering.confidence.calibration import Calibration
from qa.answering.confidence.unmentioned_names import find_unmentioned_names
from qa.answering.confidence_features import measure_features, measure_standing
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
from qa.answering.tables.ranges import keep_rows_in_range, match_ranges
from qa.answering.topic import bound_confidence
from qa.question_form import AnswerForm, QuestionForm

# The highest confidence if a table tells nothing of the age or amount that is asked of.
_MOST_OUTSIDE = 0.2


def list_answers(
    asked: QuestionForm,
    read: Sequence[ReadPassage],
    models: AnsweringModels,
    off_topic: bool,
) -> list[Answer]:
    """The answers to a question, best first.

    Rows of a table that were selected for the question come first. The others follow in the order
    of their shares; each has the shares of all candidates that it quotes. No answer is surer than
    the one before it: confidence is fitted on the best answers only, and shares order them better.
    If the passages are off the topic, an answer that is not fairly sure counts as next to
    impossible; and if the table of the best one has rows for other ages or amounts only, all are
    unlikely.

    Raises:
        TypeError, ValueError: the reader returns what its protocol does not allow.
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
        draft = draft_answer(asked, form, candidate, sentences, calibration, first=not drafts)
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
    answers: list[Answer] = []
    for draft in drafts[:MOST_ANSWERS]:
        features = measure_features(asked, draft, kept, standing, has_unmentioned_name)
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
