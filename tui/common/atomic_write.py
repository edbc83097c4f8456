"""Files written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def atomic_write(path: Path) -> Iterator[TextIO]:
    """Write a file that replaces the old one when it is complete.

    A failure or a crash leaves the old file as it was.

    Raises:
        OSError: it cannot be written.
    """
    # Of a link, the file that it points to is replaced.
    target = path.resolve()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{path.stem}-") as aside:
        made = Path(aside, target.name)
        with made.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, made)
        made.replace(target)
