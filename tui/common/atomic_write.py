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


@contextmanager
def atomic_write(path: Path) -> Iterator[TextIO]:
    """Write a file that replaces the old one when it is complete.

    A failure or a crash leaves the old file as it was. A new file is its owner's alone; one that
    is replaced keeps its rights.

    Raises:
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
        with open(made, "w", encoding="utf-8", newline="", opener=open_privately) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, made)
        rename(made, target)
