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
def whole_file(path: Path) -> Iterator[TextIO]:
    """Write a file that takes the place of what was there; a failure or crash leaves that.

    Raises:
        OSError: it cannot be written.
    """
    # Where it is a link, what it points to is replaced.
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
