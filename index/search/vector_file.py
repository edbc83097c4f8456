"""A segment: a file with the vectors of some passages, never changed once it is written.

Layout: magic (8 bytes), header length (uint32), header checksum (uint32), header
(JSON), then, each padded to 64 bytes: the passage ids (int64, ascending), the signs of
their vectors, and the rows. Everything is little-endian.

The signs are one bit a dimension, 64 to a word, all first words before all second
words: so a search runs straight through memory. A row is a vector of length 1
(float16) and its checksum. Ids and signs have one checksum each; every byte is checked
before it is believed.

Rows are read, not mapped: memory does not grow with what was looked at, and a file
that another program has cut short is an error, not the end of the process.
"""

from __future__ import annotations

import json
import os
import struct
import threading
import weakref
import zlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

SUFFIX = ".segment"
UNFINISHED = ".part"

_MAGIC = b"QBVECS03"
_PREFIX = struct.Struct("<8sII")

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Ids = NDArray[np.int64]
# Row numbers within a segment.
Rows = NDArray[np.intp]
Words = NDArray[np.uint64]


class DamagedSegment(Exception):
    """A segment whose bytes are not what was written."""

    def __init__(self, path: Path, what: object) -> None:
        super().__init__(f"{path.name}: {what}")
        self.name = path.name


class Segment:
    """An open segment. Thread-safe; its file is closed with the last reference to it.

    Attributes:
        path: the file.
        ids: ids of its passages, ascending.
        dimension: length of a vector.
    """

    def __init__(self, path: Path) -> None:
        """Open a segment, reading its header and ids.

        Raises:
            FileNotFoundError: there is none.
            DamagedSegment: it is not as it was written.
        """
        self.path = path
        self._lock = threading.Lock()
        try:
            self._file = path.open("rb", buffering=0)
            weakref.finalize(self, self._file.close)
            magic, size, checksum = _PREFIX.unpack(self._read(0, _PREFIX.size))
            packed = self._read(_PREFIX.size, size)
            if magic != _MAGIC or zlib.crc32(packed) != checksum:
                raise DamagedSegment(path, "damaged header")
            header = json.loads(packed)
            count, self.dimension = header["count"], header["dimension"]
            self._row = _row_type(self.dimension)
            self._signs_checksum = header["signs_checksum"]
            ids_at = _aligned(_PREFIX.size + size)
            self._signs_at = _aligned(ids_at + 8 * count)
            self._rows_at = _aligned(self._signs_at + 8 * count * _words(self.dimension))
            if path.stat().st_size != self._rows_at + count * self._row.itemsize:
                raise DamagedSegment(path, "wrong size")
            ids = self._read(ids_at, 8 * count)
            if zlib.crc32(ids) != header["ids_checksum"]:
                raise DamagedSegment(path, "damaged ids")
            self.ids: Ids = np.frombuffer(ids, dtype="<i8").astype(np.int64)
        except FileNotFoundError:
            raise
        except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
            raise DamagedSegment(path, error) from error

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def signs(self) -> Words:
        """Signs of all vectors, of shape (words, rows); raises `DamagedSegment`."""
        shape = _words(self.dimension), len(self)
        data = self._part(self._signs_at, 8 * shape[0] * shape[1])
        if zlib.crc32(data) != self._signs_checksum:
            raise DamagedSegment(self.path, "damaged signs")
        return np.frombuffer(data, dtype="<u8").reshape(shape)

    @cached_property
    def matrix(self) -> Floats:
        """All vectors, kept in memory from then on: for small indexes; raises `DamagedSegment`."""
        return self.all_vectors().astype(np.float32)

    def all_vectors(self) -> Halves:
        """All vectors, of shape (rows, dimension); raises `DamagedSegment`."""
        return self._opened(self._part(self._rows_at, len(self) * self._row.itemsize))

    def vectors(self, rows: Rows) -> Halves:
        """The vectors of some rows, of shape (rows, dimension); raises `DamagedSegment`."""
        size = self._row.itemsize
        offsets = (self._rows_at + size * rows).tolist()
        try:
            with self._lock:
                parts = [self._read(offset, size) for offset in offsets]
        except (OSError, ValueError) as error:
            raise DamagedSegment(self.path, error) from error
        return self._opened(b"".join(parts))

    def within(self, ids: Ids) -> Ids:
        """Those of `ids` (ascending) that lie between the first and the last of this segment's."""
        first, last = np.searchsorted(ids, (self.ids[0], self.ids[-1] + 1))
        return ids[first:last]

    def rows(self, ids: Ids) -> Rows:
        """The rows of those passages among `ids` (ascending) that are in this segment."""
        wanted = self.within(ids)
        rows: Rows = np.searchsorted(self.ids, wanted)
        found: Rows = rows[self.ids[rows] == wanted]
        return found

    def check(self) -> None:
        """Read and check everything; raises `DamagedSegment`."""
        Segment(self.path).all_vectors()
        _ = Segment(self.path).signs

    def _opened(self, data: bytes) -> Halves:
        rows = np.frombuffer(data, dtype=self._row)
        view, size = memoryview(data), self._row.itemsize
        for row, checksum in enumerate(rows["checksum"].tolist()):
            if zlib.crc32(view[row * size : row * size + size - 4]) != checksum:
                raise DamagedSegment(self.path, "damaged vectors")
        vectors: Halves = rows["vector"]
        return vectors

    def _part(self, offset: int, size: int) -> bytes:
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


def write_segment(folder: Path, ids: Ids, vectors: Halves) -> None:
    """Write vectors, of shape (ids, dimension), under a name never used before, whole or not."""
    vectors = np.ascontiguousarray(vectors)
    rows = np.empty(len(ids), dtype=_row_type(vectors.shape[1]))
    rows["vector"] = vectors
    rows["checksum"] = [zlib.crc32(vector) for vector in vectors]
    packed_ids, packed_signs = ids.astype("<i8").tobytes(), signs_of(vectors).tobytes()
    header = json.dumps(
        {
            "count": len(ids),
            "dimension": vectors.shape[1],
            "ids_checksum": zlib.crc32(packed_ids),
            "signs_checksum": zlib.crc32(packed_signs),
        }
    ).encode()
    path = folder / f"{ids[0]:012d}-{uuid4().hex[:12]}{SUFFIX}"
    aside = path.with_suffix(UNFINISHED)
    with aside.open("wb") as file:
        file.write(_PREFIX.pack(_MAGIC, len(header), zlib.crc32(header)) + header)
        for part in (packed_ids, packed_signs, rows.tobytes()):
            file.write(b"\0" * (_aligned(file.tell()) - file.tell()))
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def union(*parts: Ids | Sequence[int]) -> Ids:
    """All the ids, ascending, each once: as NumPy's, which is slower by far where they are many."""
    arrays = [np.asarray(part, dtype=np.int64) for part in parts]
    ids = np.concatenate([np.empty(0, dtype=np.int64), *arrays])
    # Stable sorting is quick where parts are ascending, as they mostly are.
    ids.sort(kind="stable")
    different: Ids = ids[np.diff(ids, prepend=-1) > 0]
    return different


def signs_of(vectors: NDArray[np.floating]) -> Words:
    """Which components are positive, as bits: shape (words, vectors)."""
    packed = np.packbits(vectors > 0, axis=1, bitorder="little")
    padding = 8 * _words(vectors.shape[1]) - packed.shape[1]
    words = np.ascontiguousarray(np.pad(packed, ((0, 0), (0, padding)))).view("<u8")
    return np.ascontiguousarray(words.T)


def _row_type(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("vector", "<f2", (dimension,)), ("checksum", "<u4")])


def _words(dimension: int) -> int:
    return -(-dimension // 64)


def _aligned(offset: int) -> int:
    return -(-offset // 64) * 64
