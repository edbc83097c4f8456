"""Which files are indexed: a walk through what was named.

It follows no link, passes by what is hidden, ignored, excluded, of an unsupported kind
or huge, and never enters the index itself. What is left out is told with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG

from index.loaders import MAX_BYTES, is_supported
from index.reports import Progress, ProgressCallback, Skipped, silence
from index.storage.roots import Root
from index.sync.ignoring import Ignoring, ignoring, ignoring_above


@dataclass(slots=True)
class Found:
    """What a walk has found.

    Attributes:
        files: the files to index, each once, in order.
        folders: those that were entered.
        skipped: what was left out.
        closed: folders that could not be read, and why.
        begun_at: the roots that the walk has begun at.
    """

    files: dict[Path, None] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    skipped: Skipped = field(default_factory=Skipped)
    closed: dict[str, str] = field(default_factory=dict)
    begun_at: set[str] = field(default_factory=set)

    def take(self, other: Found) -> None:
        """Add what another walk has found."""
        self.files |= other.files
        self.folders |= other.folders
        self.skipped.take(other.skipped)
        self.closed |= other.closed
        self.begun_at |= other.begun_at

    def holds(self, place: str) -> bool:
        """Whether the walk has come to a place."""
        return (
            place in self.folders
            or Path(place) in self.files
            or any(is_at(place, folder) for folder in self.closed)
        )


def walk(
    places: Iterable[str],
    roots: Mapping[str, Root],
    outside: Path,
    removed: Container[str] = (),
    tell: ProgressCallback = silence,
) -> Found:
    """Find the files at some places, as the roots above them have it.

    A root inside another is walked as a part of the outer one, by its own rules if it
    has any. Where the outer one leaves it out, it is walked all the same: it was named.

    Args:
        places: files and folders; those under no root are not found.
        roots: what was named, by path.
        outside: a folder never entered: the index itself.
        removed: what was removed by hand.
        tell: told of each folder; how many files there will be is not known yet.
    """
    walker = _Walker(roots, outside, removed, tell)
    found = Found()
    places = outermost(places)
    for place in places:
        for root in walker.above(place):
            trial = walker.walk(root, place)
            if trial.holds(place):
                found.take(trial)
                break
    for path in within(sorted(roots), places):
        if not found.holds(path):
            found.take(walker.walk(roots[path], path))
    return found


def is_at(path: str, place: str) -> bool:
    """Whether a path is a place or under it."""
    return path == place or path.startswith(place.rstrip(os.sep) + os.sep)


def outermost(places: Iterable[str]) -> list[str]:
    """The places that are not under another one."""
    wanted = dict.fromkeys(places)
    return [place for place in wanted if not any(str(up) in wanted for up in Path(place).parents)]


def within(paths: Iterable[str], places: Iterable[str]) -> list[str]:
    """The paths that are at or under one of the places."""
    wanted = set(places)
    if not wanted:
        return []
    return [
        path
        for path in paths
        if path in wanted or any(str(up) in wanted for up in Path(path).parents)
    ]


class _Walker:
    def __init__(
        self,
        roots: Mapping[str, Root],
        outside: Path,
        removed: Container[str],
        tell: ProgressCallback,
    ) -> None:
        self._roots = roots
        self._removed = removed
        self._tell = tell
        self._outside = _identity(outside)
        self._ignoring: dict[tuple[str, Ignoring | None], Ignoring | None] = {}

    def above(self, place: str) -> list[Root]:
        """The roots at or above a place, outermost first."""
        way = [place, *map(str, Path(place).parents)]
        return [self._roots[path] for path in reversed(way) if path in self._roots]

    def walk(self, root: Root, place: str) -> Found:
        """What is at a place, found from a root at or above it."""
        found = Found(begun_at={root.path})
        if not Path(root.path).is_dir():
            if os.path.lexists(root.path):
                found.files[Path(root.path)] = None
            return found
        left = [(root.path, root, ignoring_above(root.path))]
        while left:
            folder, rules, ignored = left.pop()
            if self._outside is not None and _identity(folder) == self._outside:
                continue
            self._tell(Progress("looking for files", len(found.files), 0, folder))
            try:
                names = [_next(folder, place)] if not is_at(folder, place) else os.listdir(folder)
                inside = self._enter(folder, sorted(names), rules, ignored, found)
            except OSError as error:
                found.closed[folder] = error.strerror or str(error)
                continue
            if is_at(folder, place):
                found.folders.add(folder)
            left += reversed(inside)
        return found

    def _enter(
        self, folder: str, names: Sequence[str], rules: Root, ignored: Ignoring | None, found: Found
    ) -> list[tuple[str, Root, Ignoring | None]]:
        """Take a folder's files; returns the folders in it, and what holds in each."""
        key = (folder, ignored)
        if key not in self._ignoring:
            self._ignoring[key] = ignoring(folder, ignored)
        ignored = self._ignoring[key]
        inside = []
        for name in names:
            path = os.path.join(folder, name)
            try:
                status = os.lstat(path)
            except FileNotFoundError:
                continue
            is_folder = S_ISDIR(status.st_mode)
            if path in self._removed:
                found.skipped.add(path, "removed")
            elif why := _left_out(path, name, status, rules, ignored):
                found.skipped.add(path, why)
            elif is_folder:
                inner = self._roots.get(path)
                inside.append((path, inner if inner and inner.has_rules else rules, ignored))
            else:
                found.files[Path(path)] = None
        return inside


def _left_out(
    path: str, name: str, status: os.stat_result, rules: Root, ignored: Ignoring | None
) -> str | None:
    """Why something is not indexed; None where it is."""
    is_folder = S_ISDIR(status.st_mode)
    if name.startswith("."):
        return "hidden"
    if S_ISLNK(status.st_mode):
        return "a link"
    if not is_folder and not S_ISREG(status.st_mode):
        return "not a regular file"
    if ignored is not None and ignored.ignores(path, is_folder):
        return "ignored"
    if why := rules.leaves_out(path, is_folder):
        return why
    if is_folder:
        return None
    if not is_supported(Path(path)):
        return "of an unsupported kind"
    if status.st_size > MAX_BYTES:
        return f"larger than {MAX_BYTES // 2**20} MB"
    return None


def _next(folder: str, place: str) -> str:
    """The name in a folder that leads on to a place under it."""
    return place[len(folder.rstrip(os.sep)) + 1 :].partition(os.sep)[0]


def _identity(folder: str | Path) -> tuple[int, int] | None:
    """What two names of one folder have in common, links on the way to it or not."""
    try:
        status = Path(folder).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
