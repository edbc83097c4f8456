"""Paths as text: one inside another, and patterns of them, written as in `.gitignore`.

Nothing here looks at the disk, but for the names of the working and the home folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from index.errors import BadPattern
from index.reports import ChosenSkip

_ADDRESS = re.compile("https?:/", re.IGNORECASE)
# One path or pattern, or several.
Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
# Bytes of names that are not UTF-8 come as lone surrogates, which cannot be matched: they are
# replaced by characters that nobody uses.
_STAND_INS = {surrogate: 0x100000 + surrogate for surrogate in range(0xD800, 0xE000)}
# Characters of a pattern, and of all of a set, without comments. RE2 refuses what is larger, too,
# but only after seconds, and after it has written thousands of lines to standard error.
_LONGEST, _MOST = 4_096, 100_000
_TOO_LARGE = "too many or too long patterns: write fewer"


def as_list(paths: Paths) -> list[str]:
    """One path or several as a list of strings; a string is one path, not its characters."""
    several = [paths] if isinstance(paths, str | os.PathLike) else paths
    return [os.fspath(path) for path in several]


def is_address(path: str) -> bool:
    """Whether a path is the address of a page on the web; as a `Path`, it has lost a slash."""
    return _ADDRESS.match(path) is not None


def is_within(path: str, folder: str) -> bool:
    """Whether a path is that of a folder or of something in it, however deep."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def paths_above(path: str) -> Iterator[str]:
    """The folders above a path, nearest first, without the root; quicker than `Path.parents`."""
    at = path.rfind(os.sep)
    while at > 0:
        yield path[:at]
        at = path.rfind(os.sep, 0, at)


def drop_nested(paths: Iterable[str]) -> list[str]:
    """The paths that are not within another of them, each once, in their order."""
    wanted = dict.fromkeys(paths)
    return [path for path in wanted if not any(str(up) in wanted for up in Path(path).parents)]


def paths_within(paths: Iterable[str], folders: Iterable[str]) -> list[str]:
    """The paths that are within one of the folders, in their order."""
    wanted = set(folders)
    if not wanted:
        return []
    return [
        path
        for path in paths
        if path in wanted or any(str(up) in wanted for up in Path(path).parents)
    ]


class PathPatterns:
    """Some patterns. They are matched in time that grows with their length and the path's.

    They may be hostile, so they are matched by an engine that does not backtrack.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """Raises `BadPattern` if a line is not a valid pattern, or the patterns are too long."""
        # Imported only if there are patterns.
        import re2
        from pathspec import GitIgnoreSpec

        valid = [_make_valid(line) for line in lines]
        lengths = [len(line) for line in valid if not line.startswith("#")]
        if sum(lengths) > _MOST or max(lengths, default=0) > _LONGEST:
            raise BadPattern(_TOO_LARGE)
        try:
            self._spec = GitIgnoreSpec.from_lines(valid, backend="re2")
        except (ValueError, re.error) as error:
            raise BadPattern(f"{error}: write it as in a .gitignore file") from error
        except re2.error as error:
            raise BadPattern(_TOO_LARGE) from error

    def matches(self, path: str) -> bool:
        """Whether a path matches; the path of a folder ends with a slash."""
        return self.decide(path) is True

    def decide(self, path: str) -> bool | None:
        """Whether the last pattern that matches does not begin with "!"; None if none matches."""
        return self._spec.check_file(_make_valid(path)).include


def is_pattern(line: str) -> bool:
    """Whether a line is a valid pattern, a comment or blank."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line], backend="simple")
    except (ValueError, re.error):
        return False
    return True


def anchor_pattern(pattern: str) -> str:
    """A pattern that is a path, made to begin at the root of the file system.

    An address stays as it is, and so does a "!" before the path.

    Raises:
        BadPattern: it begins in the home folder of somebody who has none.
    """
    sign = "!" * pattern.startswith("!")
    path = pattern[len(sign) :]
    name = path.rstrip("/")
    if is_address(path) or ("/" not in name and name not in (".", "..")):
        return pattern
    folder = "/" * path.endswith("/")
    # The working folder's name is not a pattern: it is escaped.
    here = "".join("\\" + c if c in "\\*?[" else c for c in str(Path.cwd()))
    try:
        return sign + os.path.normpath(here / Path(path).expanduser()) + folder
    except RuntimeError:
        raise BadPattern(f"{path}: there is no such home folder, write the path out") from None


def _make_valid(text: str) -> str:
    return text if text.isascii() else text.translate(_STAND_INS)


@dataclass(frozen=True)
class Root:
    """A folder or a file that was given to be indexed.

    Attributes:
        path: absolute.
        include: patterns as in `.gitignore`, relative to this folder. If there are any,
            only files that match one are indexed.
        exclude: patterns of what is left out.
    """

    path: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def has_patterns(self) -> bool:
        """Whether it has patterns of its own."""
        return bool(self.include or self.exclude)

    def reason_to_skip(self, path: str, is_folder: bool) -> str | None:
        """Why its patterns leave out something in this folder; None if they do not."""
        if self.excludes(path, is_folder):
            return ChosenSkip.EXCLUDED
        if self.include and not is_folder and not self._include.matches(self._relate(path)):
            return ChosenSkip.NOT_INCLUDED
        return None

    def excludes(self, path: str, is_folder: bool = False) -> bool:
        """Whether its `exclude` patterns leave out something in this folder."""
        return bool(self.exclude) and self._exclude.matches(self._relate(path) + "/" * is_folder)

    def _relate(self, path: str) -> str:
        return path[len(self.path.rstrip(os.sep)) + 1 :]

    @cached_property
    def _include(self) -> PathPatterns:
        return PathPatterns(self.include)

    @cached_property
    def _exclude(self) -> PathPatterns:
        return PathPatterns(self.exclude)
