"""The calibration fitted to a person's own questions, kept with their index."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import blake2b

from index import Index
from qa.answering.confidence.calibration import Calibration

_NOTE = "calibration"


def write_calibration(index: Index, shipped: Calibration, fitted: Calibration) -> None:
    """Keep a fitted calibration with an index, to be used in place of the shipped one."""
    kept = {
        "of": _digest(shipped),
        "intercept": fitted.intercept,
        "weights": dict(fitted.weights),
    }
    index.write_note(_NOTE, json.dumps(kept))


def read_calibration(index: Index, shipped: Calibration) -> Calibration:
    """The calibration kept with an index.

    The shipped one where none is kept, or where it was fitted on top of another.
    """
    text = index.read_note(_NOTE)
    if text is None:
        return shipped
    kept = json.loads(text)
    if kept["of"] != _digest(shipped):
        return shipped
    return replace(shipped, intercept=kept["intercept"], weights=kept["weights"])


def _digest(calibration: Calibration) -> str:
    return blake2b(repr(calibration).encode(), digest_size=8).hexdigest()
