"""Which files are indexed: a walk through the folders that were given.

It follows no link, skips what is hidden, ignored, excluded, of an unsupported kind or very
large, and never enters the index itself. What is skipped is reported with the reason. Folders
are opened one from the other, so that none can be replaced by a link on the way.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG

from index.errors import BadPattern
from index.filesystem.paths import (
    PathPatterns,
    Root,
    drop_nested,
    is_pattern,
    is_within,
    paths_within,
)
from index.filesystem.safe_opening import open_folder, read_regular
from index.formats import FORMATS
from index.loaders import MAX_BYTES, find_missing_part, is_archive, is_supported, suffix_of
from index.loaders.registry import ARCHIVE, explain_unsupported
from index.reports import ChosenSkip, Progress, ProgressCallback, Skipped, ignore_progress
from index.sizes import describe_size

# How the names of the folders with the parts of saved pages end.
_FOLDER_ENDINGS = (
    "_files",
    "_Dateien",
    "-Dateien",
    "_fichiers",
    "_archivos",
    "_file",
    "_bestanden",
)
_MOST_SHARDS = 10_000
# Of two patterns in one folder, that of the later file counts.
IGNORE_FILES = (".gitignore", ".ignore")
# A larger file (in bytes) was not written by a person.
_MOST_BYTES = 2**17
_NOT_FOLLOWED = "its patterns are not followed"


@dataclass(slots=True)
class WalkResult:
    """What a walk has found.

    Attributes:
        files: the files to index, each once, in order; with the root that each was found in,
            or None if the file itself was given.
        folders: the folders that were entered.
        skipped: what was left out, and why.
        unreadable: folders and ignore files that could not be read, and why.
        walked_roots: paths of the roots that were walked by themselves, not as part of another.
        patterns: by file, the root whose patterns hold for it, if these exclude anything.
        archives: whether archives are opened.
    """

    files: dict[Path, str | None] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    skipped: Skipped = field(default_factory=Skipped)
    unreadable: dict[str, str] = field(default_factory=dict)
    walked_roots: set[str] = field(default_factory=set)
    patterns: dict[str, Root] = field(default_factory=dict)
    archives: bool = False

    def add_all(self, other: WalkResult) -> None:
        """Add what another walk has found."""
        self.files |= other.files
        self.folders |= other.folders
        self.skipped.add_all(other.skipped)
        self.unreadable |= other.unreadable
        self.walked_roots |= other.walked_roots
        self.patterns |= other.patterns

    def covers(self, path: str) -> bool:
        """Whether the walk has come to a path, or to an unreadable folder above it."""
        return (
            path in self.folders
            or Path(path) in self.files
            or any(is_within(path, folder) for folder in self.unreadable)
        )


def walk(
    paths: Iterable[str],
    roots: Mapping[str, Root],
    index_folder: Path | None,
    removed: Container[str] = (),
    progress: ProgressCallback = ignore_progress,
    archives: bool = False,
) -> WalkResult:
    """Find the files to index at some paths, by the patterns of the roots above them.

    A root inside another is walked as a part of the outer one, by its own patterns if it has
    any. If the outer one leaves it out it is walked by itself, since it was given.

    Args:
        paths: of files and folders; those under no root are passed over.
        index_folder: never entered, if there is one.
        progress: called for each folder; how many files there will be is not known yet.
    """
    walker = _Walker(roots, index_folder, removed, progress, archives)
    result = WalkResult(archives=archives)
    paths = drop_nested(paths)
    for path in paths:
        for root in walker.roots_above(path):
            part = walker.walk(root, path)
            if part.covers(path):
                result.add_all(part)
                break
    for path in paths_within(sorted(roots), paths):
        if not result.covers(path):
            result.add_all(walker.walk(roots[path], path))
    return result


@dataclass(frozen=True, slots=True)
class _OpenFolder:
    """A folder that is open, and the root that it was reached from."""

    path: str
    descriptor: int
    root: str


class _Walker:
    def __init__(
        self,
        roots: Mapping[str, Root],
        index_folder: Path | None,
        removed: Container[str],
        progress: ProgressCallback,
        archives: bool,
    ) -> None:
        self._roots = roots
        self._archives = archives
        self._removed = removed
        self._progress = progress
        self._index_folder = index_folder and _read_identity(index_folder)
        self._ignore_rules: dict[tuple[str, IgnoreRules | None], IgnoreRules | None] = {}

    def roots_above(self, path: str) -> list[Root]:
        """The roots at or above a path, outermost first."""
        way = [path, *map(str, Path(path).parents)]
        return [self._roots[above] for above in reversed(way) if above in self._roots]

    def walk(self, root: Root, path: str) -> WalkResult:
        """Find the files at a path, on the way down from a root at or above it."""
        result = WalkResult(walked_roots={root.path})
        if not Path(root.path).is_dir():
            if os.path.lexists(root.path):
                result.files[Path(root.path)] = None
            return result
        pending = [(root.path, root, read_rules_above(root.path, result.unreadable))]
        while pending:
            folder, patterns, ignored = pending.pop()
            self._progress(Progress("looking for files", len(result.files), 0, folder))
            arrived = is_within(folder, path)
            try:
                with open_folder(folder, root.path) as descriptor:
                    if _identify(os.fstat(descriptor)) == self._index_folder:
                        continue
                    only = None if arrived else _next_name(folder, path)
                    # Whether a folder holds the parts of a page, the names beside it tell.
                    if only is None or only.endswith(_FOLDER_ENDINGS):
                        names = os.listdir(descriptor)
                    else:
                        names = [only]
                    opened = _OpenFolder(folder, descriptor, root.path)
                    inside = self._enter(opened, sorted(names), only, patterns, ignored, result)
            except OSError as error:
                result.unreadable[folder] = error.strerror or str(error)
                continue
            if arrived:
                result.folders.add(folder)
            pending += reversed(inside)
        return result

    def _enter(
        self,
        opened: _OpenFolder,
        names: Sequence[str],
        only: str | None,
        patterns: Root,
        ignored: IgnoreRules | None,
        result: WalkResult,
    ) -> list[tuple[str, Root, IgnoreRules | None]]:
        """Add a folder's files to the result; returns its folders, each with its rules.

        Args:
            names: in the folder.
            only: the one that is looked at; None if all are.
        """
        key = (opened.path, ignored)
        if key not in self._ignore_rules:
            self._ignore_rules[key] = read_ignore_rules(
                opened.path, opened.root, ignored, result.unreadable
            )
        ignored = self._ignore_rules[key]
        inside = []
        parts_of_pages = _name_parts_of_pages(names)
        for name in names if only is None else [only]:
            path = os.path.join(opened.path, name)
            try:
                status = os.stat(name, dir_fd=opened.descriptor, follow_symlinks=False)
            except FileNotFoundError:
                continue
            if path in self._removed:
                result.skipped.add(path, ChosenSkip.REMOVED)
            elif reason := _reason_to_skip(path, name, status, patterns, ignored):
                # What was given by itself is walked by itself.
                if path not in self._roots:
                    result.skipped.add(path, reason)
            elif name in parts_of_pages and S_ISDIR(status.st_mode) and path not in self._roots:
                result.skipped.add(path, "parts of a saved page")
            elif S_ISDIR(status.st_mode):
                inner = self._roots.get(path)
                inside.append((path, inner if inner and inner.has_patterns else patterns, ignored))
            elif not self._archives and is_archive(suffix_of(Path(path))):
                result.skipped.add(path, ARCHIVE)
            else:
                result.files[Path(path)] = opened.root
                if patterns.exclude:
                    result.patterns[path] = patterns
        return inside


def _reason_to_skip(
    path: str, name: str, status: os.stat_result, patterns: Root, ignored: IgnoreRules | None
) -> str | None:
    """Why something is not indexed; None if it is."""
    is_folder = S_ISDIR(status.st_mode)
    if name.startswith("."):
        return ChosenSkip.HIDDEN
    if S_ISLNK(status.st_mode):
        return "a link"
    if not is_folder and not S_ISREG(status.st_mode):
        return "not a regular file"
    if ignored is not None and ignored.ignores(path, is_folder):
        return ChosenSkip.IGNORED
    if reason := patterns.reason_to_skip(path, is_folder):
        return reason
    if is_folder:
        return None
    if not is_supported(Path(path)):
        return explain_unsupported(path, find_missing_part(Path(path)))
    if status.st_size > MAX_BYTES:
        return f"larger than {describe_size(MAX_BYTES)}"
    return None


def find_parts_of_page(path: str) -> list[str]:
    """The folders beside a page in which a browser has saved its parts; the page may be gone."""
    folder, name = os.path.split(path)
    beside = [os.path.join(folder, parts) for parts in sorted(_name_parts_of_pages([name]))]
    return [parts for parts in beside if Path(parts).is_dir()]


def _name_parts_of_pages(names: Iterable[str]) -> frozenset[str]:
    """Names of the folders in which browsers save the parts of pages: pictures, frames, scripts."""
    suffixes = tuple(suffix for each in FORMATS if each.has_folder for suffix in each.suffixes)
    stems = [name[: name.rindex(".")] for name in names if name.lower().endswith(suffixes)]
    return frozenset(f"{stem}{ending}" for stem in stems for ending in _FOLDER_ENDINGS)


def _next_name(folder: str, path: str) -> str:
    """The name in a folder that leads to a path inside it."""
    return path[len(folder.rstrip(os.sep)) + 1 :].partition(os.sep)[0]


def _read_identity(folder: Path) -> tuple[int, int] | None:
    """Device and inode of a folder, the same for all paths to it; None if it cannot be read."""
    try:
        return _identify(folder.stat())
    except OSError:
        return None


def _identify(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of the files, which are dealt out by a hash of their paths.

    Attributes:
        number: from 1.
        of: how many parts there are.
    """

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of <= _MOST_SHARDS:
            raise ValueError(f"no shard {self.number}/{self.of}: it is one from 1/N to N/N")

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, path: str) -> bool:
        """Whether a path is in this part. Each path is in one part, the same on every machine."""
        if self.of == 1:
            return True
        digest = blake2b(os.fsencode(path), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.of == self.number - 1


# All files.
WHOLE = Shard(1, 1)


@dataclass(frozen=True, eq=False, slots=True)
class IgnoreRules:
    """The patterns of one folder, and those of the folders above it."""

    folder: str
    patterns: PathPatterns
    above: IgnoreRules | None

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether something in this folder is left out: the deepest, last pattern decides."""
        level: IgnoreRules | None = self
        while level is not None:
            relative = path[len(level.folder.rstrip(os.sep)) + 1 :] + "/" * is_folder
            ignored = level.patterns.decide(relative)
            if ignored is not None:
                return ignored
            level = level.above
        return False


def read_ignore_rules(
    folder: str, root: str, above: IgnoreRules | None, unreadable: dict[str, str]
) -> IgnoreRules | None:
    """The rules that hold in a folder: its own, if it has any, and those above it.

    Args:
        root: the folder at or above it that was given by a person.
        unreadable: gets the ignore files that are not followed, with the reason.
    """
    lines: list[str] = []
    for name in IGNORE_FILES:
        path = os.path.join(folder, name)
        try:
            lines += _read_lines(path, root)
        except FileNotFoundError:
            continue
        except OSError as error:
            unreadable[path] = f"{_NOT_FOLLOWED}: {error.strerror or error}"
    if not lines:
        return above
    try:
        return IgnoreRules(folder, PathPatterns(lines), above)
    except BadPattern:
        unreadable[os.path.join(folder, IGNORE_FILES[0])] = f"{_NOT_FOLLOWED}: too many of them"
        return above


def read_rules_above(folder: str, unreadable: dict[str, str]) -> IgnoreRules | None:
    """The rules from above a folder, up to the top of its git repository.

    None if they leave out the folder itself: a person who gives it to be indexed wants it.
    """
    way = [folder]
    while not os.path.lexists(os.path.join(way[-1], ".git")):
        parent = str(Path(way[-1]).parent)
        if parent == way[-1]:
            return None
        way.append(parent)
    rules: IgnoreRules | None = None
    for child, parent in reversed(list(pairwise(way))):
        rules = read_ignore_rules(parent, parent, rules, unreadable)
        if rules is not None and rules.ignores(child, is_folder=True):
            return None
    return rules


def _read_lines(path: str, root: str) -> list[str]:
    """The lines of a file that are patterns; others are skipped, as git does."""
    data, _ = read_regular(path, root, most=_MOST_BYTES)
    lines = data.decode("utf-8-sig", errors="surrogateescape").splitlines()
    return [line for line in lines if is_pattern(line)]
