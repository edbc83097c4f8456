"""Retrieval measures by their usual names (`nDCG@10`), computed by ir-measures over trec_eval.

Runs and qrels are written as trec_eval reads them, and predictions as JSON lines.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO
from urllib.parse import quote

import numpy as np

from index import QuotebackError
from qa.evaluation.measuring.results import Evaluation

MEASURES = ("nDCG@10", "RR@10", "R@1", "R@5", "R@10", "R@100", "AP")
# Documents that the deepest of these measures looks at.
DEPTH = 100

# Deeper than any ranking.
_DEEPEST = 1_000_000

Qrels = Mapping[str, Mapping[str, int]]
Rankings = Mapping[str, Sequence[str]]
# What a field of a TREC file can hold as it is; the rest is percent-encoded.
_PLAIN = "!\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_TAG = "quoteback"


class UnknownMeasure(QuotebackError):
    """There is no measure of this name, or it cannot be computed here."""


def find_measure(name: str) -> Any:
    """The measure of ir-measures that goes by a name.

    Raises `UnknownMeasure` if there is none, it cannot be computed here, or it is not a score.
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
    """Every question's value of every measure: question → measure → value.

    Rankings hold documents, best first; documents without a grade in `qrels` count as not relevant.
    A question without results has 0 everywhere, and values that are not finite are left out. Raises
    `UnknownMeasure` if there is no such measure, or if computing it failed.
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

    Raises `ValueError` if it has none.
    """
    relevant = {document for document, grade in grades.items() if grade > 0}
    if not relevant:
        raise ValueError("recall needs a relevant document")
    ranks = sorted(rank for rank, document in enumerate(ranking, 1) if document in relevant)
    return [
        sum(rank_of_relevant <= depth for rank_of_relevant in ranks) / len(relevant)
        for depth in depths
    ]


def encode_name(name: str) -> str:
    """A name percent-encoded if it must be (white space, `%`, beyond ASCII)."""
    return quote(os.fsencode(name), safe=_PLAIN)


def make_descending(scores: Sequence[float]) -> list[float]:
    """Scores in 0 to 1 that fall from each to the next, as near to those given as possible.

    trec_eval sorts a run by score alone, in single precision, and equal scores by name: only
    scores that differ there keep the order.
    """
    falling: list[float] = []
    above = np.nextafter(np.float32(1), np.float32(2))
    for score in scores:
        above = min(np.float32(score), np.nextafter(above, np.float32(-1)))
        falling.append(float(above))
    if falling and falling[-1] < 0:
        # Many zeros at the end: from the last one up instead.
        below = np.nextafter(np.float32(0), np.float32(-1))
        for number in reversed(range(len(falling))):
            below = max(np.float32(falling[number]), np.nextafter(below, np.float32(2)))
            falling[number] = float(below)
    return falling


def write_run(stream: TextIO, rankings: Iterable[tuple[str, Sequence[tuple[str, float]]]]) -> None:
    """Write question → (document, score), best first: `qid Q0 docid rank score quoteback`."""
    for question, ranking in rankings:
        scores = make_descending([score for _, score in ranking])
        for rank, ((document, _), score) in enumerate(zip(ranking, scores, strict=True), 1):
            stream.write(
                f"{encode_name(question)} Q0 {encode_name(document)} {rank} {score:.9g} {_TAG}\n"
            )


def write_qrels(stream: TextIO, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Write question → document → grade: `qid 0 docid grade`."""
    for question, grades in qrels.items():
        for document, grade in grades.items():
            stream.write(f"{encode_name(question)} 0 {encode_name(document)} {grade}\n")


def write_predictions(stream: TextIO, evaluation: Evaluation) -> None:
    """A line a question: `id`, `prediction` ("" for an abstention), `best`, `confidence`,
    `document`, `start`, `end`, and `spans` for all parts of a list. The last four are those
    of `best`, offsets into the document's text; null and empty if nothing was found.
    """
    for result in evaluation.questions:
        first = result.spans[0] if result.spans else None
        row = {
            "id": result.id,
            "prediction": result.prediction,
            "best": result.best,
            "confidence": result.confidence,
            "document": result.document,
            "start": first.start if first else None,
            "end": first.end if first else None,
            "spans": [{"start": span.start, "end": span.end} for span in result.spans],
        }
        stream.write(json.dumps(row) + "\n")
