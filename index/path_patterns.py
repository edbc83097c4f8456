"""Patterns of paths, written as in `.gitignore`."""

from __future__ import annotations

from collections.abc import Iterable

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
