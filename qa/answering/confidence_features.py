"""What the confidence in an answer is computed from, measured within bounds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence, Set

from index import Hit
from index.text import UNSPACED
from qa.answering.calibration import ConfidenceFeatures, logit
from qa.answering.candidates import Candidate, ReadPassage
from qa.answering.quoting.draft_answers import DraftAnswer
from qa.conversation.words import CALENDAR_NAMES
from qa.question_form import QuestionForm

# The best span's log odds count up to this much, either way.
_MOST_STANDING = 8.0
# Bounds, either way, of the lead in the score that ranks passages and in relevance.
_MOST_LEAD, _MOST_AHEAD = 5.0, 1.0
# A bound, either way, of a rival's share against an answer's, as a logarithm; the share of none.
_MOST_RIVAL, _NO_SHARE = 7.0, 1e-3
# Words of a usual question on real documents.
_USUAL_WORDS = 9
_UNSPACED = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(r"[^\W_]+")
# A word with what may be joined to it: "O'Brien", "PostgreSQL-17", "C++".
_TOKEN = re.compile(r"[^\W_][\w'’.+#-]*")
_POSSESSIVE = re.compile(r"['’]s?$")
# After these, a capital letter begins a sentence, a title or a quotation.
_BEGINNING = tuple(".?!:\"'“‘")
# What is always written with a capital letter, and no name.
_PRONOUN = re.compile(r"I(?:['’](?:m|ve|d|ll))?")
# A name may differ in its last two letters ("Germany", "German"); its first four must agree.
_SHORTEST_STEM, _LONGEST_ENDING = 4, 2


def measure_standing(spans: Sequence[Candidate]) -> float:
    """The log odds of the best of some spans, within bounds; the lower bound if there are none."""
    return _bound(spans[0].margin, _MOST_STANDING) if spans else -_MOST_STANDING


def measure_features(
    asked: QuestionForm,
    draft: DraftAnswer,
    read: Sequence[ReadPassage],
    standing: float,
    rival_share: float,
    has_unmentioned_name: bool,
) -> ConfidenceFeatures:
    """What the confidence in a drafted answer is computed from.

    The share of the best other answer is `rival_share`, 0 if there is none.
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
        rival=_bound(math.log((rival_share + _NO_SHARE) / (draft.share + _NO_SHARE)), _MOST_RIVAL),
        unmentioned=float(has_unmentioned_name),
    )


def _count_words(text: str) -> int:
    """The words of a question; in scripts without spaces, two characters are one."""
    return max(len(text.split()), len(_UNSPACED.findall(text)) // 2)


def _bound(value: float, most: float) -> float:
    """The value, at most `most` either way."""
    return max(-most, min(value, most))


def find_unmentioned_names(question: str, hits: Iterable[Hit]) -> tuple[str, ...]:
    """The names in a question that stand in no passage, nor above one, nor in its path.

    Passages that never speak of Lyon seldom tell how many people work there. A name is a word with
    a capital letter that does not begin a sentence. If most words have one, as in a title, nobody
    can tell, and there are none.
    """
    names = _find_names(question)
    if not names:
        return ()
    words: set[str] = set()
    for hit in hits:
        for text in (hit.passage.text, hit.above, hit.document.path):
            words.update(_WORD.findall(text.lower()))
    return tuple(
        name
        for name in names
        if not all(_stands_in(part, words) for part in _WORD.findall(name.lower()))
    )


def _find_names(question: str) -> list[str]:
    tokens = [token for token in _TOKEN.finditer(question) if not _PRONOUN.fullmatch(token[0])][1:]
    capitalized = [token for token in tokens if token[0][0].isupper()]
    if 2 * len(capitalized) > len(tokens):
        return []
    names = [
        _POSSESSIVE.sub("", token[0].rstrip("."))
        for token in capitalized
        if not question[: token.start()].rstrip(" (").endswith(_BEGINNING)
    ]
    # Passages often say when in other words: "at weekends", "Mon to Sat".
    return [
        name for name in names if re.search(r"\w\w", name) and name.lower() not in CALENDAR_NAMES
    ]


def _stands_in(part: str, words: Set[str]) -> bool:
    if part in words or len(part) < _SHORTEST_STEM:
        return part in words
    stem = part[: max(_SHORTEST_STEM, len(part) - _LONGEST_ENDING)]
    return any(word.startswith(stem) for word in words)
