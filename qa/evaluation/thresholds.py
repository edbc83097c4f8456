"""The abstention threshold that suits a person's own documents and questions best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import QuotebackError
from qa.evaluation.results import Evaluation, QuestionResult

# Of each sort, answerable and not: with fewer, chance would set the threshold.
LEAST = 20
_FOLDS = 5


class TooFewQuestions(QuotebackError):
    """The set is too small to fit a threshold to."""


@dataclass(frozen=True, slots=True)
class FittedThreshold:
    """A threshold, with the mean F1 (abstaining is right where there is no answer).

    Attributes:
        before: with the threshold that was in force.
        after: as is to be expected with the new one: of each fifth of the questions,
            under a threshold fitted to the other four.
    """

    threshold: float
    before: float
    after: float
    questions: int


def fit_threshold(evaluation: Evaluation) -> FittedThreshold:
    """The threshold with the highest mean F1 on the questions of an evaluation.

    Raises:
        TooFewQuestions: there are too few answerable, or too few unanswerable ones.
    """
    results = [result for result in evaluation.questions if result.answers is not None]
    answerable = sum(bool(result.answers) for result in results)
    unanswerable = len(results) - answerable
    if min(answerable, unanswerable) < LEAST:
        raise TooFewQuestions(
            f"too few questions to fit a threshold: {answerable} answerable and {unanswerable} "
            f"unanswerable, and it takes {LEAST} of each"
        )
    in_force = evaluation.config.get("threshold")
    before = _quality(results, float(in_force)) if in_force is not None else 0.0
    total = 0.0
    for fold in range(_FOLDS):
        kept = [result for at, result in enumerate(results) if at % _FOLDS != fold]
        total += sum(_gain(result, _best(kept)) for result in results[fold::_FOLDS])
    return FittedThreshold(_best(results), before, total / len(results), len(results))


def _best(results: Sequence[QuestionResult]) -> float:
    """The middle of the best stretch of thresholds, in hundredths."""
    options = [number / 100 for number in range(1, 100)]
    qualities = [_quality(results, option) for option in options]
    highest = max(qualities)
    first = next(at for at, quality in enumerate(qualities) if quality > highest - 1e-9)
    last = first
    while last + 1 < len(options) and qualities[last + 1] > highest - 1e-9:
        last += 1
    return options[(first + last) // 2]


def _quality(results: Sequence[QuestionResult], threshold: float) -> float:
    return sum(_gain(result, threshold) for result in results) / len(results)


def _gain(result: QuestionResult, threshold: float) -> float:
    if result.best and result.confidence >= threshold:
        return result.scores.get("best_f1", 0.0)
    return float(not result.answers)
