"""The vectors nearest to a question: exactly, or by their signs first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.search.vector_file import Floats, Halves, Ids, Rows, Segment, Words, signs_of

Mask = NDArray[np.bool_]
# A segment, and which of its rows may be found; None for all.
Source = tuple[Segment, Mask | None]

# Matrix products differ in their last bits with the row's place in the matrix.
_NOISE = 1e-5
# So many times as many are estimated as are compared.
_ESTIMATED = 16
_FAR = int(np.iinfo(np.uint16).max)


def exactly(sources: Sequence[Source], question: Floats, k: int, *, keep: bool) -> dict[int, float]:
    """Cosines by id of at least the `k` nearest.

    Args:
        question: of shape (dimension,), of length 1.
        keep: whether all vectors stay in memory, as float32, for the next time.

    Raises:
        DamagedSegment: one of the segments is not as it was written.
    """
    found: dict[int, float] = {}
    for segment, mask in sources:
        vectors = segment.matrix if keep else segment.all_vectors().astype(np.float32)
        rough = vectors @ question
        if mask is not None:
            rough[~mask] = -np.inf
        kept = min(k, len(segment))
        lowest = np.partition(rough, -kept)[-kept] - _NOISE
        rows = np.flatnonzero((rough >= lowest) & (rough > -np.inf))
        found.update(_cosines(segment.ids[rows], vectors[rows], question))
    return found


def by_signs(sources: Sequence[Source], question: Floats, compared: int) -> dict[int, float]:
    """Cosines by id of `compared` vectors, which are the nearest as far as their signs tell.

    First, vectors are passed over whose signs differ in too many places from the
    question's. Of the rest those are read in whose places of the positive signs the
    question has most weight, which says five times as much, and costs more.

    Raises:
        DamagedSegment: one of the segments is not as it was written.
    """
    ends = np.cumsum([len(segment) for segment, _ in sources])
    distances = _distances(sources, question)
    near = np.flatnonzero(distances <= _smallest(distances, _ESTIMATED * compared))
    pairs = [
        (segment, rows - end + len(segment))
        for (segment, _), end, rows in zip(sources, ends, _parted(near, near, ends), strict=True)
    ]
    signs = [np.take(segment.signs, rows, axis=1) for segment, rows in pairs]
    estimates = _estimates(np.concatenate(signs, axis=1), question)
    ids = np.concatenate([segment.ids[rows] for segment, rows in pairs])
    best = np.zeros(len(near), dtype=np.bool_)
    best[np.lexsort((ids, -estimates))[:compared]] = True
    found: dict[int, float] = {}
    for (segment, rows), chosen in zip(pairs, _parted(best, near, ends), strict=True):
        found.update(_read_cosines(segment, rows[chosen], question))
    return found


def _parted(values: NDArray[Any], rows: Rows, ends: Rows) -> list[NDArray[Any]]:
    """Values of rows (ascending, counted through all segments), those of each segment by itself."""
    return np.split(values, np.searchsorted(rows, ends[:-1]))


def _distances(sources: Sequence[Source], question: Floats) -> NDArray[np.uint16]:
    """In how many signs each row of each differs; `_FAR` for one that may not be found."""
    signs = signs_of(question[np.newaxis])[:, 0]
    distances = np.zeros(sum(len(segment) for segment, _ in sources), dtype=np.uint16)
    at = 0
    for segment, mask in sources:
        part = distances[at : at + len(segment)]
        differing = np.empty(len(segment), dtype=np.uint64)
        bits = np.empty(len(segment), dtype=np.uint8)
        for column, word in zip(segment.signs, signs, strict=True):
            np.bitwise_xor(column, word, out=differing)
            np.bitwise_count(differing, out=bits)
            part += bits
        if mask is not None:
            part[~mask] = _FAR
        at += len(segment)
    return distances


def _smallest(distances: NDArray[np.uint16], count: int) -> int:
    """The distance up to which there are `count` rows, or all that may be found."""
    last = min(count, len(distances)) - 1
    return min(int(np.partition(distances, last)[last]), _FAR - 1)


def _estimates(signs: Words, question: Floats) -> Floats:
    """For each column of signs, the sum of the question's components where they are positive."""
    weights = np.zeros(64 * len(signs), dtype=np.float32)
    weights[: len(question)] = question
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1, bitorder="little")
    # What a byte of eight signs adds, for each place and each value of it.
    added = weights.reshape(-1, 8) @ bits.T.astype(np.float32)
    columns = signs.astype("<u8").view(np.uint8).reshape(len(signs), -1, 8)
    estimates = np.zeros(signs.shape[1], dtype=np.float32)
    for place, of_value in enumerate(added):
        estimates += of_value[columns[place // 8, :, place % 8]]
    return estimates


def of_passages(sources: Sequence[Source], question: Floats, ids: Ids) -> dict[int, float]:
    """Cosines by id of those of `ids` (ascending) that are there and may be found.

    Raises:
        DamagedSegment: one of the segments is not as it was written.
    """
    found: dict[int, float] = {}
    for segment, rows in _rows_of(sources, ids):
        found.update(_read_cosines(segment, rows, question))
    return found


def vectors_of(sources: Sequence[Source], ids: Ids) -> dict[int, Floats]:
    """As `of_passages`, but the vectors themselves."""
    found: dict[int, Floats] = {}
    for segment, rows in _rows_of(sources, ids):
        vectors = segment.vectors(rows).astype(np.float32)
        found.update(zip(segment.ids[rows].tolist(), vectors, strict=True))
    return found


def _rows_of(sources: Sequence[Source], ids: Ids) -> Iterator[tuple[Segment, Rows]]:
    for segment, mask in sources:
        rows = segment.rows(ids)
        if mask is not None:
            rows = rows[mask[rows]]
        if len(rows):
            yield segment, rows


def _read_cosines(segment: Segment, rows: Rows, question: Floats) -> dict[int, float]:
    return _cosines(segment.ids[rows], segment.vectors(rows), question)


def _cosines(ids: Ids, vectors: Halves | Floats, question: Floats) -> dict[int, float]:
    """Equal vectors get equal cosines, wherever they stand."""
    cosines = (vectors.astype(np.float64) * question).sum(axis=1)
    return dict(zip(ids.tolist(), cosines.tolist(), strict=True))
