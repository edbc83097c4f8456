"""What `.gitignore` and `.ignore` files leave out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pathspec import GitIgnoreSpec

# In one folder, later names take precedence.
IGNORE_FILES = (".gitignore", ".ignore")
# A list of patterns longer than this (in bytes) was not written by a person.
_MOST_BYTES = 2**20


@dataclass(frozen=True, eq=False, slots=True)
class Ignoring:
    """The patterns of one folder, on top of those of the folders above it."""

    folder: str
    spec: GitIgnoreSpec
    above: Ignoring | None

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether something under this folder is left out: the deepest, last pattern decides."""
        level: Ignoring | None = self
        while level is not None:
            relative = path[len(level.folder.rstrip(os.sep)) + 1 :] + "/" * is_folder
            ignored = level.spec.check_file(relative).include
            if ignored is not None:
                return ignored
            level = level.above
        return False


def ignoring(folder: str, above: Ignoring | None) -> Ignoring | None:
    """The patterns that hold in a folder: its own, if it has any, and those above it."""
    lines = [line for name in IGNORE_FILES for line in _lines(Path(folder, name))]
    return Ignoring(folder, _spec(lines), above) if lines else above


def ignoring_above(folder: str) -> Ignoring | None:
    """The patterns from above a folder inside a git repository.

    None where they leave out the folder itself: who names it wants it.
    """
    way = [folder]
    while not os.path.lexists(os.path.join(way[-1], ".git")):
        parent = str(Path(way[-1]).parent)
        if parent == way[-1]:
            return None
        way.append(parent)
    found: Ignoring | None = None
    for child, parent in reversed(list(pairwise(way))):
        found = ignoring(parent, found)
        if found is not None and found.ignores(child, is_folder=True):
            return None
    return found


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return []
        return path.read_text(encoding="utf-8-sig", errors="surrogateescape").splitlines()
    except OSError:
        return []


def _spec(lines: list[str]) -> GitIgnoreSpec:
    # As git does, pass over the lines that are no patterns.
    return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
