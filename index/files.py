"""Files on disk: whether they are there, and whether they have changed since."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from index.errors import MissingPath
from index.store import FileState, hash_bytes

# A file changed this recently may change again within its clock's tick.
_FRESH_NS = 2_000_000_000


def checked(paths: Iterable[str | Path]) -> list[Path]:
    """The paths, absolute; raises `MissingPath` where one is not there."""
    found = []
    for path in paths:
        absolute = Path(os.path.abspath(path))
        try:
            absolute.stat()
        except (FileNotFoundError, NotADirectoryError, ValueError):
            raise MissingPath(f"{path}: no such file or folder") from None
        except OSError as error:
            raise MissingPath(f"{path}: {error.strerror}") from error
        found.append(absolute)
    return found


def is_gone(path: str) -> bool:
    """Whether no file is at a path; False where that cannot be told."""
    try:
        return not Path(path).is_file()
    except OSError:
        return False


def is_missing(path: str) -> bool:
    """Whether nothing is at a path; False where that cannot be told."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def quick_state(path: Path) -> tuple[int, int]:
    """A file's size in bytes and time of change in ns; raises OSError."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def state_of(data: bytes, size_and_time: tuple[int, int]) -> FileState:
    """The state to remember of a file whose bytes were just read."""
    size, mtime_ns = size_and_time
    fresh = time.time_ns() - mtime_ns < _FRESH_NS
    return FileState(size, -mtime_ns if fresh else mtime_ns, hash_bytes(data))


class Freshness:
    """Tells whether files are as they were when indexed.

    Size and time are believed; where only the time differs the bytes decide, which
    are read once for each time.
    """

    def __init__(self) -> None:
        self._read: dict[Path, FileState] = {}

    def is_current(self, path: Path, known: FileState) -> bool | None:
        """None where the file is gone; False too where it cannot be looked at."""
        try:
            size, mtime_ns = quick_state(path)
            if size != known.size:
                return False
            if mtime_ns == known.mtime_ns:
                return True
            read = self._read.get(path)
            if read is None or (read.size, read.mtime_ns) != (size, mtime_ns):
                read = self._read[path] = state_of(path.read_bytes(), (size, mtime_ns))
            return read.content_hash == known.content_hash
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return False
