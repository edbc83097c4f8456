"""Which files are indexed: a walk that follows no link and skips what is hidden."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import MissingPath
from index.loaders import is_supported
from index.store import FileState, hash_bytes

# A file changed this recently may change again within its clock's tick.
_FRESH_NS = 2_000_000_000
_UNSURE = -1


def checked(paths: Iterable[str | Path]) -> list[Path]:
    """The paths, absolute; raises `MissingPath` where one is not there."""
    found = []
    for path in paths:
        absolute = Path(os.path.abspath(path))
        if not absolute.exists():
            raise MissingPath(f"{path}: no such file or folder")
        found.append(absolute)
    return found


def files_under(paths: Iterable[Path], outside: Path) -> tuple[list[Path], int]:
    """The files to index, each once, in order; and how many of unsupported kinds were left out.

    A file named itself is always taken. `outside` (the index) is never entered.
    """
    found: dict[Path, None] = {}
    skipped = 0
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        for file in _walk(path, outside):
            if is_supported(file):
                found[file] = None
            else:
                skipped += 1
    return list(found), skipped


def _walk(folder: Path, outside: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and os.path.join(root, name) != str(outside)
        )
        for name in sorted(names):
            path = Path(root, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def quick_state(path: Path) -> tuple[int, int]:
    """A file's size in bytes and time of change in ns; raises OSError."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def state_of(data: bytes, size_and_time: tuple[int, int]) -> FileState:
    """The state to remember of a file whose bytes were just read."""
    size, mtime_ns = size_and_time
    fresh = time.time_ns() - mtime_ns < _FRESH_NS
    return FileState(size, _UNSURE if fresh else mtime_ns, hash_bytes(data))


def is_current(path: Path, known: FileState) -> bool | None:
    """Whether a file is as it was when indexed; None where it is gone.

    Size and time are believed; where only the time differs, the bytes decide.
    """
    try:
        size, mtime_ns = quick_state(path)
        if size != known.size:
            return False
        return mtime_ns == known.mtime_ns or hash_bytes(path.read_bytes()) == known.content_hash
    except OSError:
        return None
