"""Dense search: the vectors of all embedded passages, in segments.

In a small index, all vectors are compared with the question. In a large one the signs of
the vectors say which passages are worth comparing; only the signs stay in memory, 48 bytes a
passage for 384 dimensions.

A damaged segment is ignored: its passages count as not embedded, and are embedded again.
Removed passages are listed in a file of their own until the segments that hold them are
merged with others. The name of a segment is never used twice, so a name always stands for the
same vectors, in every process.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np

from index.arrays import Floats, Ids, union_ids
from index.engines.local.segment import (
    SEGMENT_SUFFIX,
    DamagedSegment,
    MaskedSegment,
    Segment,
    compare_all,
    compare_by_signs,
    compare_passages,
    read_vectors,
    write_segment,
)
from index.engines.local.storage.rows import write_setting
from index.engines.local.storage.store import UNFINISHED, Store
from index.engines.protocol import take_best
from index.errors import translate_permission_errors
from index.filesystem.private_files import make_private_folder, write_file
from index.filesystem.safe_opening import read_file
from index.reports import Progress, ProgressCallback, ignore_progress
from index.search.signs import Mask

T = TypeVar("T")

# Segments with fewer than `_FULL_VECTORS` are merged if there are more than `_MOST_SMALL_SEGMENTS`.
# Damage costs one whole segment, so none grows much larger than `_FULL_VECTORS`.
_MOST_SMALL_SEGMENTS = 16
_FULL_VECTORS = 16_384
# A segment of which more than this share was removed is written again.
_MOST_REMOVED = 0.25
# An index of up to this many passages keeps all vectors in memory, and compares all of them.
_EXACT_PASSAGES = 20_000
# A larger index compares this many vectors for each hit that is wanted, and at least 500.
_COMPARED_EACH = 8
_COMPARED = 500
# And as many again for so many vectors: the more there are, the more of them have signs that are
# as near as those of the best. At five million, one in fifty of the ten nearest was missed before.
_COMPARED_AGAIN = 2_500_000

_REMOVED = "removed"
# Settings: the version of the model, and the folder of its vectors.
_FINGERPRINT, _FOLDER = "fingerprint", "vectors"


@dataclass(frozen=True)
class _View:
    """The vectors at one moment.

    Attributes:
        segments: by name.
        removed: ids of removed passages that segments may still hold, ascending.
        removed_stamp: changes with the file of removed passages.
        damaged: segments that are ignored, and why.
    """

    segments: dict[str, Segment] = field(default_factory=dict)
    removed: Ids = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    removed_stamp: tuple[int, ...] | None = None
    damaged: dict[str, str] = field(default_factory=dict)

    @cached_property
    def present(self) -> dict[str, Mask | None]:
        """Which rows of each segment have not been removed; None for all."""
        return {name: self._find_present(segment) for name, segment in self.segments.items()}

    def _find_present(self, segment: Segment) -> Mask | None:
        removed = segment.find_rows(self.removed)
        if not len(removed):
            return None
        present = np.ones(len(segment), dtype=np.bool_)
        present[removed] = False
        return present

    @cached_property
    def ids(self) -> Ids:
        parts = [
            segment.ids if mask is None else segment.ids[mask]
            for segment, mask in self.select(None)
        ]
        return union_ids(*parts)

    @property
    def size(self) -> int:
        return sum(map(len, self.segments.values()))

    def suiting(self, question: Floats) -> _View:
        """This view, whose vectors are as long as a question's; raises `DamagedSegment`."""
        for segment in self.segments.values():
            if segment.dimension != len(question):
                raise DamagedSegment(segment.path, f"vectors of length {segment.dimension}")
        return self

    def select(self, among: Ids | None) -> list[MaskedSegment]:
        """All segments, each with a mask of the rows that may be found; None if all may.

        Args:
            among: ids of the passages to choose from, ascending; all if None.
        """
        selected: list[MaskedSegment] = []
        for name, segment in sorted(self.segments.items()):
            mask = self.present[name]
            if among is not None:
                chosen = np.zeros(len(segment), dtype=np.bool_)
                chosen[segment.find_rows(among)] = True
                mask = chosen if mask is None else chosen & mask
            selected.append((segment, mask))
        return selected


class Vectors:
    """The vectors of an index, see `PassageVectors`. Reading is thread-safe; one process writes."""

    def __init__(self, folder: Path, index_id: str = "") -> None:
        """The vectors in a folder, which is made with the first of them.

        Segments that were made for an index with another identity count as damaged.
        """
        self._folder = folder
        self._index_id = index_id
        self._view = _View()
        self._lock = threading.Lock()
        self.refresh()

    @translate_permission_errors()
    def refresh(self) -> None:
        """See what other processes have written since; raises `CannotRead`."""
        with self._lock:
            names: list[str] | None = None
            view = self._view
            # Segments that were merged meanwhile are in a new one: list again.
            while (listed := self._list_names()) != names:
                names = listed
                if view.segments.keys() | view.damaged.keys() != set(names):
                    view = self._open(names)
            removed, stamp = self._read_removed(view)
            if stamp != view.removed_stamp:
                view = replace(view, removed=removed, removed_stamp=stamp)
            self._view = view

    def _open(self, names: Sequence[str]) -> _View:
        segments: dict[str, Segment] = {}
        damaged = {name: why for name, why in self._view.damaged.items() if name in names}
        for name in names:
            if name in damaged:
                continue
            try:
                segments[name] = self._view.segments.get(name) or self._open_segment(name)
            except FileNotFoundError:
                pass
            except DamagedSegment as error:
                damaged[name] = str(error)
        return replace(self._view, segments=segments, damaged=damaged)

    def _open_segment(self, name: str) -> Segment:
        segment = Segment(self._folder / name)
        if segment.index_id != self._index_id:
            raise DamagedSegment(segment.path, "belongs to another index")
        return segment

    def _list_names(self) -> list[str]:
        try:
            return sorted(
                name for name in os.listdir(self._folder) if name.endswith(SEGMENT_SUFFIX)
            )
        except FileNotFoundError:
            return []

    def _read_removed(self, view: _View) -> tuple[Ids, tuple[int, ...] | None]:
        """The removed passages; none if the file cannot be read: the next writer repairs it."""
        try:
            path = self._folder / _REMOVED
            stat = path.stat()
            stamp = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if stamp == view.removed_stamp:
                return view.removed, stamp
            data = read_file(path)
        except OSError:
            return np.empty(0, dtype=np.int64), None
        sound = len(data) % 8 == 4 and zlib.crc32(data[4:]) == int.from_bytes(data[:4], "little")
        return np.frombuffer(data[4:] if sound else b"", dtype="<i8").astype(np.int64), stamp

    @property
    def is_empty(self) -> bool:
        """Whether no passage is embedded."""
        return not self._view.segments

    @property
    def damage(self) -> list[str]:
        """What is wrong with the segments that are ignored, a line each."""
        return sorted(self._view.damaged.values())

    def verify(self, progress: ProgressCallback = ignore_progress) -> list[str]:
        """Check every byte; returns what is wrong, a line each."""
        segments = list(self._view.segments.values())
        for done, segment in enumerate(segments, 1):
            progress(Progress("checking vectors", done, len(segments)))
            try:
                segment.check()
            except FileNotFoundError:
                pass
            except DamagedSegment as error:
                self._ignore(error)
        return self.damage

    @property
    def last_id(self) -> int:
        """The highest id of a passage that is or was embedded; 0 if there is none."""
        return max((int(segment.ids[-1]) for segment in self._view.segments.values()), default=0)

    def measure_memory(self) -> int:
        """Bytes that are kept in memory once a question was asked."""
        view = self._view
        # A component takes four bytes, or one bit; an id eight bytes.
        bytes_each = 4 if view.size <= _EXACT_PASSAGES else 1 / 8
        return sum(
            len(segment) * (8 + round(segment.dimension * bytes_each))
            for segment in view.segments.values()
        )

    def ids(self) -> Ids:
        """Ids of all embedded passages, ascending; not of removed ones."""
        return self._view.ids

    def search(self, question: Floats, k: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """As in `PassageVectors`; `among` are ids of passages, ascending.

        Exact up to 20,000 passages; above that, one in some hundred may be missed.
        """
        return self._read_undamaged(
            lambda view: _search(view.suiting(question), question, k, among)
        )

    def scores(self, question: Floats, ids: Sequence[int]) -> dict[int, float]:
        wanted = union_ids(ids)
        return self._read_undamaged(
            lambda view: compare_passages(view.suiting(question).select(None), question, wanted)
        )

    def read(self, ids: Sequence[int]) -> dict[int, Floats]:
        wanted = union_ids(ids)
        return self._read_undamaged(lambda view: read_vectors(view.select(None), wanted))

    def append(self, ids: Sequence[int], vectors: Floats) -> None:
        """Write vectors of shape (ids, dimension), ids ascending; all appear at once or none."""
        if not len(ids):
            return
        make_private_folder(self._folder)
        added = np.asarray(ids, dtype=np.int64)
        write_segment(self._folder, added, vectors.astype(np.float16), self._index_id)
        # A store that has lost its latest commits to damage may have these passages again.
        self._write_removed(np.setdiff1d(self._view.removed, added, assume_unique=True))
        self.refresh()

    def remove(self, ids: Sequence[int]) -> None:
        """Make sure that these passages are never found again."""
        if not len(ids):
            return
        gone = np.intersect1d(union_ids(ids), self._view.ids, assume_unique=True)
        self._write_removed(union_ids(self._view.removed, gone))
        self.refresh()

    def _write_removed(self, ids: Ids) -> None:
        if np.array_equal(ids, self._view.removed):
            return
        data = ids.astype("<i8").tobytes()
        checksum = zlib.crc32(data).to_bytes(4, "little")
        write_file(self._folder / _REMOVED, checksum + data)

    def compact(self) -> None:
        """Merge small segments and those of which much was removed; delete damaged ones.

        A new segment is written before the old ones are deleted. It has about `_FULL_VECTORS`, or
        fewer if many were removed.
        """
        while group := self._choose_segments():
            try:
                self._merge(group)
            except DamagedSegment as error:
                self._ignore(error)
            self.refresh()
        view = self._view
        removed = [
            segment.ids[~mask]
            for segment, mask in view.select(None)
            if mask is not None and not mask.all()
        ]
        self._write_removed(union_ids(*removed))
        leftovers = [self._folder / name for name in view.damaged]
        leftovers += self._folder.glob("*.part")
        for path in leftovers:
            # What cannot be deleted is not ours, and does no harm.
            with suppress(OSError):
                if path.is_dir() and not path.is_symlink():
                    path.rmdir()
                else:
                    path.unlink()
        self.refresh()

    def _choose_segments(self) -> list[MaskedSegment]:
        """Segments to be merged into one; empty if none need to be."""
        sources = self._view.select(None)
        small = [source for source in sources if len(source[0]) < _FULL_VECTORS]
        chosen = small if len(small) > _MOST_SMALL_SEGMENTS else []
        if not chosen:
            chosen = [
                (segment, mask)
                for segment, mask in sources
                if mask is not None and np.mean(mask) < 1 - _MOST_REMOVED
            ]
        group: list[MaskedSegment] = []
        while chosen and sum(len(segment) for segment, _ in group) < _FULL_VECTORS:
            group.append(chosen.pop(0))
        return group

    def _merge(self, group: Sequence[MaskedSegment]) -> None:
        kept = [slice(None) if mask is None else mask for _, mask in group]
        pairs = [(segment, rows) for (segment, _), rows in zip(group, kept, strict=True)]
        ids = np.concatenate([segment.ids[rows] for segment, rows in pairs])
        vectors = np.concatenate([segment.all_vectors()[rows] for segment, rows in pairs])
        ids, rows = np.unique(ids, return_index=True)
        if len(ids):
            write_segment(self._folder, ids, vectors[rows], self._index_id)
        for segment, _ in group:
            segment.path.unlink(missing_ok=True)

    def _read_undamaged(self, work: Callable[[_View], T]) -> T:
        """The result of `work` on the view, without segments in which `work` meets damage."""
        while True:
            try:
                return work(self._view)
            except DamagedSegment as error:
                self._ignore(error)

    def _ignore(self, error: DamagedSegment) -> None:
        with self._lock:
            view = self._view
            segments = {name: kept for name, kept in view.segments.items() if name != error.name}
            damaged = view.damaged | {error.name: str(error)}
            self._view = replace(view, segments=segments, damaged=damaged)


def _search(view: _View, question: Floats, k: int, among: Ids | None) -> list[tuple[int, float]]:
    compared = max(_COMPARED, _COMPARED_EACH * k) * (1 + view.size // _COMPARED_AGAIN)
    if among is not None and len(among) <= compared:
        cosines = compare_passages(view.select(None), question, among)
    elif view.size <= max(_EXACT_PASSAGES, 2 * compared):
        cosines = compare_all(view.select(among), question, k, keep=view.size <= _EXACT_PASSAGES)
    else:
        cosines = compare_by_signs(view.select(among), question, compared)
    return take_best(cosines.items(), k)


class DenseIndex:
    """The vectors of an index. Thread-safe."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._opening = threading.Lock()
        self._vectors: tuple[str, Vectors] | None = None

    @property
    def vectors(self) -> Vectors:
        """The vectors of the version that counts now."""
        name = self._store.setting(_FOLDER) or "vectors"
        with self._opening:
            if self._vectors is None or self._vectors[0] != name:
                folder = self._store.path.parent / name
                self._vectors = name, Vectors(folder, self._store.index_id)
            return self._vectors[1]

    def open_vectors(self, fingerprint: str) -> Vectors | None:
        """The vectors of one version of the model; None if another version counts."""
        while True:
            vectors = self.vectors
            if self._store.setting(_FINGERPRINT) not in (None, fingerprint):
                return None
            # A writer may have begun a new version in between.
            if vectors is self.vectors:
                return vectors

    def count_missing(self) -> int:
        """How many passages of the store have no vector."""
        vectors = self.vectors
        vectors.refresh()
        return len(np.setdiff1d(self._store.passage_ids(), vectors.ids(), assume_unique=True))

    def begin_version(self, fingerprint: str) -> None:
        """Let the vectors of another version count; the caller holds the writer's lock."""
        # The folder may hold vectors already: this very version made them.
        name = f"vectors-{hashlib.sha256(fingerprint.encode()).hexdigest()[:16]}"
        with self._store.writing() as connection:
            write_setting(connection, _FINGERPRINT, fingerprint)
            write_setting(connection, _FOLDER, name)
            write_setting(connection, UNFINISHED, "yes")

    def delete_older(self) -> None:
        """Delete the vectors of all other versions; the caller holds the writer's lock."""
        current = self._store.setting(_FOLDER) or "vectors"
        for folder in self._store.path.parent.glob("vectors*"):
            if folder.name != current:
                shutil.rmtree(folder, ignore_errors=True)
