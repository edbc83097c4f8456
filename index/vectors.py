"""Dense search: passage vectors in immutable, append-only, memory-mapped segments.

A segment file holds a header, the passage ids (int64, ascending) and their
L2-normalised vectors (float16, row by row). A checksum of the header and one of the
ids are checked when the segment is opened, one a block of vectors when the segment
is first searched and by `verify`. A segment that fails is left aside: its passages
count as not embedded and are embedded again.

Layout: magic (8 bytes), header length (uint32), header checksum (uint32), header
(JSON), padding to 64 bytes, ids, padding to 64 bytes, vectors. Everything is
little-endian. No file name is ever used twice, so what another process knows of a
name stays true.
"""

from __future__ import annotations

import json
import os
import struct
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"QBVECS02"
_PREFIX = struct.Struct("<8sII")
_BLOCK = 4096
_SUFFIX = ".segment"
_UNFINISHED = ".part"
# More segments with fewer vectors than `_FULL` are merged. What damage costs is one segment.
_MOST_SMALL = 16
_FULL = 16_384
# Matrix products differ in their last bits with the row's place in the matrix.
_NOISE = 1e-5

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]


class DamagedSegment(Exception):
    """A segment whose bytes are not what was written."""


@dataclass(slots=True)
class _Segment:
    path: Path
    ids: Ids
    stored: NDArray[np.float16]
    checksums: list[int]
    # The vectors as float32, filled in and checked when they are first needed.
    ready: Floats | None = None

    @classmethod
    def open(cls, path: Path) -> _Segment:
        try:
            raw = np.memmap(path, dtype=np.uint8, mode="r")
            magic, size, checksum = _PREFIX.unpack(bytes(raw[: _PREFIX.size]))
            header_end = _PREFIX.size + size
            packed = bytes(raw[_PREFIX.size : header_end])
            if magic != _MAGIC or zlib.crc32(packed) != checksum:
                raise DamagedSegment(f"{path.name}: damaged header")
            header = json.loads(packed)
            count, dimension = header["count"], header["dimension"]
            at = _aligned(header_end)
            ids_end = at + 8 * count
            start = _aligned(ids_end)
            if raw.size != start + 2 * count * dimension:
                raise DamagedSegment(f"{path.name}: wrong size")
            ids = np.frombuffer(raw[at:ids_end], dtype="<i8").astype(np.int64)
            if zlib.crc32(ids.tobytes()) != header["ids_checksum"]:
                raise DamagedSegment(f"{path.name}: damaged ids")
            stored = raw[start:].view("<f2").reshape(count, dimension)
            return cls(path, ids, stored, header["checksums"])
        except FileNotFoundError:
            raise
        except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
            raise DamagedSegment(f"{path.name}: {error}") from error

    def vectors(self) -> Floats:
        if self.ready is None:
            ready = np.empty(self.stored.shape, dtype=np.float32)
            for number, at in enumerate(range(0, len(ready), _BLOCK)):
                block = np.ascontiguousarray(self.stored[at : at + _BLOCK])
                if zlib.crc32(block.tobytes()) != self.checksums[number]:
                    raise DamagedSegment(f"{self.path.name}: damaged vectors")
                ready[at : at + _BLOCK] = block
            self.ready = ready
        return self.ready


class Vectors:
    """The segments of an index. Reading is thread-safe; one process writes at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segments: dict[str, _Segment] = {}
        self._damaged: dict[str, str] = {}
        self._lock = threading.Lock()
        self.refresh()

    def refresh(self) -> None:
        """See what other processes have written since."""
        with self._lock:
            names: list[str] | None = None
            # Segments merged away while they were opened are in another: look again.
            while (listed := self._listed()) != names:
                names = listed
                segments: dict[str, _Segment] = {}
                damaged = {name: why for name, why in self._damaged.items() if name in names}
                for name in names:
                    if name in damaged:
                        continue
                    try:
                        known = self._segments.get(name)
                        segments[name] = known or _Segment.open(self._folder / name)
                    except FileNotFoundError:
                        pass
                    except DamagedSegment as error:
                        damaged[name] = str(error)
                self._segments, self._damaged = segments, damaged

    def _listed(self) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self._folder) if name.endswith(_SUFFIX))
        except FileNotFoundError:
            return []

    @property
    def is_empty(self) -> bool:
        """Whether no passage is embedded."""
        return not self._segments

    @property
    def damage(self) -> list[str]:
        """The segments left aside, a line each."""
        return sorted(self._damaged.values())

    def verify(self) -> list[str]:
        """Check every block; returns what is wrong, a line each."""
        for _ in self._sound():
            pass
        return self.damage

    @property
    def last_id(self) -> int:
        """The highest id of an embedded passage; 0 where there is none."""
        return max((int(segment.ids[-1]) for segment in self._segments.values()), default=0)

    def ids(self) -> Ids:
        """Ids of all embedded passages, ascending, deleted ones included."""
        parts = [segment.ids for segment in self._segments.values()]
        return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)

    def search(
        self, question: Floats, k: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        """The `k` nearest passages as (id, cosine), best first; ties by id.

        Args:
            question: float32 of shape (dimension,), normalised.
            allowed: ids of the passages to choose from, ascending; all if None.
        """
        best: dict[int, float] = {}
        for segment, vectors in self._sound():
            rough = vectors @ question
            if allowed is not None:
                rough[~np.isin(segment.ids, allowed)] = -np.inf
            kept = min(k, len(rough))
            lowest = np.partition(rough, -kept)[-kept] - _NOISE
            rows = np.flatnonzero((rough >= lowest) & (rough > -np.inf))
            best.update(_cosines(segment.ids[rows], vectors[rows], question))
        return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:k]

    def scores(self, question: Floats, ids: Sequence[int]) -> dict[int, float]:
        """Cosines of the passages among `ids` that are embedded."""
        wanted = np.unique(np.asarray(ids, dtype=np.int64))
        found: dict[int, float] = {}
        for segment, vectors in self._sound():
            rows = np.searchsorted(segment.ids, wanted).clip(max=len(segment.ids) - 1)
            rows = rows[segment.ids[rows] == wanted]
            found.update(_cosines(segment.ids[rows], vectors[rows], question))
        return found

    def append(self, ids: Sequence[int], vectors: Floats) -> None:
        """Write a segment (ids ascending); it appears whole or not at all."""
        if len(ids):
            self._write(np.asarray(ids, dtype=np.int64), vectors.astype(np.float16))
            self.refresh()

    def compact(self, alive: Ids, *, force: bool = False) -> None:
        """Drop damaged segments; merge small ones, or all where most passages are deleted."""
        left = [*(self._folder / name for name in self._damaged)]
        left += self._folder.glob(f"*{_UNFINISHED}")
        for path in left:
            # What cannot go was not put there by us, and is in nobody's way.
            with suppress(OSError):
                path.unlink()
        segments = [segment for _, segment in sorted(self._segments.items())]
        small = [segment for segment in segments if len(segment.ids) < _FULL]
        if force or sum(len(segment.ids) for segment in segments) > 2 * len(alive):
            self._merge(segments, alive)
        elif len(small) > _MOST_SMALL:
            self._merge(small, alive)
        self.refresh()

    def _merge(self, segments: Sequence[_Segment], alive: Ids) -> None:
        """Rewrite segments as fewer, without deleted passages."""
        group: list[_Segment] = []
        for number, segment in enumerate(segments, 1):
            group.append(segment)
            if number < len(segments) and sum(len(each.ids) for each in group) < _FULL:
                continue
            sound = [each for each in group if self._checked(each) is not None]
            ids = np.concatenate([each.ids for each in sound] or [np.empty(0, np.int64)])
            ids, rows = np.unique(ids, return_index=True)
            kept = np.isin(ids, alive)
            if kept.any():
                stored = np.concatenate([each.stored for each in sound])
                self._write(ids[kept], stored[rows[kept]])
            for each in group:
                each.path.unlink(missing_ok=True)
            group = []

    def _sound(self) -> Iterator[tuple[_Segment, Floats]]:
        """The segments with their vectors; a damaged one is left aside."""
        for segment in list(self._segments.values()):
            vectors = self._checked(segment)
            if vectors is not None:
                yield segment, vectors

    def _checked(self, segment: _Segment) -> Floats | None:
        try:
            return segment.vectors()
        except DamagedSegment as error:
            name = segment.path.name
            with self._lock:
                self._damaged = self._damaged | {name: str(error)}
                self._segments = {
                    other: kept for other, kept in self._segments.items() if other != name
                }
            return None

    def _write(self, ids: Ids, vectors: NDArray[np.float16]) -> None:
        self._folder.mkdir(exist_ok=True)
        vectors = np.ascontiguousarray(vectors)
        header = json.dumps(
            {
                "count": len(ids),
                "dimension": vectors.shape[1],
                "ids_checksum": zlib.crc32(ids.tobytes()),
                "checksums": [
                    zlib.crc32(vectors[at : at + _BLOCK].tobytes())
                    for at in range(0, len(ids), _BLOCK)
                ],
            }
        ).encode()
        path = self._folder / f"{ids[0]:012d}-{uuid4().hex[:12]}{_SUFFIX}"
        aside = path.with_suffix(_UNFINISHED)
        with aside.open("wb") as file:
            file.write(_PREFIX.pack(_MAGIC, len(header), zlib.crc32(header)) + header)
            file.write(b"\0" * (_aligned(file.tell()) - file.tell()))
            file.write(ids.astype("<i8").tobytes())
            file.write(b"\0" * (_aligned(file.tell()) - file.tell()))
            file.write(vectors.astype("<f2").tobytes())
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)


def _cosines(ids: Ids, vectors: Floats, question: Floats) -> Iterator[tuple[int, float]]:
    """(id, cosine) of each row; equal rows get equal cosines, wherever they stand."""
    cosines = (vectors.astype(np.float64) * question).sum(axis=1)
    return zip(ids.tolist(), cosines.tolist(), strict=True)


def _aligned(offset: int) -> int:
    return -(-offset // 64) * 64
