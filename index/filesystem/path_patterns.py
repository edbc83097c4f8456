"""Patterns of paths, written as in `.gitignore`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from pathspec import GitIgnoreSpec

from index.errors import BadPattern

# Bytes of names that are not UTF-8 come as lone surrogates, which cannot be matched: they are
# replaced by characters that nobody uses.
_STAND_INS = {surrogate: 0x100000 + surrogate for surrogate in range(0xD800, 0xE000)}

# Characters of a pattern, and of all of a set, without comments. RE2 refuses what is larger, too,
# but only after seconds, and after it has written thousands of lines to standard error.
_LONGEST, _MOST = 4_096, 100_000
_TOO_LARGE = "too many or too long patterns: write fewer"


class PathPatterns:
    """Some patterns. They are matched in time that grows with their length and the path's.

    They may be hostile, so they are matched by an engine that does not backtrack.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """Raises `BadPattern` if a line is not a valid pattern, or the patterns are too long."""
        # Imported only if there are patterns.
        import re2

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
    try:
        GitIgnoreSpec.from_lines([line], backend="simple")
    except (ValueError, re.error):
        return False
    return True


def anchor_pattern(pattern: str) -> str:
    """A pattern that is a path, made to begin at the root of the file system."""
    if "/" not in pattern.rstrip("/"):
        return pattern
    folder = "/" * pattern.endswith("/")
    # The working folder's name is not a pattern: it is escaped.
    here = "".join("\\" + c if c in "\\*?[" else c for c in str(Path.cwd()))
    return os.path.normpath(here / Path(pattern).expanduser()) + folder


def _make_valid(text: str) -> str:
    return text if text.isascii() else text.translate(_STAND_INS)
