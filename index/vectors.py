"""Dense search: passage vectors in immutable, append-only, memory-mapped segments.

A segment file holds a header, the passage ids (int64, ascending) and their
L2-normalised vectors (float16, row by row). The header carries a checksum of
itself and the ids, checked when the segment is opened, and one a block of
vectors, checked when the block is first touched and by `verify`. A segment that
fails is left aside: its passages count as not embedded and are embedded again.

Layout: magic (8 bytes), header length (uint32), header (JSON), padding to 64
bytes, ids, padding to 64 bytes, vectors. Everything is little-endian.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"QBVECS01"
_BLOCK = 4096
_SUFFIX = ".segment"
# More small segments than this are merged into one.
_MOST_SEGMENTS = 16

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
    # The vectors as float32, filled in and checked block by block as they are touched.
    ready: Floats | None = None

    @classmethod
    def open(cls, path: Path) -> _Segment:
        try:
            raw = np.memmap(path, dtype=np.uint8, mode="r")
            magic, size = struct.unpack("<8sI", bytes(raw[:12]))
            header = json.loads(bytes(raw[12 : 12 + size]))
            count, dimension = header["count"], header["dimension"]
            at = _aligned(12 + size)
            ids_end = at + 8 * count
            start = _aligned(ids_end)
            end = start + 2 * count * dimension
            if magic != _MAGIC or raw.size != end:
                raise DamagedSegment(f"{path.name}: wrong size")
            ids = np.frombuffer(raw[at:ids_end], dtype="<i8").astype(np.int64)
            if zlib.crc32(ids.tobytes()) != header["ids_checksum"]:
                raise DamagedSegment(f"{path.name}: damaged ids")
            stored = raw[start:end].view("<f2").reshape(count, dimension)
            return cls(path, ids, stored, header["checksums"])
        except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
            raise DamagedSegment(f"{path.name}: {error}") from error

    def vectors(self) -> Floats:
        if self.ready is None:
            ready = np.empty(self.stored.shape, dtype=np.float32)
            for number, at in enumerate(range(0, len(ready), _BLOCK)):
                block = np.ascontiguousarray(self.stored[at : at + _BLOCK])
                if zlib.crc32(block.view(np.uint8)) != self.checksums[number]:
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
        self.refresh()

    def refresh(self) -> None:
        """See what other processes have written since."""
        names = (
            sorted(name for name in os.listdir(self._folder) if name.endswith(_SUFFIX))
            if self._folder.is_dir()
            else []
        )
        segments: dict[str, _Segment] = {}
        damaged = {name: why for name, why in self._damaged.items() if name in names}
        for name in names:
            if name in damaged:
                continue
            try:
                segments[name] = self._segments.get(name) or _Segment.open(self._folder / name)
            except DamagedSegment as error:
                # One merged away meanwhile is not damaged: its vectors are in another.
                if (self._folder / name).exists():
                    damaged[name] = str(error)
        self._segments, self._damaged = segments, damaged

    @property
    def damage(self) -> list[str]:
        """The segments left aside, a line each."""
        return sorted(self._damaged.values())

    def verify(self) -> list[str]:
        """Check every block; returns what is wrong, a line each."""
        for name, segment in list(self._segments.items()):
            self._checked(name, segment)
        return self.damage

    def ids(self) -> Ids:
        """Ids of all embedded passages, ascending, deleted ones included."""
        parts = [segment.ids for segment in self._segments.values()]
        return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)

    def search(self, question: Floats, k: int) -> list[tuple[int, float]]:
        """The `k` nearest passages as (id, cosine), best first; ties by id.

        Args:
            question: float32 of shape (dimension,), normalised.
        """
        best: dict[int, float] = {}
        for name, segment in list(self._segments.items()):
            vectors = self._checked(name, segment)
            if vectors is None or not len(vectors):
                continue
            scores = vectors @ question
            kept = min(k, len(scores))
            top = np.argpartition(-scores, kept - 1)[:kept]
            best.update(zip(segment.ids[top].tolist(), scores[top].tolist(), strict=True))
        return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:k]

    def scores(self, question: Floats, ids: Sequence[int]) -> dict[int, float]:
        """Cosines of the passages among `ids` that are embedded."""
        wanted = np.unique(np.asarray(ids, dtype=np.int64))
        found: dict[int, float] = {}
        for name, segment in list(self._segments.items()):
            if not len(segment.ids):
                continue
            at = np.searchsorted(segment.ids, wanted).clip(max=len(segment.ids) - 1)
            at = at[segment.ids[at] == wanted]
            vectors = self._checked(name, segment) if at.size else None
            if vectors is not None:
                scores = vectors[at] @ question
                found.update(zip(segment.ids[at].tolist(), scores.tolist(), strict=True))
        return found

    def append(self, ids: Sequence[int], vectors: Floats) -> None:
        """Write a segment (ids ascending); it appears whole or not at all."""
        if len(ids):
            self._write(np.asarray(ids, dtype=np.int64), vectors.astype(np.float16))
            self.refresh()

    def compact(self, alive: Ids, *, force: bool = False) -> None:
        """Merge many segments into one without deleted passages; drop damaged ones."""
        for name in self._damaged:
            (self._folder / name).unlink(missing_ok=True)
        if force or len(self._segments) > _MOST_SEGMENTS:
            old = [
                (name, segment)
                for name, segment in self._segments.items()
                if self._checked(name, segment) is not None
            ]
            ids = np.concatenate([segment.ids for _, segment in old] or [np.empty(0, np.int64)])
            rows = [segment.stored for _, segment in old]
            ids, first = np.unique(ids, return_index=True)
            kept = np.isin(ids, alive)
            if kept.any():
                self._write(ids[kept], np.concatenate(rows)[first[kept]])
            for name, _ in old:
                (self._folder / name).unlink(missing_ok=True)
        self.refresh()

    def _checked(self, name: str, segment: _Segment) -> Floats | None:
        try:
            return segment.vectors()
        except DamagedSegment as error:
            self._damaged[name] = str(error)
            self._segments.pop(name, None)
            return None

    def _write(self, ids: Ids, vectors: NDArray[np.float16]) -> None:
        self._folder.mkdir(exist_ok=True)
        taken = [int(name.split(".")[0]) for name in os.listdir(self._folder) if _SUFFIX in name]
        path = self._folder / f"{max(taken, default=0) + 1:08d}{_SUFFIX}"
        vectors = np.ascontiguousarray(vectors)
        header = json.dumps(
            {
                "count": len(ids),
                "dimension": vectors.shape[1],
                "ids_checksum": zlib.crc32(ids.tobytes()),
                "checksums": [
                    zlib.crc32(vectors[at : at + _BLOCK].view(np.uint8))
                    for at in range(0, len(ids), _BLOCK)
                ],
            }
        ).encode()
        aside = path.with_suffix(".part")
        with aside.open("wb") as file:
            file.write(struct.pack("<8sI", _MAGIC, len(header)) + header)
            file.write(b"\0" * (_aligned(file.tell()) - file.tell()))
            file.write(ids.astype("<i8").tobytes())
            file.write(b"\0" * (_aligned(file.tell()) - file.tell()))
            file.write(vectors.astype("<f2").tobytes())
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)


def _aligned(offset: int) -> int:
    return -(-offset // 64) * 64
