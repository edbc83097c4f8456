"""Files on disk: whether they are there, and whether they have changed since."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from index.errors import MissingPath

# One path or pattern, or several.
Given = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]

# Raise it where loaders or passages make something else of the same file: what was read by
# an earlier version is then read anew, whenever it is next brought in step.
READING = 2
# A file changed this recently may change again within its clock's tick.
_FRESH_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of a file, without its being read.

    Attributes:
        size: in bytes.
        mtime_ns: time of change of its content, which any program may set; negative where
            the file may have changed again within its clock's tick, so that equal times
            prove nothing.
        ctime_ns: time of the last change of anything about it, which no program sets; None
            where it is not known: earlier versions did not note it.
    """

    size: int
    mtime_ns: int
    ctime_ns: int | None

    def holds(self, now: Stamp) -> bool:
        """Whether a file that had this stamp and has another one now is surely unchanged."""
        same = (self.size, self.mtime_ns) == (now.size, now.mtime_ns)
        return same and self.ctime_ns in (None, now.ctime_ns)


@dataclass(frozen=True, slots=True)
class FileState:
    """What tells whether a file is to be read again.

    Attributes:
        stamp: of the file.
        content_hash: of its bytes.
        reading: the version of loaders and passages that has read it; None for one from
            before these were counted.
    """

    stamp: Stamp
    content_hash: bytes
    reading: int | None = READING


def listed(given: Given) -> list[str]:
    """What was given, as several; a string is one, and not its characters."""
    several = [given] if isinstance(given, str | os.PathLike) else given
    return [os.fspath(each) for each in several]


def check_paths(paths: Iterable[str | Path]) -> list[Path]:
    """The paths, absolute; raises `MissingPath` where one is not there."""
    found = []
    for path in paths:
        if not str(path):
            # It would be the working folder.
            raise MissingPath("an empty path: give a file or a folder")
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


def hash_bytes(data: bytes) -> bytes:
    """The content hash used throughout: 16 bytes of BLAKE2b."""
    return blake2b(data, digest_size=16).digest()


def stamp_of(path: Path) -> Stamp:
    """What the file system says of a file; raises OSError."""
    stat = path.stat()
    return Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def state_of(data: bytes, stamp: Stamp) -> FileState:
    """The state to remember of a file whose bytes were read just after its stamp."""
    latest = max(stamp.mtime_ns, stamp.ctime_ns or 0)
    if time.time_ns() - latest < _FRESH_NS:
        stamp = replace(stamp, mtime_ns=-stamp.mtime_ns)
    return FileState(stamp, hash_bytes(data))


class Freshness:
    """Tells whether files are as they were when indexed.

    Size and times are believed; where only a time differs the bytes decide, which
    are read once for each time.
    """

    def __init__(self) -> None:
        self._read: dict[Path, FileState] = {}

    def is_current(self, path: Path, known: FileState) -> bool | None:
        """None where the file is gone; False too where it cannot be looked at."""
        try:
            stamp = stamp_of(path)
            if stamp.size != known.stamp.size:
                return False
            if known.stamp.holds(stamp):
                return True
            read = self._read.get(path)
            if read is None or not read.stamp.holds(stamp):
                read = self._read[path] = state_of(path.read_bytes(), stamp)
            return read.content_hash == known.content_hash
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return False
