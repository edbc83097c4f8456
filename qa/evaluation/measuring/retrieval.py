"""Retrieval measures by their usual names (`nDCG@10`), computed by ir-measures over trec_eval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from index import QuotebackError

MEASURES = ("nDCG@10", "RR@10", "R@1", "R@5", "R@10", "R@100", "AP")
# Documents that the deepest of these measures looks at.
DEPTH = 100

# Deeper than any ranking.
_DEEPEST = 1_000_000

Qrels = Mapping[str, Mapping[str, int]]
Rankings = Mapping[str, Sequence[str]]


class UnknownMeasure(QuotebackError):
    """There is no measure of this name, or it cannot be computed here."""


def find_measure(name: str) -> Any:
    """The measure of ir-measures that goes by a name.

    Raises:
        UnknownMeasure: there is none, it cannot be computed here, or it is not a score.
    """
    import ir_measures

    try:
        measure = ir_measures.parse_measure(name)
        measure.validate_params()
    except Exception as error:
        # The parser fails in many ways.
        raise UnknownMeasure(
            f"no measure {name!r}: name one as in {', '.join(MEASURES)}, P@5 or Success@10"
        ) from error
    if measure.NAME.startswith("Num"):
        raise UnknownMeasure(f"{name} counts: name a measure whose values lie in 0 to 1")
    depth = measure.params.get("cutoff", 1)
    # Other depths make trec_eval end the process.
    if measure.AT_PARAM == "cutoff" and not 1 <= depth <= _DEEPEST:
        raise UnknownMeasure(f"{name}: its depth must lie in 1 to {_DEEPEST:,}")
    try:
        ir_measures.evaluator([measure], {"1": {"1": 1}})
    except Exception as error:
        raise UnknownMeasure(
            f"{name} cannot be computed here{_explain_missing(measure)}"
        ) from error
    return measure


def _explain_missing(measure: Any) -> str:
    """The package to install for a measure, as far as ir-measures names it."""
    from ir_measures.providers import registry

    for provider in registry.values():
        if provider.supports(measure) and not provider.is_available():
            return f": {provider.install_instructions()}"
    return ""


def score_rankings(
    names: Sequence[str], qrels: Qrels, rankings: Rankings
) -> dict[str, dict[str, float]]:
    """Every question's value of every measure.

    Args:
        names: of measures.
        qrels: question → document → grade; documents without one count as not relevant.
        rankings: question → documents, best first.

    Returns:
        question → measure → value, for every question of `qrels`; one without results
        has 0 everywhere, and values that are not finite are left out.

    Raises:
        UnknownMeasure: there is no measure of one of these names, or computing it failed.
    """
    import ir_measures

    # A measure may go by several names: AP is MAP.
    measures = {name: find_measure(name) for name in names}
    values: dict[str, dict[Any, float]] = {question: {} for question in qrels}
    if not values:
        return {}
    # Some of the programs that ir-measures runs take only numbers as names.
    questions = {str(number): question for number, question in enumerate(qrels, 1)}
    documents: dict[str, str] = {}

    def numbered(document: str) -> str:
        return documents.setdefault(document, str(len(documents) + 1))

    wanted, run = {}, {}
    for number, question in questions.items():
        wanted[number] = {numbered(name): grade for name, grade in qrels[question].items()}
        if rankings.get(question):
            # By rank instead of score: equal scores would be put in another order.
            run[number] = {
                numbered(name): float(-rank) for rank, name in enumerate(rankings[question])
            }
    try:
        for metric in ir_measures.iter_calc(list(dict.fromkeys(measures.values())), wanted, run):
            if math.isfinite(metric.value):
                values[questions[metric.query_id]][metric.measure] = float(metric.value)
    except Exception as error:
        # Each of those programs fails in its own way.
        raise UnknownMeasure(f"{', '.join(names)} cannot be computed here ({error})") from error
    return {
        question: {name: scores[each] for name, each in measures.items() if each in scores}
        for question, scores in values.items()
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
    ranks = sorted(rank for rank, document in enumerate(ranking, 1) if document in relevant)
    return [
        sum(rank_of_relevant <= depth for rank_of_relevant in ranks) / len(relevant)
        for depth in depths
    ]
