"""What `.gitignore` and `.ignore` files leave out.

Such a file may be hostile: it is opened as git does, never through a link, and its patterns
are matched in time that grows with their length.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from index.errors import BadPattern
from index.filesystem.path_patterns import PathPatterns, is_pattern
from index.filesystem.safe_opening import read_regular

# Of two patterns in one folder, that of the later file counts.
IGNORE_FILES = (".gitignore", ".ignore")
# A larger file (in bytes) was not written by a person.
_MOST_BYTES = 2**17
_NOT_FOLLOWED = "its patterns are not followed"


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
        folder: where the files with the rules lie.
        root: the folder at or above it that was given by a person.
        above: the rules of the folder above.
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
