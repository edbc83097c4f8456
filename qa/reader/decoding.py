"""From a window's token scores to its best spans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.networks.windows import Window

MAX_ANSWER_TOKENS = 80

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DecodedSpan:
    """A span of a passage, in code points, with its score and that of "not here"."""

    start: int
    end: int
    score: float
    null: float

    @property
    def margin(self) -> float:
        """Log odds of the span against "not here"; comparable across passages."""
        return self.score - self.null


@dataclass(frozen=True, slots=True)
class WindowScores:
    """What the network says of one window, padding cut off.

    Attributes:
        start, end: float32 of shape (tokens,).
        left, right: float32 of shape (tokens, joint size).
        null: score of "not here".
        relevance: log odds that the passage answers.
        evidence: float32 of shape (tokens,): the mean over the tokens of a sentence gives the
            log odds that the sentence answers.
    """

    start: Floats
    end: Floats
    left: Floats
    right: Floats
    null: float
    relevance: float
    evidence: Floats


def make_span_matrix(window: Window, scores: WindowScores) -> Floats:
    """The score of each span by its first and last token: float32 of shape (n, n).

    It is over the n tokens of the passage; -inf if there is no span.
    """
    first, count = window.passage_start, len(window.offsets)
    passage = slice(first, first + count)
    left, right = scores.left[passage], scores.right[passage]
    # Row by row: the product of whole matrices uses all cores, which wait for each other. On a
    # busy machine that takes a hundred times as long.
    matrix = (left[:, None] @ right.T)[:, 0] / np.float32(left.shape[1] ** 0.5)
    matrix += scores.start[passage, None] + scores.end[None, passage]
    distance = np.arange(count)[None, :] - np.arange(count)[:, None]
    matrix[(distance < 0) | (distance >= MAX_ANSWER_TOKENS)] = -np.inf
    return matrix


def find_best_spans(window: Window, scores: WindowScores, n: int) -> list[DecodedSpan]:
    """The `n` best spans of a window, best first; ties go to the earlier, shorter span."""
    return choose_best_spans(window, make_span_matrix(window, scores), scores.null, n)


def choose_best_spans(window: Window, matrix: Floats, null: float, n: int) -> list[DecodedSpan]:
    """As `find_best_spans`, from a window's span matrix and its score of "not here"."""
    flat = matrix.ravel()
    kept = min(n, flat.size)
    top = np.argpartition(-flat, kept - 1)[:kept]
    top = top[np.isfinite(flat[top])]
    ordered = sorted(top.tolist(), key=lambda cell: (-flat[cell], cell))
    candidates = []
    for cell in ordered:
        head, tail = divmod(cell, matrix.shape[1])
        start, end = int(window.offsets[head, 0]), int(window.offsets[tail, 1])
        candidates.append(DecodedSpan(start, end, float(flat[cell]), null))
    return candidates
