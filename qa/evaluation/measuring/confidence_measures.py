"""Measures of abstention and calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qa.evaluation.measuring.results import ReliabilityBin, RiskPoint

_BINS = 10


def auroc(scores: ArrayLike, labels: ArrayLike) -> float:
    """Area under the ROC curve: how often a positive outscores a negative, ties half.

    Raises:
        ValueError: there are no positives, or no negatives.
    """
    values = np.asarray(scores, dtype=np.float64)
    positive = np.asarray(labels, dtype=bool)
    count = int(positive.sum())
    if not 0 < count < len(values):
        raise ValueError("AUROC needs positives and negatives")
    # Mann-Whitney: the rank sum of the positives, ties at their mean rank.
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    mean_ranks = np.cumsum(sizes) - (sizes - 1) / 2
    ranks = mean_ranks[group]
    wins = ranks[positive].sum() - count * (count + 1) / 2
    return float(wins / (count * (len(values) - count)))


def calibration_error(confidences: ArrayLike, correct: ArrayLike) -> float:
    """Expected calibration error (Naeini et al. 2015): mean gap between confidence and accuracy.

    Bins are of equal width over 0 to 1, weighted by how many answers they hold.
    """
    bins = reliability(confidences, correct)
    gaps = sum(each.answers * abs(each.confidence - each.accuracy) for each in bins)
    return gaps / sum(each.answers for each in bins)


def reliability(confidences: ArrayLike, correct: ArrayLike) -> list[ReliabilityBin]:
    """The bins that hold any answer, ascending; each holds its lower bound, the last both."""
    values = np.asarray(confidences, dtype=np.float64)
    right = np.asarray(correct, dtype=np.float64)
    placed = np.minimum((values * _BINS).astype(int), _BINS - 1)
    return [
        ReliabilityBin(
            low=number / _BINS,
            high=(number + 1) / _BINS,
            answers=int((placed == number).sum()),
            confidence=float(values[placed == number].mean()),
            accuracy=float(right[placed == number].mean()),
        )
        for number in np.unique(placed).tolist()
    ]


def risk_coverage(confidences: ArrayLike, correct: ArrayLike) -> list[RiskPoint]:
    """For each confidence, coverage and risk if only answers at least so confident were given.

    From the most confident down; equal confidences are one point.
    """
    values = np.asarray(confidences, dtype=np.float64)
    wrong = ~np.asarray(correct, dtype=bool)
    thresholds, group, sizes = np.unique(-values, return_inverse=True, return_counts=True)
    given = np.cumsum(sizes)
    errors = np.cumsum(np.bincount(group, weights=wrong, minlength=len(sizes)))
    return [
        RiskPoint(float(count / len(values)), float(error / count), float(-threshold))
        for count, error, threshold in zip(given, errors, thresholds, strict=True)
    ]


def aurc(confidences: ArrayLike, correct: ArrayLike) -> float:
    """Area under the risk–coverage curve (Geifman and El-Yaniv 2017): mean risk of the
    1, 2, 3, … most confident answers. Of equally confident ones each is as likely first.
    """
    running = _count_running_errors(confidences, correct)
    return float((running / np.arange(1, len(running) + 1)).mean())


def accuracy_at(coverage: float, confidences: ArrayLike, correct: ArrayLike) -> float:
    """Share of right answers among the most confident, so many that `coverage` (0 to 1) is met."""
    running = _count_running_errors(confidences, correct)
    count = max(1, int(np.ceil(coverage * len(running) - 1e-9)))
    return float(1 - running[count - 1] / count)


def _count_running_errors(
    confidences: ArrayLike, correct: ArrayLike
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Expected errors among the 1, 2, 3, … most confident answers."""
    values = np.asarray(confidences, dtype=np.float64)
    wrong = (~np.asarray(correct, dtype=bool)).astype(np.float64)
    _, group, sizes = np.unique(-values, return_inverse=True, return_counts=True)
    rates = np.bincount(group, weights=wrong, minlength=len(sizes)) / sizes
    return np.cumsum(np.repeat(rates, sizes))
