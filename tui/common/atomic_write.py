"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from index.filesystem import open_privately, rename

# Advice for a person if a file cannot be written.
_ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "make room on its disk, and try again"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), "make its folder writable, and try again"),
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
