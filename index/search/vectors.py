"""Dense search: the vectors of all embedded passages, in segments.

A small index is searched exactly. In a large one the signs of the vectors tell which
passages are worth a look (48 bytes each, for 384 dimensions, are all that stays in
memory), and only those are compared exactly.

A segment that is damaged is left aside: its passages count as not embedded and are
embedded again. Passages that are removed are noted in a file of their own until the
segments that hold them are merged with others. No name of a segment is ever used twice,
so what another process knows of a name stays true.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np

from index.errors import readable
from index.reports import Progress, ProgressCallback, silence
from index.search.nearest import Mask, Source, by_signs, exactly, of_passages, vectors_of
from index.search.vector_file import (
    SUFFIX,
    UNFINISHED,
    DamagedSegment,
    Floats,
    Ids,
    Segment,
    union,
    write_segment,
)

T = TypeVar("T")

# More segments with fewer vectors than `_FULL` are merged. What damage costs is one segment.
_MOST_SMALL = 16
_FULL = 16_384
# One of which more than this share was removed is written anew.
_MOST_REMOVED = 0.25
# Up to so many passages all vectors are kept in memory and compared.
_EXACT = 20_000
# In larger ones this many are compared for each that is asked for, and at least.
_COMPARED_EACH = 8
_COMPARED = 500

_REMOVED = "removed"


@dataclass(frozen=True)
class _View:
    """What is there at one moment.

    Attributes:
        segments: by name.
        removed: ids of removed passages that segments may still hold, ascending.
        seen: what tells whether the file of removed passages has changed.
        damaged: segments that were left aside, and why.
    """

    segments: dict[str, Segment] = field(default_factory=dict)
    removed: Ids = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    seen: tuple[int, ...] | None = None
    damaged: dict[str, str] = field(default_factory=dict)

    @cached_property
    def present(self) -> dict[str, Mask | None]:
        """Which rows of each segment have not been removed; None for all."""
        return {name: self._present(segment) for name, segment in self.segments.items()}

    def _present(self, segment: Segment) -> Mask | None:
        removed = segment.within(self.removed)
        return ~np.isin(segment.ids, removed) if len(removed) else None

    @cached_property
    def ids(self) -> Ids:
        parts = [
            segment.ids if mask is None else segment.ids[mask]
            for segment, mask in self.sources(None)
        ]
        return union(*parts)

    @property
    def size(self) -> int:
        return sum(map(len, self.segments.values()))

    def sources(self, allowed: Ids | None) -> list[Source]:
        """The segments, each with which of its rows may be found; None for all of them."""
        found: list[tuple[Segment, Mask | None]] = []
        for name, segment in sorted(self.segments.items()):
            mask = self.present[name]
            if allowed is not None:
                chosen = np.isin(segment.ids, segment.within(allowed))
                mask = chosen if mask is None else chosen & mask
            found.append((segment, mask))
        return found


class Vectors:
    """The vectors of an index. Reading is thread-safe; one process writes at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._view = _View()
        self._lock = threading.Lock()
        self.refresh()

    @readable()
    def refresh(self) -> None:
        """See what other processes have written since; raises `CannotRead`."""
        with self._lock:
            names: list[str] | None = None
            view = self._view
            # Segments merged away while they were opened are in another: look again.
            while (listed := self._listed()) != names:
                names = listed
                if view.segments.keys() | view.damaged.keys() != set(names):
                    view = self._opened(names)
            removed, seen = self._read_removed(view)
            if seen != view.seen:
                view = _View(view.segments, removed, seen, view.damaged)
            self._view = view

    def _opened(self, names: Sequence[str]) -> _View:
        segments: dict[str, Segment] = {}
        damaged = {name: why for name, why in self._view.damaged.items() if name in names}
        for name in names:
            if name in damaged:
                continue
            try:
                segments[name] = self._view.segments.get(name) or Segment(self._folder / name)
            except FileNotFoundError:
                pass
            except DamagedSegment as error:
                damaged[name] = str(error)
        return _View(segments, self._view.removed, self._view.seen, damaged)

    def _listed(self) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self._folder) if name.endswith(SUFFIX))
        except FileNotFoundError:
            return []

    def _read_removed(self, view: _View) -> tuple[Ids, tuple[int, ...] | None]:
        """The removed passages; none where that cannot be read, which the next writer mends."""
        try:
            path = self._folder / _REMOVED
            stat = path.stat()
            seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if seen == view.seen:
                return view.removed, seen
            data = path.read_bytes()
        except OSError:
            return np.empty(0, dtype=np.int64), None
        sound = len(data) % 8 == 4 and zlib.crc32(data[4:]) == int.from_bytes(data[:4], "little")
        return np.frombuffer(data[4:] if sound else b"", dtype="<i8").astype(np.int64), seen

    @property
    def is_empty(self) -> bool:
        """Whether no passage is embedded."""
        return not self._view.segments

    @property
    def damage(self) -> list[str]:
        """The segments left aside, a line each."""
        return sorted(self._view.damaged.values())

    def verify(self, tell: ProgressCallback = silence) -> list[str]:
        """Check every byte; returns what is wrong, a line each."""
        segments = list(self._view.segments.values())
        for done, segment in enumerate(segments, 1):
            tell(Progress("checking vectors", done, len(segments)))
            try:
                segment.check()
            except FileNotFoundError:
                pass
            except DamagedSegment as error:
                self._set_aside(error)
        return self.damage

    @property
    def last_id(self) -> int:
        """The highest id of a passage that is or was embedded; 0 where there is none."""
        return max((int(segment.ids[-1]) for segment in self._view.segments.values()), default=0)

    def ids(self) -> Ids:
        """Ids of all embedded passages, ascending; not of removed ones."""
        return self._view.ids

    def search(
        self, question: Floats, k: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        """The `k` nearest passages as (id, cosine), best first; ties by id.

        Exact up to 20,000 passages; above that, one in some hundred may be missed.

        Args:
            question: float32 of shape (dimension,), of length 1.
            allowed: ids of the passages to choose from, ascending; all if None.
        """
        return self._soundly(lambda view: _search(view, question, k, allowed))

    def scores(self, question: Floats, ids: Sequence[int]) -> dict[int, float]:
        """Cosines of the passages among `ids` that are embedded."""
        wanted = union(ids)
        return self._soundly(lambda view: of_passages(view.sources(None), question, wanted))

    def stored(self, ids: Sequence[int]) -> dict[int, Floats]:
        """The vectors of the passages among `ids` that are embedded, each of shape (dimension,)."""
        wanted = union(ids)
        return self._soundly(lambda view: vectors_of(view.sources(None), wanted))

    def append(self, ids: Sequence[int], vectors: Floats) -> None:
        """Write vectors (ids ascending); they appear all at once or not at all."""
        if not len(ids):
            return
        self._folder.mkdir(exist_ok=True)
        added = np.asarray(ids, dtype=np.int64)
        write_segment(self._folder, added, vectors.astype(np.float16))
        # A store that lost its latest commits to damage may have them back.
        self._write_removed(np.setdiff1d(self._view.removed, added, assume_unique=True))
        self.refresh()

    def remove(self, ids: Sequence[int]) -> None:
        """Never find these passages again."""
        if not len(ids):
            return
        gone = np.intersect1d(union(ids), self._view.ids, assume_unique=True)
        self._write_removed(union(self._view.removed, gone))
        self.refresh()

    def _write_removed(self, ids: Ids) -> None:
        if np.array_equal(ids, self._view.removed):
            return
        path = self._folder / _REMOVED
        aside = path.with_suffix(UNFINISHED)
        data = ids.astype("<i8").tobytes()
        aside.write_bytes(zlib.crc32(data).to_bytes(4, "little") + data)
        aside.replace(path)

    def compact(self) -> None:
        """Merge small segments and those of which much was removed; drop damaged ones.

        New segments are there before old ones go. What is written at once is about a
        full segment, unless much was removed.
        """
        while group := self._to_merge():
            try:
                self._merge(group)
            except DamagedSegment as error:
                self._set_aside(error)
            self.refresh()
        view = self._view
        removed = [
            segment.ids[~mask]
            for segment, mask in view.sources(None)
            if mask is not None and not mask.all()
        ]
        self._write_removed(union(*removed))
        left = [self._folder / name for name in view.damaged]
        left += self._folder.glob(f"*{UNFINISHED}")
        for path in left:
            # What cannot go was not put there by us, and is in nobody's way.
            with suppress(OSError):
                path.unlink()
        self.refresh()

    def _to_merge(self) -> list[Source]:
        """Segments to be written anew as one; none where all is well."""
        sources = self._view.sources(None)
        small = [source for source in sources if len(source[0]) < _FULL]
        chosen = small if len(small) > _MOST_SMALL else []
        if not chosen:
            chosen = [
                (segment, mask)
                for segment, mask in sources
                if mask is not None and np.mean(mask) < 1 - _MOST_REMOVED
            ]
        group: list[Source] = []
        while chosen and sum(len(segment) for segment, _ in group) < _FULL:
            group.append(chosen.pop(0))
        return group

    def _merge(self, group: Sequence[Source]) -> None:
        kept = [slice(None) if mask is None else mask for _, mask in group]
        pairs = [(segment, rows) for (segment, _), rows in zip(group, kept, strict=True)]
        ids = np.concatenate([segment.ids[rows] for segment, rows in pairs])
        vectors = np.concatenate([segment.all_vectors()[rows] for segment, rows in pairs])
        ids, rows = np.unique(ids, return_index=True)
        if len(ids):
            write_segment(self._folder, ids, vectors[rows])
        for segment, _ in group:
            segment.path.unlink(missing_ok=True)

    def _soundly(self, work: Callable[[_View], T]) -> T:
        """What `work` yields, without the segments that prove damaged on the way."""
        while True:
            try:
                return work(self._view)
            except DamagedSegment as error:
                self._set_aside(error)

    def _set_aside(self, error: DamagedSegment) -> None:
        with self._lock:
            view = self._view
            segments = {name: each for name, each in view.segments.items() if name != error.name}
            damaged = view.damaged | {error.name: str(error)}
            self._view = _View(segments, view.removed, view.seen, damaged)


def _search(view: _View, question: Floats, k: int, allowed: Ids | None) -> list[tuple[int, float]]:
    compared = max(_COMPARED, _COMPARED_EACH * k)
    if allowed is not None and len(allowed) <= compared:
        found = of_passages(view.sources(None), question, allowed)
    elif view.size <= max(_EXACT, 2 * compared):
        found = exactly(view.sources(allowed), question, k, keep=view.size <= _EXACT)
    else:
        found = by_signs(view.sources(allowed), question, compared)
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:k]
