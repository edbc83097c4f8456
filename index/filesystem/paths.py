"""Paths as text: one or several, and one inside another. Nothing here looks at the disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_ADDRESS = re.compile("https?:/", re.IGNORECASE)
# One path or pattern, or several.
Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


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
