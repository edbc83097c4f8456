"""BM25, for engines whose passages are scored here: what a word weighs, and how often it counts."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

# How soon repetition stops to count, and how much a passage's length does: the usual values.
_K1, _B = 1.2, 0.75
# What a word can add at most, of its weight.
MOST_SATURATION = _K1 + 1

_Numbers = TypeVar("_Numbers", float, NDArray[np.float64])


def weigh_word(holding: int, passages: int) -> float:
    """The weight of a word, by the number of passages that hold it; never below 0."""
    # Passages that were removed may be counted on one side only.
    return math.log(1 + max(0.0, passages - holding + 0.5) / (holding + 0.5))


def saturate(counts: _Numbers, lengths: _Numbers, average: float) -> _Numbers:
    """How much of its weight a word gives to a passage.

    Args:
        counts: how often the passage holds the word.
        lengths: how many words the passage has.
        average: of the lengths of all passages.
    """
    return counts * (_K1 + 1) / (counts + _K1 * (1 - _B + _B * lengths / max(average, 1.0)))
