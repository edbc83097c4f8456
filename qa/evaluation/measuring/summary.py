"""From every question's scores to the figures of an evaluation.

Among them the worth of confidence: telling what can be answered, calibration, risk and coverage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qa.evaluation.measuring import retrieval
from qa.evaluation.measuring.results import (
    DepthPoint,
    Estimate,
    Evaluation,
    IndexCost,
    KindFigures,
    Latency,
    QuestionResult,
    ReliabilityBin,
    RiskPoint,
    Stage,
)
from qa.evaluation.measuring.significance import bootstrap_interval, statistic_interval
from qa.evaluation.question_sets.question_set import QuestionSet

_BINS = 10
ABSTENTION_MEASURES = ("auroc", "ece", "aurc", "accuracy@50%", "accuracy@80%")
# Of these less is better.
LESS_IS_BETTER = frozenset(("ece", "aurc"))

# Points of a curve that anybody can tell apart.
_POINTS = 200
ANSWER_MEASURES = ("exact_match", "f1", "best_exact_match", "best_f1", "evidence_f1", "answered")
_DEPTHS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 200, 300, 500, 700, 1000)


def auroc(scores: ArrayLike, labels: ArrayLike) -> float:
    """Area under the ROC curve: how often a positive outscores a negative, ties half.

    Raises `ValueError` without positives, or without negatives.
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


def estimate_abstention(
    confidences: Sequence[float], right: Sequence[bool], answerable: Sequence[bool]
) -> dict[str, Estimate]:
    """`auroc`, `ece`, `aurc` and accuracy at coverage, each if it can be measured.

    Of each question, confidence in its best candidate (0 if there is none), whether that is an
    exact match, and whether the documents hold an answer.
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
    """One of the measures; None if it cannot be measured.

    Rows hold confidence, right, answerable of each question: shape (questions, 3).
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


def summarise_results(
    name: str,
    questions: QuestionSet,
    results: Sequence[QuestionResult],
    config: Mapping[str, str | int | float | None],
    names: Sequence[str],
    cost: IndexCost,
    notes: Sequence[str],
) -> Evaluation:
    with_answers = [result for result in results if result.answers is not None]
    confidences = [result.confidence for result in with_answers]
    right = [result.right for result in with_answers]
    if len(results) == 1:
        notes = [*notes, "with one question, figures say nothing about others"]
    answers = _estimate_measures(results, ANSWER_MEASURES[:-1])
    if with_answers:
        answers["answered"] = _estimate([float(not r.abstained) for r in with_answers])
    return Evaluation(
        name=name,
        question_set=questions.name,
        config=config,
        questions=tuple(results),
        retrieval=_estimate_measures(results, names),
        answers=answers,
        abstention=estimate_abstention(
            confidences, right, [bool(result.answers) for result in with_answers]
        ),
        kinds=_summarise_kinds(results),
        stages={stage: sum(result.stage is stage for result in results) for stage in Stage},
        reliability=tuple(reliability(confidences, right)),
        risk_coverage=thin_risk_coverage(confidences, right),
        recall_by_depth=_measure_recall(results, config.get("k")),
        latency=_measure_latency([result.latency_ms for result in results]),
        index_cost=cost,
        notes=tuple(notes),
    )


def _estimate_measures(
    results: Sequence[QuestionResult], names: Iterable[str]
) -> dict[str, Estimate]:
    scores = _gather_scores(results)
    return {name: _estimate(scores[name]) for name in names if name in scores}


def _gather_scores(results: Iterable[QuestionResult]) -> dict[str, list[float]]:
    """measure → the values of all questions that have one."""
    scores: dict[str, list[float]] = defaultdict(list)
    for result in results:
        for name, value in result.scores.items():
            scores[name].append(value)
    return scores


def _estimate(values: Sequence[float]) -> Estimate:
    low, high = bootstrap_interval(values) or (None, None)
    return Estimate(float(np.mean(values)), low, high, len(values))


def _summarise_kinds(results: Sequence[QuestionResult]) -> tuple[KindFigures, ...]:
    by_kind: dict[str, list[QuestionResult]] = defaultdict(list)
    for result in results:
        by_kind[result.kind].append(result)
    # Without intervals, which small groups do not support.
    kinds = (
        KindFigures(
            kind,
            len(members),
            {name: float(np.mean(values)) for name, values in _gather_scores(members).items()},
        )
        for kind, members in by_kind.items()
    )
    return tuple(sorted(kinds, key=lambda figures: (-figures.questions, figures.kind)))


def _measure_recall(results: Sequence[QuestionResult], k: object) -> tuple[DepthPoint, ...]:
    if not isinstance(k, int):
        return ()
    depths = [*(depth for depth in _DEPTHS if depth < k), k]
    rows = [
        retrieval.recall_at(depths, result.relevant, [ranked.document for ranked in result.ranking])
        for result in results
        if result.relevant and any(grade > 0 for grade in result.relevant.values())
    ]
    if not rows:
        return ()
    means = np.asarray(rows, dtype=np.float64).mean(axis=0)
    return tuple(DepthPoint(d, float(mean)) for d, mean in zip(depths, means, strict=True))


def _measure_latency(milliseconds: Sequence[float]) -> Latency:
    p50, p95 = np.quantile(np.asarray(milliseconds, dtype=np.float64), (0.5, 0.95))
    total = sum(milliseconds) / 1000
    rate = len(milliseconds) / total if total > 0 else 0.0
    return Latency(round(float(p50), 3), round(float(p95), 3), round(rate, 3))
