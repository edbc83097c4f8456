"""Runs and qrels as trec_eval reads them, and predictions as JSON lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO
from urllib.parse import quote

import numpy as np

from qa.evaluation.measuring.results import Evaluation

# What a field of such a file can hold as it is; the rest is percent-encoded.
_PLAIN = "!\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_TAG = "quoteback"


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
