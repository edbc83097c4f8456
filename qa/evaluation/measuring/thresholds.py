"""The abstention threshold, and the calibration, that suit a person's own questions best.

Or a threshold at which few answers are wrong, with a bound that holds for questions yet to come.
For that, thresholds are tested one after the other, from the highest down, as long as the exact
binomial test (Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the
case of the binomial", Biometrika 1934) rules out that answers from there on are wrong more often
than promised. The order is fixed beforehand, so that each test may use the whole level:
fixed-sequence testing as in Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test:
calibrating predictive algorithms to achieve risk control" (2021), where the number of answers shown
is given, as in Geifman and El-Yaniv, "Selective classification for deep neural networks" (NeurIPS
2017).

Thresholds that too few answers reach cannot pass, and are left out. How many do depends on the
draw: the bound is exact if surer answers are not wrong more often than those less sure, which is
what confidence means. The questions must be drawn as those to come are, one by one.

Logistic regression, which calibrates with their questions, stands below; training uses it, too.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import Promise, QuotebackError, Risk
from qa.answering.calibration import logit, sigmoid
from qa.display import counted
from qa.evaluation.measuring.results import Evaluation, QuestionResult
from qa.evaluation.measuring.summary import calibration_error
from qa.evaluation.question_sets.question import Question

# Questions that are answerable, and as many that are not: with fewer, chance would set the
# threshold.
LEAST = 20
# Answers that are right, and as many wrong ones: with fewer, confidence stays as it is.
LEAST_TO_CALIBRATE = 60
_FOLDS = 5
# A promise is broken by chance for one set of questions in twenty, at most.
_LEVEL = 0.05
# In the order in which they are tested for a promise.
_THRESHOLDS = tuple(number / 100 for number in range(99, -1, -1))
# The first threshold is one that so many answers reach that so many of them may be wrong, if that
# is at most this share of all: else one error would end the tests, however many pass without it.
_FIRST_ERRORS, _FIRST_SHARE = 2, 0.2
Floats = NDArray[np.float64]


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

    Raises `TooFewQuestions` if there are too few answerable, or too few unanswerable ones.
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

    Raises `TooFewQuestions` if there are too few answerable, or too few unanswerable ones.
    """
    results = [result for result in evaluation.questions if result.answers is not None]
    check_enough(results)
    in_force = evaluation.config.get("threshold")
    confidences = [result.confidence for result in results]
    before = _measure_quality(results, confidences, float(in_force or 0.0))
    adjustment = _fit_adjustment(results)
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


class NoPromise(TooFewQuestions):
    """No threshold keeps errors as rare as wanted, as far as these questions can tell."""


def count_least(at_most: float) -> int:
    """How many answers without an error it takes to promise a share of errors at most."""
    return math.ceil(math.log(_LEVEL) / math.log1p(-at_most))


def check_enough_to_promise(questions: int, at_most: float) -> None:
    """Check, before anything is asked, that so many labelled questions can be enough.

    Raises `NoPromise` if they would be too few even if no answer were wrong.
    """
    if questions < (least := count_least(at_most)):
        raise NoPromise(f"{_refuse(at_most, questions)}: {least} without an error would do.")


def fit_promise(evaluation: Evaluation, at_most: float, risk: Risk) -> Promise:
    """The lowest threshold at which errors are as rare as wanted, with what is promised of it.

    Questions without labelled answers do not count. At most this share of errors is wanted, between
    0 and 1; what share, says `index.Promise`. Raises `NoPromise` if there is no such threshold.
    """
    labelled = [result for result in evaluation.questions if result.answers is not None]
    check_enough_to_promise(len(labelled), at_most)
    surest = sorted((result for result in labelled if result.best), key=lambda r: -r.confidence)
    least_shown = _count_first(len(surest), at_most) if risk == "shown" else 1
    promise = None
    shown = wrong = 0
    for threshold in _THRESHOLDS:
        while shown < len(surest) and surest[shown].confidence >= threshold:
            wrong += not surest[shown].quotes_answer
            shown += 1
        if shown < least_shown:
            continue
        if measure_chance(wrong, shown if risk == "shown" else len(labelled), at_most) > _LEVEL:
            break
        # A threshold that shows no more is not taken: of answers below these, nothing is known.
        if promise is None or promise.shown < shown:
            numbers = len(labelled), shown, wrong
            promise = Promise(risk, at_most, threshold, *numbers, evaluation.setup)
    if promise is None:
        raise NoPromise(_explain_failure(len(labelled), shown, wrong, at_most, risk))
    return promise


def measure_chance(errors: int, answers: int, share: float) -> float:
    """The probability of so few errors among the answers if this share of all is wrong."""
    if errors >= answers:
        return 1.0
    # By logarithms, since the powers of many answers are too small for a float.
    return math.fsum(
        math.exp(
            math.lgamma(answers + 1)
            - math.lgamma(wrong + 1)
            - math.lgamma(answers - wrong + 1)
            + wrong * math.log(share)
            + (answers - wrong) * math.log1p(-share)
        )
        for wrong in range(errors + 1)
    )


def _count_first(answers: int, at_most: float) -> int:
    """How many answers reach the first threshold, at least."""
    room = range(int(_FIRST_SHARE * answers))
    counts = [
        bisect_left(room, True, key=lambda n: measure_chance(errors, n, at_most) <= _LEVEL)
        for errors in range(1, _FIRST_ERRORS + 1)
    ]
    return max([count_least(at_most), *(count for count in counts if count < len(room))])


def _explain_failure(questions: int, shown: int, wrong: int, at_most: float, risk: Risk) -> str:
    no = _refuse(at_most, questions)
    if risk == "shown" and shown < (least := count_least(at_most)):
        return f"{no}: {counted(shown, 'answer')} came back; {least} without an error would do."
    if not shown:
        return f"{no}: no answer came back."
    are = "is" if wrong == 1 else "are"
    return f"{no}: of the {counted(shown, 'surest answer')}, {wrong} {are} wrong."


def _refuse(at_most: float, questions: int) -> str:
    these = "this one question" if questions == 1 else f"these {questions:,} questions"
    return f"At most {100 * at_most:g}% wrong cannot be promised with {these}"


def fit_logistic_regression(
    features: Floats,
    correct: NDArray[np.bool_],
    shares: Floats | float = 1.0,
    *,
    ridge: float = 1.0,
) -> tuple[float, Floats]:
    """Intercept, and weights of shape (features,), by Newton's method.

    The features have the shape (rows, features); each row counts by its share. A ridge penalty
    keeps the weights finite where they separate right and wrong completely; a higher one makes them
    smaller.
    """
    design = np.column_stack([np.ones(len(features)), features])
    penalty = np.diag([0.0] + [ridge] * features.shape[1])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        predicted = sigmoids(design @ weights)
        gradient = design.T @ (shares * (correct - predicted)) - penalty @ weights
        curvature = (design * (shares * predicted * (1 - predicted))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature + 1e-9 * np.eye(len(weights)), gradient)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return float(weights[0]), weights[1:]


def sigmoids(log_odds: Floats) -> Floats:
    """Probabilities of their log odds."""
    probabilities: Floats = 1 / (1 + np.exp(-log_odds.clip(-30, 30)))
    return probabilities
