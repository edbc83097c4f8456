"""Files that a person names, read without indexing them; and files written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from index import MissingPath, QuotebackError
from index.filesystem import is_address, is_gone, open_privately, rename

if TYPE_CHECKING:
    from index import Content

# Advice for a person if a file cannot be written.
_ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "make room on its disk, and try again"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), "make its folder writable, and try again"),
    errno.ENOENT: "make its folder, or choose another",
}


def explain_unwritten(path: Path, error: OSError) -> str:
    """Why a file was not written, and what to do: one line."""
    what_to_do = _ADVICE.get(error.errno or 0, "see what is in its place, or choose another")
    return f"{path} cannot be written ({error.strerror}): {what_to_do}"


@contextmanager
def atomic_write(path: Path, *, replace: bool = True, errors: str = "strict") -> Iterator[TextIO]:
    """Write a file that gets its name when it is complete.

    A failure or a crash leaves the old file as it was. A new file is its owner's alone; one that
    is replaced keeps its rights.

    Args:
        replace: whether a file of that name is replaced.
        errors: as `open` takes it.

    Raises:
        FileExistsError: there is a file of that name, which is not to be replaced.
        OSError: it cannot be written.
    """
    # Of a link, the file that it points to is replaced.
    try:
        target = path.resolve()
    except RuntimeError as error:
        # So some versions of Python name a link that leads back to itself.
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from error
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{path.stem}-") as aside:
        made = Path(aside, target.name)
        with open(
            made, "w", encoding="utf-8", errors=errors, newline="", opener=open_privately
        ) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, made)
        # Only now: it may have come while the other was written.
        if not replace and os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        rename(made, target)


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
    if is_address(named):
        return "a web address, not a file: `quoteback index` adds the page"
    if path.is_dir():
        return "a folder: name a file in it"
    if not is_gone(str(path)):
        return ""
    return "not a regular file" if path.exists() else "no such file"
