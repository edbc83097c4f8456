"""The abstention threshold, and the calibration, that suit a person's own questions best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import QuotebackError
from qa.answering.calibration import logit, sigmoid
from qa.evaluation.measuring.abstention import calibration_error
from qa.evaluation.measuring.results import Evaluation, QuestionResult
from qa.evaluation.question_sets.question import Question
from qa.regression import Floats, fit_logistic_regression, sigmoids

# Questions that are answerable, and as many that are not: with fewer, chance would set the
# threshold.
LEAST = 20
# Answers that are right, and as many wrong ones: with fewer, confidence stays as it is.
LEAST_TO_CALIBRATE = 60
_FOLDS = 5


class TooFewQuestions(QuotebackError):
    """The set is too small to fit a threshold to."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Confidence made to fit: its log odds times `slope`, plus `shift`.

    Attributes:
        before, after: calibration error as it was, and as it is expected to be now.
    """

    slope: float
    shift: float
    before: float
    after: float

    def of(self, confidence: float) -> float:
        """A confidence, adjusted."""
        return sigmoid(self.slope * logit(confidence) + self.shift)


@dataclass(frozen=True, slots=True)
class FittedThreshold:
    """A threshold, with the mean F1 (abstaining is right if there is no answer).

    Attributes:
        adjustment: of confidence, which comes before the threshold; None if there are
            too few questions for it, or if confidence fits as it is.
        before: with the threshold that was in force.
        after: to be expected with the new one. Like the adjustment's `after`, it is measured on
            each fifth of the questions with what was fitted to the other four.
    """

    threshold: float
    adjustment: Adjustment | None
    before: float
    after: float
    questions: int


def check_enough(questions: Iterable[Question | QuestionResult]) -> None:
    """Check, before anything is asked, that there are enough questions to fit a threshold to.

    Raises:
        TooFewQuestions: there are too few answerable, or too few unanswerable ones.
    """
    labelled = [bool(question.answers) for question in questions if question.answers is not None]
    answerable = sum(labelled)
    unanswerable = len(labelled) - answerable
    if min(answerable, unanswerable) < LEAST:
        raise TooFewQuestions(
            f"too few questions to fit a threshold: {answerable} answerable and {unanswerable} "
            f"unanswerable, and it takes {LEAST} of each"
        )


def fit_threshold(evaluation: Evaluation) -> FittedThreshold:
    """The threshold with the highest mean F1 on the questions of an evaluation.

    Raises:
        TooFewQuestions: there are too few answerable, or too few unanswerable ones.
    """
    results = [result for result in evaluation.questions if result.answers is not None]
    check_enough(results)
    in_force = evaluation.config.get("threshold")
    before = _measure_quality(results, _list_confidences(results), float(in_force or 0.0))
    adjustment = _fit_adjustment(results)
    confidences = _list_confidences(results)
    if adjustment is not None:
        confidences = [adjustment.of(confidence) for confidence in confidences]
    total = 0.0
    for fold in range(_FOLDS):
        others = [at for at in range(len(results)) if at % _FOLDS != fold]
        threshold = _find_best_threshold(
            [results[at] for at in others], [confidences[at] for at in others]
        )
        total += sum(
            _score_reply(result, confidence, threshold)
            for result, confidence in zip(
                results[fold::_FOLDS], confidences[fold::_FOLDS], strict=True
            )
        )
    return FittedThreshold(
        _find_best_threshold(results, confidences),
        adjustment,
        before,
        total / len(results),
        len(results),
    )


def _list_confidences(results: Sequence[QuestionResult]) -> list[float]:
    return [result.confidence for result in results]


def _find_best_threshold(results: Sequence[QuestionResult], confidences: Sequence[float]) -> float:
    """The middle of the best stretch of thresholds, in hundredths."""
    options = [number / 100 for number in range(1, 100)]
    qualities = [_measure_quality(results, confidences, option) for option in options]
    highest = max(qualities)
    first = next(at for at, quality in enumerate(qualities) if quality > highest - 1e-9)
    last = first
    while last + 1 < len(options) and qualities[last + 1] > highest - 1e-9:
        last += 1
    return options[(first + last) // 2]


def _measure_quality(
    results: Sequence[QuestionResult], confidences: Sequence[float], threshold: float
) -> float:
    pairs = zip(results, confidences, strict=True)
    return sum(_score_reply(result, sure, threshold) for result, sure in pairs) / len(results)


def _score_reply(result: QuestionResult, confidence: float, threshold: float) -> float:
    if result.best and confidence >= threshold:
        return result.scores.get("best_f1", 0.0)
    return float(not result.answers)


def _fit_adjustment(results: Sequence[QuestionResult]) -> Adjustment | None:
    """Platt scaling, if confidence fits better with it on questions it was not fitted to."""
    given = [result for result in results if result.best]
    odds = np.asarray([logit(result.confidence) for result in given])
    right = np.asarray([result.right for result in given])
    if min(right.sum(), (~right).sum(), len(given)) < LEAST_TO_CALIBRATE:
        return None
    expected = np.zeros(len(given))
    fold = np.arange(len(given)) % _FOLDS
    for number in range(_FOLDS):
        slope, shift = _fit_platt(odds[fold != number], right[fold != number])
        expected[fold == number] = sigmoids(slope * odds[fold == number] + shift)
    slope, shift = _fit_platt(odds, right)
    before = sigmoids(odds)
    if slope <= 0 or _measure_loss(expected, right) >= _measure_loss(before, right):
        return None
    return Adjustment(
        slope,
        shift,
        calibration_error(before.tolist(), right.tolist()),
        calibration_error(expected.tolist(), right.tolist()),
    )


def _fit_platt(odds: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift of greatest likelihood."""
    shift, weights = fit_logistic_regression(odds[:, None], right)
    return float(weights[0]), shift


def _measure_loss(predicted: Floats, right: NDArray[np.bool_]) -> float:
    bounded = np.clip(predicted, 1e-9, 1 - 1e-9)
    return float(-np.where(right, np.log(bounded), np.log(1 - bounded)).mean())
