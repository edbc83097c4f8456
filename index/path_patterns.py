"""Patterns of paths, written as in `.gitignore`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pathspec import GitIgnoreSpec

from index.errors import BadPattern


def compile_patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """Make one matcher of some patterns; of several that match, the last decides.

    Raises:
        BadPattern: one of the lines is not a valid pattern.
    """
    try:
        # Other engines, where they are installed, fail on names that are not UTF-8.
        return GitIgnoreSpec.from_lines(lines, backend="simple")
    except ValueError as error:
        raise BadPattern(f"{error}: write it as in a .gitignore file") from error


def anchor_pattern(pattern: str) -> str:
    """A pattern that is a path, made to begin at the root of the file system."""
    if "/" not in pattern.rstrip("/"):
        return pattern
    folder = "/" * pattern.endswith("/")
    # The working folder's name is no pattern.
    here = "".join("\\" + c if c in "\\*?[" else c for c in str(Path.cwd()))
    return os.path.normpath(here / Path(pattern).expanduser()) + folder
