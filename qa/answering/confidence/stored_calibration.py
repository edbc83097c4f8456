"""The calibration fitted to a person's own questions, kept with their index."""

from __future__ import annotations

import math
from dataclasses import replace
from hashlib import blake2b

import msgspec

from index import Index
from qa.answering.confidence.calibration import Calibration

_NOTE = "calibration"


class _Kept(msgspec.Struct, frozen=True):
    """What is kept.

    Attributes:
        of: the digest of the shipped calibration that it was fitted on top of.
        intercept, weights: those of the fitted one.
    """

    of: str
    intercept: float
    weights: dict[str, float]


def write_calibration(index: Index, shipped: Calibration, fitted: Calibration) -> None:
    """Keep a fitted calibration with an index, to be used in place of the shipped one."""
    kept = _Kept(_digest(shipped), fitted.intercept, dict(fitted.weights))
    index.write_note(_NOTE, msgspec.json.encode(kept).decode())


def read_calibration(index: Index, shipped: Calibration) -> Calibration:
    """The calibration kept with an index.

    The shipped one if none is kept, or if it was not fitted on top of that one: anybody may have
    made the index.
    """
    text = index.read_note(_NOTE)
    try:
        kept = msgspec.json.decode(text or "", type=_Kept)
    except (msgspec.DecodeError, RecursionError):
        return shipped
    is_ours = kept.of == _digest(shipped) and kept.weights.keys() == shipped.weights.keys()
    if not is_ours or not all(map(math.isfinite, (kept.intercept, *kept.weights.values()))):
        return shipped
    return replace(shipped, intercept=kept.intercept, weights=kept.weights)


def _digest(calibration: Calibration) -> str:
    return blake2b(repr(calibration).encode(), digest_size=8).hexdigest()
