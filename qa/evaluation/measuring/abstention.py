"""What confidence is worth: telling what can be answered, calibration, risk and coverage."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.measuring.confidence_measures import (
    accuracy_at,
    aurc,
    auroc,
    calibration_error,
    risk_coverage,
)
from qa.evaluation.measuring.results import Estimate, RiskPoint
from qa.evaluation.measuring.significance import statistic_interval

ABSTENTION_MEASURES = ("auroc", "ece", "aurc", "accuracy@50%", "accuracy@80%")
# Of these less is better.
LESS_IS_BETTER = frozenset(("ece", "aurc"))

# Points of a curve that anybody can tell apart.
_POINTS = 200


def estimate_abstention(
    confidences: Sequence[float], right: Sequence[bool], answerable: Sequence[bool]
) -> dict[str, Estimate]:
    """`auroc`, `ece`, `aurc` and accuracy at coverage, each where it can be measured.

    Args:
        confidences: of each question's best candidate, 0 where there is none.
        right: it is an exact match.
        answerable: the documents hold an answer to the question.
    """
    rows = np.asarray([confidences, right, answerable], dtype=np.float64).T
    estimates = {}
    for name in ABSTENTION_MEASURES:
        measure = partial(compute_measure, name)
        if (value := measure(rows)) is not None:
            low, high = statistic_interval(measure, rows) or (None, None)
            if low is not None and high is not None:
                low, high = max(low, 0.0), min(high, 1.0)
            estimates[name] = Estimate(value, low, high, len(rows))
    return estimates


def compute_measure(name: str, rows: NDArray[np.float64]) -> float | None:
    """One of the measures; None where it cannot be measured.

    Args:
        rows: confidence, right, answerable of each question; shape (questions, 3).
    """
    if not len(rows):
        return None
    confidences, right, answerable = rows[:, 0], rows[:, 1] > 0, rows[:, 2] > 0
    if name == "auroc":
        both = 0 < answerable.sum() < len(rows)
        return auroc(confidences, answerable) if both else None
    if name == "ece":
        return float(calibration_error(confidences, right))
    if name == "aurc":
        return aurc(confidences, right)
    return accuracy_at(float(name.removeprefix("accuracy@").rstrip("%")) / 100, confidences, right)


def thin_risk_coverage(
    confidences: Sequence[float], right: Sequence[bool]
) -> tuple[RiskPoint, ...]:
    """The risk–coverage curve, from the most confident answers to all; thinned out."""
    if not confidences:
        return ()
    curve = risk_coverage(confidences, right)
    step = max(1, len(curve) // _POINTS)
    return tuple(curve[:-1:step] + curve[-1:])
