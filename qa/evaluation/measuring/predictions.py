"""Predictions as JSON lines: what was answered to each question, and where it stands."""

from __future__ import annotations

import json
from typing import TextIO

from qa.evaluation.measuring.results import Evaluation


def write_predictions(stream: TextIO, evaluation: Evaluation) -> None:
    """A line a question: `id`, `prediction` ("" for an abstention), `best`, `confidence`,
    `document`, `start`, `end`, and `spans` for all parts of a list. The last four are those
    of `best`, offsets into the document's text; null and empty where nothing was found.
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
