"""The vectors nearest to a question: by comparing all of them, or by their signs first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.arrays import Floats, Halves, Ids
from index.search.segment import Rows, Segment, SignWords, pack_signs

Mask = NDArray[np.bool_]
# A segment, and a mask of the rows that may be found; None where all may.
MaskedSegment = tuple[Segment, Mask | None]


class SignedRows(Protocol):
    """Rows whose signs are in memory.

    Attributes:
        ids: of the passages, ascending.
        signs: of their vectors, of shape (words, rows).
    """

    @property
    def ids(self) -> Ids: ...
    @property
    def signs(self) -> SignWords: ...
    def __len__(self) -> int: ...


# The product of the same row may differ by this much between two places of a matrix.
_NOISE = 1e-5
# How many vectors are estimated for each one that is compared.
_ESTIMATED = 16
# The distance of a row that may not be found.
_FAR = int(np.iinfo(np.uint16).max)


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
        if mask is not None:
            rough[~mask] = -np.inf
        kept = min(k, len(segment))
        lowest = np.partition(rough, -kept)[-kept] - _NOISE
        rows = np.flatnonzero((rough >= lowest) & (rough > -np.inf))
        cosines.update(_compute_cosines(segment.ids[rows], vectors[rows], question))
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


def choose_by_signs(
    sources: Sequence[tuple[SignedRows, Mask | None]], question: Floats, compared: int
) -> list[Rows]:
    """By source, the rows of the `compared` vectors that are nearest according to their signs.

    First, vectors whose signs differ from the question's in too many places are dropped. The
    nearness of each other one is estimated by the sum of the question's components where its
    own are positive. That is five times as accurate, and takes longer.

    Raises:
        DamagedSegment: one of the segments is not as it was written.
    """
    ends = np.cumsum([len(segment) for segment, _ in sources])
    distances = _count_different_signs(sources, question)
    near = np.flatnonzero(distances <= _find_limit(distances, _ESTIMATED * compared))
    pairs = [
        (segment, rows - end + len(segment))
        for (segment, _), end, rows in zip(
            sources, ends, _split_by_segment(near, near, ends), strict=True
        )
    ]
    signs = [np.take(segment.signs, rows, axis=1) for segment, rows in pairs]
    estimates = _estimate(np.concatenate(signs, axis=1), question)
    ids = np.concatenate([segment.ids[rows] for segment, rows in pairs])
    best = np.zeros(len(near), dtype=np.bool_)
    best[np.lexsort((ids, -estimates))[:compared]] = True
    return [
        rows[chosen]
        for (_, rows), chosen in zip(pairs, _split_by_segment(best, near, ends), strict=True)
    ]


def _split_by_segment(values: NDArray[Any], rows: Rows, ends: Rows) -> list[NDArray[Any]]:
    """The values of some rows, split by segment.

    Args:
        rows: ascending, counted through all segments.
        ends: where the rows of each segment end.
    """
    return np.split(values, np.searchsorted(rows, ends[:-1]))


def _count_different_signs(
    sources: Sequence[tuple[SignedRows, Mask | None]], question: Floats
) -> NDArray[np.uint16]:
    """For each row of all segments, how many signs differ; `_FAR` if it may not be found."""
    question_signs = pack_signs(question[np.newaxis])[:, 0]
    distances = np.zeros(sum(len(segment) for segment, _ in sources), dtype=np.uint16)
    at = 0
    for segment, mask in sources:
        part = distances[at : at + len(segment)]
        if mask is None or 2 * np.count_nonzero(mask) > len(segment):
            _add_differences(segment.signs, question_signs, part)
            if mask is not None:
                part[~mask] = _FAR
        else:
            # A filter lets through a folder: most segments have no row of it, or a few.
            rows = np.flatnonzero(mask)
            chosen = np.zeros(len(rows), dtype=np.uint16)
            _add_differences(np.take(segment.signs, rows, axis=1), question_signs, chosen)
            part[:] = _FAR
            part[rows] = chosen
        at += len(segment)
    return distances


def _add_differences(
    signs: SignWords, question_signs: SignWords, distances: NDArray[np.uint16]
) -> None:
    """Add, for each column of signs, how many differ from those of a question."""
    differing = np.empty(len(distances), dtype=np.uint64)
    bits = np.empty(len(distances), dtype=np.uint8)
    for column, word in zip(signs, question_signs, strict=True):
        np.bitwise_xor(column, word, out=differing)
        np.bitwise_count(differing, out=bits)
        distances += bits


def _find_limit(distances: NDArray[np.uint16], count: int) -> int:
    """The distance up to which there are `count` rows, or all that may be found."""
    last = min(count, len(distances)) - 1
    return min(int(np.partition(distances, last)[last]), _FAR - 1)


def _estimate(signs: SignWords, question: Floats) -> Floats:
    """For each column of signs, the sum of the question's components where they are positive."""
    weights = np.zeros(64 * len(signs), dtype=np.float32)
    weights[: len(question)] = question
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1, bitorder="little")
    # For each byte of eight signs, what each of its 256 values adds.
    added = weights.reshape(-1, 8) @ bits.T.astype(np.float32)
    columns = signs.astype("<u8").view(np.uint8).reshape(len(signs), -1, 8)
    estimates = np.zeros(signs.shape[1], dtype=np.float32)
    for byte, added_by_value in enumerate(added):
        estimates += added_by_value[columns[byte // 8, :, byte % 8]]
    return estimates


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
    return _compute_cosines(segment.ids[rows], segment.vectors(rows), question)


def _compute_cosines(ids: Ids, vectors: Halves | Floats, question: Floats) -> dict[int, float]:
    """Cosines by id; equal vectors get equal cosines, wherever they stand."""
    cosines = (vectors.astype(np.float64) * question).sum(axis=1)
    return dict(zip(ids.tolist(), cosines.tolist(), strict=True))
