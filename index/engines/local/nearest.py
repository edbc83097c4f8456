"""The vectors nearest to a question: by comparing all of them, or by their signs first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.arrays import Floats, Halves, Ids
from index.engines.local.segment import DamagedSegment, Segment
from index.search.signs import Mask, Rows, choose_by_signs

# A segment, and a mask of the rows that may be found; None if all may.
MaskedSegment = tuple[Segment, Mask | None]


# The product of the same row may differ by this much between two places of a matrix.
_NOISE = 1e-5


def compare_all(
    sources: Sequence[MaskedSegment], question: Floats, k: int, *, keep: bool
) -> dict[int, float]:
    """Cosines by id of at least the `k` nearest.

    Args:
        question: of shape (dimension,), of length 1.
        keep: keep all vectors in memory, as float32, for the next search.

    Raises:
        DamagedSegment: one of the segments is not as it was written.
    """
    cosines: dict[int, float] = {}
    for segment, mask in sources:
        vectors = segment.matrix if keep else segment.all_vectors().astype(np.float32)
        rough = vectors @ question
        _check_finite(segment, rough)
        if mask is not None:
            rough[~mask] = -np.inf
        kept = min(k, len(segment))
        lowest = np.partition(rough, -kept)[-kept] - _NOISE
        rows = np.flatnonzero((rough >= lowest) & (rough > -np.inf))
        cosines.update(_compute_cosines(segment, rows, vectors[rows], question))
    return cosines


def compare_by_signs(
    sources: Sequence[MaskedSegment], question: Floats, compared: int
) -> dict[int, float]:
    """Cosines by id of the `compared` vectors that are nearest according to their signs.

    Raises:
        DamagedSegment: one of the segments is not as it was written.
    """
    chosen = choose_by_signs(sources, question, compared)
    cosines: dict[int, float] = {}
    for (segment, _), rows in zip(sources, chosen, strict=True):
        cosines.update(_read_cosines(segment, rows, question))
    return cosines


def compare_passages(
    sources: Sequence[MaskedSegment], question: Floats, ids: Ids
) -> dict[int, float]:
    """Cosines by id of the passages among `ids` (ascending) that may be found.

    Raises:
        DamagedSegment: one of the segments is not as it was written.
    """
    cosines: dict[int, float] = {}
    for segment, rows in _find_rows(sources, ids):
        cosines.update(_read_cosines(segment, rows, question))
    return cosines


def read_vectors(sources: Sequence[MaskedSegment], ids: Ids) -> dict[int, Floats]:
    """As `compare_passages`, but the vectors themselves, float32 of shape (dimension,)."""
    by_id: dict[int, Floats] = {}
    for segment, rows in _find_rows(sources, ids):
        vectors = segment.vectors(rows).astype(np.float32)
        by_id.update(zip(segment.ids[rows].tolist(), vectors, strict=True))
    return by_id


def _find_rows(sources: Sequence[MaskedSegment], ids: Ids) -> Iterator[tuple[Segment, Rows]]:
    for segment, mask in sources:
        rows = segment.find_rows(ids)
        if mask is not None:
            rows = rows[mask[rows]]
        if len(rows):
            yield segment, rows


def _read_cosines(segment: Segment, rows: Rows, question: Floats) -> dict[int, float]:
    return _compute_cosines(segment, rows, segment.vectors(rows), question)


def _compute_cosines(
    segment: Segment, rows: Rows, vectors: Halves | Floats, question: Floats
) -> dict[int, float]:
    """Cosines by id; equal vectors get equal cosines, wherever they stand."""
    cosines = (vectors.astype(np.float64) * question).sum(axis=1)
    _check_finite(segment, cosines)
    return dict(zip(segment.ids[rows].tolist(), cosines.tolist(), strict=True))


def _check_finite(segment: Segment, cosines: NDArray[np.floating]) -> None:
    """A vector with something that is not a number has no cosine either."""
    if not np.isfinite(cosines).all():
        raise DamagedSegment(segment.path, "vectors that are not numbers")
