"""What `.gitignore` and `.ignore` files leave out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pathspec import GitIgnoreSpec

from index.errors import BadPattern
from index.path_patterns import compile_patterns

# Of two patterns in one folder, that of the later file counts.
IGNORE_FILES = (".gitignore", ".ignore")
# A larger file (in bytes) was not written by a person.
_MOST_BYTES = 2**20


@dataclass(frozen=True, eq=False, slots=True)
class IgnoreRules:
    """The patterns of one folder, and those of the folders above it."""

    folder: str
    spec: GitIgnoreSpec
    above: IgnoreRules | None

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether something in this folder is left out: the deepest, last pattern decides."""
        level: IgnoreRules | None = self
        while level is not None:
            relative = path[len(level.folder.rstrip(os.sep)) + 1 :] + "/" * is_folder
            ignored = level.spec.check_file(relative).include
            if ignored is not None:
                return ignored
            level = level.above
        return False


def read_ignore_rules(folder: str, above: IgnoreRules | None) -> IgnoreRules | None:
    """The rules that hold in a folder: its own, if it has any, and those above it."""
    lines = [line for name in IGNORE_FILES for line in _read_lines(Path(folder, name))]
    return IgnoreRules(folder, _compile_valid(lines), above) if lines else above


def read_rules_above(folder: str) -> IgnoreRules | None:
    """The rules from above a folder, up to the top of its git repository.

    None where they leave out the folder itself: whoever gives it to be indexed wants it.
    """
    way = [folder]
    while not os.path.lexists(os.path.join(way[-1], ".git")):
        parent = str(Path(way[-1]).parent)
        if parent == way[-1]:
            return None
        way.append(parent)
    rules: IgnoreRules | None = None
    for child, parent in reversed(list(pairwise(way))):
        rules = read_ignore_rules(parent, rules)
        if rules is not None and rules.ignores(child, is_folder=True):
            return None
    return rules


def _read_lines(path: Path) -> list[str]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return []
        return path.read_text(encoding="utf-8-sig", errors="surrogateescape").splitlines()
    except OSError:
        return []


def _compile_valid(lines: list[str]) -> GitIgnoreSpec:
    # As git does, pass over invalid patterns.
    return compile_patterns(line for line in lines if _is_valid(line))


def _is_valid(line: str) -> bool:
    try:
        compile_patterns([line])
    except BadPattern:
        return False
    return True
