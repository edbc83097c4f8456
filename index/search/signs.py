"""Vectors by their signs, a bit a dimension: few bytes that say which vectors to compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.arrays import Floats, Ids

# Row numbers within a source of vectors.
RowNumbers = NDArray[np.intp]
# The signs of vectors, packed.
SignWords = NDArray[np.uint64]
# Which rows may be found.
Mask = NDArray[np.bool_]

# How many vectors are estimated for each one that is compared.
_ESTIMATED = 16
# The distance of a row that may not be found.
_FAR = int(np.iinfo(np.uint16).max)


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


def pack_signs(vectors: NDArray[np.floating]) -> SignWords:
    """The signs of vectors: a bit for each positive component, of shape (words, vectors)."""
    packed = np.packbits(vectors > 0, axis=1, bitorder="little")
    padding = 8 * count_sign_words(vectors.shape[1]) - packed.shape[1]
    words = np.ascontiguousarray(np.pad(packed, ((0, 0), (0, padding)))).view("<u8")
    return np.ascontiguousarray(words.T)


def count_sign_words(dimension: int) -> int:
    """How many words the signs of so many components take."""
    return -(-dimension // 64)


def choose_by_signs(
    sources: Sequence[tuple[SignedRows, Mask | None]], question: Floats, compared: int
) -> list[RowNumbers]:
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


def _split_by_segment(
    values: NDArray[Any], rows: RowNumbers, ends: RowNumbers
) -> list[NDArray[Any]]:
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
