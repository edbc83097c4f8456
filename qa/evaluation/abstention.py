"""What confidence is worth: telling what can be answered, calibration, risk and coverage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa.evaluation.measures import accuracy_at, aurc, auroc, calibration_error, risk_coverage
from qa.evaluation.results import Estimate, ReliabilityBin, RiskPoint

ABSTENTION_MEASURES = ("auroc", "ece", "aurc", "accuracy@50%", "accuracy@80%")
# Of these less is better.
LESS_IS_BETTER = frozenset(("ece", "aurc"))

_BINS = 10
_COVERAGES = (0.5, 0.8)
# Points of a curve that anybody can tell apart.
_POINTS = 200


def estimates(
    confidences: Sequence[float], right: Sequence[bool], answerable: Sequence[bool]
) -> dict[str, Estimate]:
    """`auroc`, `ece`, `aurc` and accuracy at coverage, each where it can be measured.

    Args:
        confidences: of each question's best candidate, 0 where there is none.
        right: it is an exact match.
        answerable: the documents hold an answer to the question.
    """
    count = len(confidences)
    if not count:
        return {}
    found = {}
    if 0 < sum(answerable) < count:
        found["auroc"] = auroc(confidences, answerable)
    found["ece"] = calibration_error(confidences, right, _BINS)
    found["aurc"] = aurc(confidences, right)
    for coverage in _COVERAGES:
        found[f"accuracy@{coverage:.0%}"] = accuracy_at(coverage, confidences, right)
    return {name: Estimate(float(value), None, None, count) for name, value in found.items()}


def reliability_bins(
    confidences: Sequence[float], right: Sequence[bool]
) -> tuple[ReliabilityBin, ...]:
    """The bins that hold any answer, ascending."""
    values = np.asarray(confidences, dtype=np.float64)
    correct = np.asarray(right, dtype=np.float64)
    placed = np.minimum((values * _BINS).astype(int), _BINS - 1)
    return tuple(
        ReliabilityBin(
            low=number / _BINS,
            high=(number + 1) / _BINS,
            answers=int((placed == number).sum()),
            confidence=float(values[placed == number].mean()),
            accuracy=float(correct[placed == number].mean()),
        )
        for number in np.unique(placed).tolist()
    )


def risk_points(confidences: Sequence[float], right: Sequence[bool]) -> tuple[RiskPoint, ...]:
    """The risk–coverage curve, from the most confident answers to all; thinned out."""
    if not confidences:
        return ()
    curve = risk_coverage(confidences, right)
    step = max(1, len(curve) // _POINTS)
    kept = curve[:-1:step] + curve[-1:]
    return tuple(RiskPoint(*point) for point in kept)
