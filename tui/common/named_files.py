"""Files that a person names, to read them without indexing them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index import MissingPath, QuotebackError

if TYPE_CHECKING:
    from index import Content


def load_named_file(name: str) -> Content:
    """What Quoteback reads of a file that a person names.

    Raises:
        MissingPath: there is no file of this name.
        QuotebackError: it cannot be read.
    """
    from index import UnreadableFile, load_file

    path = Path(name)
    try:
        problem = _find_problem(name, path)
    except OSError as error:
        problem = error.strerror or "cannot be opened"
    if problem:
        raise MissingPath(f"{name}: {problem}")
    try:
        return load_file(path)
    except UnreadableFile as error:
        is_empty = path.is_file() and not path.stat().st_size
        raise QuotebackError(f"{path}: {'empty' if is_empty else error}") from error


def _find_problem(named: str, path: Path) -> str:
    """Why there is no file to be read under a name; "" if there is one."""
    from index.filesystem import is_address, is_gone

    if is_address(named):
        return "a web address, not a file: `quoteback index` adds the page"
    if path.is_dir():
        return "a folder: name a file in it"
    if not is_gone(str(path)):
        return ""
    return "not a regular file" if path.exists() else "no such file"
