"""Exact match and F1 of an answer, by the rules of SQuAD (Rajpurkar et al. 2016, 2018)."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

from index.text import UNSPACED

_UNSPACED = re.compile(f"([{UNSPACED}])")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalize(text: str) -> str:
    """Lower case, without ASCII punctuation, English articles and extra white space.

    In scripts without spaces, each character is a word (as in MLQA, Lewis et al. 2019).
    """
    words = _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION))
    return " ".join(_UNSPACED.sub(r" \1 ", words).split())


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """1.0 if the prediction equals one of the answers after normalisation, else 0.0.

    An unanswerable question has no answers: only the empty prediction is right.
    """
    return float(normalize(prediction) in {normalize(answer) for answer in _drop_empty(answers)})


def f1(prediction: str, answers: Sequence[str]) -> float:
    """The best word-overlap F1 (0 to 1) of the prediction with any of the answers."""
    return max(_score_overlap(prediction, answer) for answer in _drop_empty(answers))


def _drop_empty(answers: Sequence[str]) -> Sequence[str]:
    """The answers that are not empty when normalised; if there are none, the empty one."""
    return [answer for answer in answers if normalize(answer)] or [""]


def _score_overlap(prediction: str, answer: str) -> float:
    got, wanted = normalize(prediction).split(), normalize(answer).split()
    if not got or not wanted:
        return float(got == wanted)
    shared = sum((Counter(got) & Counter(wanted)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(got), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)
