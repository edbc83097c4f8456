"""Retrieval measures by their usual names (`nDCG@10`), computed by ir-measures over trec_eval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from index import QuotebackError

MEASURES = ("nDCG@10", "RR@10", "R@1", "R@5", "R@10", "R@100", "AP")

Qrels = Mapping[str, Mapping[str, int]]
Rankings = Mapping[str, Sequence[str]]


class UnknownMeasure(QuotebackError):
    """There is no measure of this name, or it cannot be computed here."""


def measure_named(name: str) -> Any:
    """The measure of ir-measures that goes by a name.

    Raises:
        UnknownMeasure: there is none.
    """
    import ir_measures

    try:
        measure = ir_measures.parse_measure(name)
        ir_measures.evaluator([measure], {"topic": {"document": 1}})
    except Exception as error:
        # The parser and the providers each fail in their own way.
        raise UnknownMeasure(
            f"no measure {name!r}: name one as in {', '.join(MEASURES)}, P@5 or Success@10"
        ) from error
    return measure


def scores(names: Sequence[str], qrels: Qrels, rankings: Rankings) -> dict[str, dict[str, float]]:
    """Every question's value of every measure.

    Args:
        names: of measures.
        qrels: question → document → grade; documents without one count as not relevant.
        rankings: question → documents, best first.

    Returns:
        question → measure → value, for every question of `qrels`; one without results
        has 0 everywhere, and what is not a number is left out.

    Raises:
        UnknownMeasure: there is no measure of one of these names.
    """
    import ir_measures

    measures = {measure_named(name): name for name in names}
    found: dict[str, dict[str, float]] = {question: {} for question in qrels}
    if not found:
        return found
    # By rank instead of score: equal scores would be put in another order.
    run = {
        question: {document: float(-rank) for rank, document in enumerate(rankings[question])}
        for question in qrels
        if rankings.get(question)
    }
    wanted = {question: dict(grades) for question, grades in qrels.items()}
    for metric in ir_measures.iter_calc(list(measures), wanted, run):
        if math.isfinite(metric.value):
            found[metric.query_id][measures[metric.measure]] = float(metric.value)
    return {
        question: {name: values[name] for name in names if name in values}
        for question, values in found.items()
    }


def recall_at(
    depths: Sequence[int], grades: Mapping[str, int], ranking: Sequence[str]
) -> list[float]:
    """Share of a question's relevant documents among the first so many, for each depth.

    Raises:
        ValueError: the question has no relevant document.
    """
    relevant = {document for document, grade in grades.items() if grade > 0}
    if not relevant:
        raise ValueError("recall needs a relevant document")
    places = sorted(rank for rank, document in enumerate(ranking, 1) if document in relevant)
    return [sum(place <= depth for place in places) / len(relevant) for depth in depths]
