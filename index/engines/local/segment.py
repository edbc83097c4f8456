"""Segments: files with the vectors of some passages, never changed, compared with a question.

Layout: magic (8 bytes), header length (uint32), header checksum (uint32), header (JSON, with
the identity of the index), then, each padded to 64 bytes: the passage ids (int64, ascending),
the signs of their vectors, and the rows. Everything is little-endian.

The signs are one bit a dimension, 64 to a word, the first words of all vectors before the
second words of all: so a search runs straight through memory. A row is a vector of length 1
(float16) and its checksum. Ids and signs have one checksum each; every byte is checked
before it is used.

All that reads a segment raises `DamagedSegment` if it is not as it was written. Rows are read, not
mapped into memory. So memory does not grow with what was read, and a file that another program has
cut short raises an error instead of ending the process.
"""

from __future__ import annotations

import json
import struct
import threading
import weakref
import zlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from index.arrays import Floats, Halves, Ids
from index.filesystem.private_files import replace_file
from index.filesystem.safe_opening import open_to_read
from index.search.signs import (
    Mask,
    RowNumbers,
    SignWords,
    choose_by_signs,
    count_sign_words,
    pack_signs,
)

SEGMENT_SUFFIX = ".segment"
_MAGIC = b"QBVECS03"
_PREFIX = struct.Struct("<8sII")
# The product of the same row may differ by this much between two places of a matrix.
_NOISE = 1e-5


class DamagedSegment(Exception):
    """A segment's bytes are not what was written."""

    def __init__(self, path: Path, what: object) -> None:
        super().__init__(f"{path.name}: {what}")
        self.name = path.name


class Segment:
    """An open segment. Thread-safe; its file is closed with the last reference to it.

    Attributes:
        ids: ids of its passages, ascending.
        dimension: length of a vector.
        index_id: the identity of the index that it was made for.
    """

    def __init__(self, path: Path) -> None:
        """Read its header and ids; raises `FileNotFoundError`, or `DamagedSegment`."""
        self.path = path
        self._lock = threading.Lock()
        try:
            self._file = open_to_read(path)
            weakref.finalize(self, self._file.close)
            magic, size, checksum = _PREFIX.unpack(self._read(0, _PREFIX.size))
            packed = self._read(_PREFIX.size, size)
            if magic != _MAGIC or zlib.crc32(packed) != checksum:
                raise DamagedSegment(path, "damaged header")
            header = json.loads(packed)
            count, self.dimension = header["count"], header["dimension"]
            self.index_id: str = header["index"]
            self._row = _row_type(self.dimension)
            self._signs_checksum = header["signs_checksum"]
            ids_at = _align(_PREFIX.size + size)
            self._signs_at = _align(ids_at + 8 * count)
            self._rows_at = _align(self._signs_at + 8 * count * count_sign_words(self.dimension))
            if path.stat().st_size != self._rows_at + count * self._row.itemsize:
                raise DamagedSegment(path, "wrong size")
            ids = self._read(ids_at, 8 * count)
            if zlib.crc32(ids) != header["ids_checksum"]:
                raise DamagedSegment(path, "damaged ids")
            self.ids: Ids = np.frombuffer(ids, dtype="<i8").astype(np.int64)
            if not count or self.ids[0] < 1 or (np.diff(self.ids) < 1).any():
                raise DamagedSegment(path, "ids that do not ascend")
        except FileNotFoundError:
            raise
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise DamagedSegment(path, error) from error
        except (ArithmeticError, MemoryError, RecursionError, struct.error) as error:
            # Its checksums may be right all the same: anybody can make these.
            raise DamagedSegment(path, error) from error

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def signs(self) -> SignWords:
        """Signs of all vectors, uint64 of shape (words, rows)."""
        shape = count_sign_words(self.dimension), len(self)
        data = self._read_part(self._signs_at, 8 * shape[0] * shape[1])
        if zlib.crc32(data) != self._signs_checksum:
            raise DamagedSegment(self.path, "damaged signs")
        return np.frombuffer(data, dtype="<u8").reshape(shape)

    @cached_property
    def matrix(self) -> Floats:
        """All vectors, float32 of shape (rows, dimension), kept."""
        return self.all_vectors().astype(np.float32)

    def all_vectors(self) -> Halves:
        """All vectors, float16 of shape (rows, dimension)."""
        return self._check_rows(self._read_part(self._rows_at, len(self) * self._row.itemsize))

    def vectors(self, rows: RowNumbers) -> Halves:
        """The vectors of some rows, float16 of shape (rows, dimension)."""
        size = self._row.itemsize
        offsets = (self._rows_at + size * rows).tolist()
        return self._check_rows(b"".join(self._read_part(offset, size) for offset in offsets))

    def find_rows(self, ids: Ids) -> RowNumbers:
        """The rows of the passages among `ids` (ascending) that are in this segment."""
        first, last = np.searchsorted(ids, (self.ids[0], self.ids[-1] + 1))
        wanted = ids[first:last]
        rows: RowNumbers = np.searchsorted(self.ids, wanted)
        present: RowNumbers = rows[self.ids[rows] == wanted]
        return present

    def check(self) -> None:
        """Read and check everything."""
        if not np.isfinite(Segment(self.path).all_vectors()).all():
            raise DamagedSegment(self.path, "vectors that are not numbers")
        _ = Segment(self.path).signs

    def _check_rows(self, data: bytes) -> Halves:
        rows = np.frombuffer(data, dtype=self._row)
        view, size = memoryview(data), self._row.itemsize
        for row, checksum in enumerate(rows["checksum"].tolist()):
            if zlib.crc32(view[row * size : row * size + size - 4]) != checksum:
                raise DamagedSegment(self.path, "damaged vectors")
        vectors: Halves = rows["vector"]
        return vectors

    def _read_part(self, offset: int, size: int) -> bytes:
        try:
            with self._lock:
                return self._read(offset, size)
        except (OSError, ValueError) as error:
            raise DamagedSegment(self.path, error) from error

    def _read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        data: bytes = self._file.read(size)
        if len(data) != size:
            raise ValueError("cut short")
        return data


# A segment, and a mask of the rows that may be found; None if all may.
MaskedSegment = tuple[Segment, Mask | None]


def write_segment(folder: Path, ids: Ids, vectors: Halves, index_id: str = "") -> None:
    """Write a segment under a new name; it appears whole or not at all.

    Args:
        ids: ascending.
        vectors: of shape (ids, dimension).
        index_id: the identity of the index.
    """
    vectors = np.ascontiguousarray(vectors)
    rows = np.empty(len(ids), dtype=_row_type(vectors.shape[1]))
    rows["vector"] = vectors
    rows["checksum"] = [zlib.crc32(vector) for vector in vectors]
    packed_ids, packed_signs = ids.astype("<i8").tobytes(), pack_signs(vectors).tobytes()
    header = json.dumps(
        {
            "index": index_id,
            "count": len(ids),
            "dimension": vectors.shape[1],
            "ids_checksum": zlib.crc32(packed_ids),
            "signs_checksum": zlib.crc32(packed_signs),
        }
    ).encode()
    path = folder / f"{ids[0]:012d}-{uuid4().hex[:12]}{SEGMENT_SUFFIX}"
    with replace_file(path) as file:
        file.write(_PREFIX.pack(_MAGIC, len(header), zlib.crc32(header)) + header)
        for part in (packed_ids, packed_signs, rows.tobytes()):
            file.write(b"\0" * (_align(file.tell()) - file.tell()))
            file.write(part)


def _row_type(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("vector", "<f2", (dimension,)), ("checksum", "<u4")])


def _align(offset: int) -> int:
    return -(-offset // 64) * 64


def compare_all(
    sources: Sequence[MaskedSegment], question: Floats, k: int, *, keep: bool
) -> dict[int, float]:
    """Cosines by id of at least the `k` nearest.

    Args:
        question: of shape (dimension,), of length 1.
        keep: keep all vectors in memory, as float32, for the next search.
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
    """Cosines by id of the `compared` vectors that are nearest according to their signs."""
    chosen = choose_by_signs(sources, question, compared)
    cosines: dict[int, float] = {}
    for (segment, _), rows in zip(sources, chosen, strict=True):
        cosines.update(_read_cosines(segment, rows, question))
    return cosines


def compare_passages(
    sources: Sequence[MaskedSegment], question: Floats, ids: Ids
) -> dict[int, float]:
    """Cosines by id of the passages among `ids` (ascending) that may be found."""
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


def _find_rows(sources: Sequence[MaskedSegment], ids: Ids) -> Iterator[tuple[Segment, RowNumbers]]:
    for segment, mask in sources:
        rows = segment.find_rows(ids)
        if mask is not None:
            rows = rows[mask[rows]]
        if len(rows):
            yield segment, rows


def _read_cosines(segment: Segment, rows: RowNumbers, question: Floats) -> dict[int, float]:
    return _compute_cosines(segment, rows, segment.vectors(rows), question)


def _compute_cosines(
    segment: Segment, rows: RowNumbers, vectors: Halves | Floats, question: Floats
) -> dict[int, float]:
    """Cosines by id; equal vectors get equal cosines, wherever they stand."""
    cosines = (vectors.astype(np.float64) * question).sum(axis=1)
    _check_finite(segment, cosines)
    return dict(zip(segment.ids[rows].tolist(), cosines.tolist(), strict=True))


def _check_finite(segment: Segment, cosines: NDArray[np.floating]) -> None:
    """A vector with something that is not a number has no cosine either."""
    if not np.isfinite(cosines).all():
        raise DamagedSegment(segment.path, "vectors that are not numbers")
