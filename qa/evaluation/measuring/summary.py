"""From every question's scores to the figures of an evaluation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from qa.evaluation.measuring import abstention, retrieval
from qa.evaluation.measuring.abstention import reliability
from qa.evaluation.measuring.results import (
    DepthPoint,
    Estimate,
    Evaluation,
    IndexCost,
    KindFigures,
    Latency,
    QuestionResult,
    Stage,
)
from qa.evaluation.measuring.significance import bootstrap_interval
from qa.evaluation.question_sets.question_set import QuestionSet

ANSWER_MEASURES = ("exact_match", "f1", "best_exact_match", "best_f1", "evidence_f1", "answered")
_DEPTHS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 200, 300, 500, 700, 1000)


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
        abstention=abstention.estimate_abstention(
            confidences, right, [bool(result.answers) for result in with_answers]
        ),
        kinds=_summarise_kinds(results),
        stages={stage: sum(result.stage is stage for result in results) for stage in Stage},
        reliability=tuple(reliability(confidences, right)),
        risk_coverage=abstention.thin_risk_coverage(confidences, right),
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
