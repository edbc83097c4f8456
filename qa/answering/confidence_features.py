"""What the confidence in an answer is computed from, measured within bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text import UNSPACED
from qa.answering.candidates import Candidate, ReadPassage
from qa.answering.confidence.calibration import ConfidenceFeatures, logit
from qa.answering.quoting.draft_answers import DraftAnswer
from qa.question_form import QuestionForm

# The best span's log odds count up to this much, either way.
_MOST_STANDING = 8.0
# Bounds, either way, of the lead in the score that ranks passages and in relevance.
_MOST_LEAD, _MOST_AHEAD = 5.0, 1.0
# Words of a usual question on real documents.
_USUAL_WORDS = 9
_UNSPACED = re.compile(f"[{UNSPACED}]")


def measure_standing(spans: Sequence[Candidate]) -> float:
    """The log odds of the best span of all passages, within bounds.

    Args:
        spans: best first; if there are none, the lower bound is returned.
    """
    return _bound(spans[0].margin, _MOST_STANDING) if spans else -_MOST_STANDING


def measure_features(
    asked: QuestionForm,
    draft: DraftAnswer,
    read: Sequence[ReadPassage],
    standing: float,
    has_unmentioned_name: bool,
) -> ConfidenceFeatures:
    """What the confidence in a drafted answer is computed from.

    Args:
        read: the passages that answers are drafted from.
        standing: of the best span of them: see `measure_standing`.
        has_unmentioned_name: whether the question names something that no passage mentions.
    """
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
        length=_bound(_count_words(asked.text) - _USUAL_WORDS, _USUAL_WORDS),
        sentence=draft.sentence_score,
        explains=float(asked.explains or asked.compares),
        defines=float(asked.defines),
        decides=float(asked.decides),
        selected=float(draft.selected),
        standing=standing,
        unmentioned=float(has_unmentioned_name),
    )


def _count_words(text: str) -> int:
    """The words of a question; in scripts without spaces, two characters are one."""
    return max(len(text.split()), len(_UNSPACED.findall(text)) // 2)


def _bound(value: float, most: float) -> float:
    """The value, at most `most` either way."""
    return max(-most, min(value, most))
