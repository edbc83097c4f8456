"""Files on disk: whether they are there, and whether they have changed since they were read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from index.errors import MissingPath
from index.filesystem.paths import is_address
from index.filesystem.safe_opening import read_regular

# Raise it when loaders, or the way text is cut into passages, make something else of the same
# file: files that an earlier version has read are then read again by the next run.
LOADER_VERSION = 28
_NO_PAGE = "of the web, only https:// and http:// are fetched"
# A file changed this recently may change again within its clock's tick.
_FRESH_NS = 2_000_000_000
# Any program may set a file's time to any year: those that cannot be stored, before 1678 and
# after 2262, count as the first and the last that can.
_FIRST_NS, _LAST_NS = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of a file without reading it; an equal stamp: it is unchanged.

    Attributes:
        size: in bytes.
        mtime_ns: time of the last change of its content, which any program may set; negative
            before 1970.
        ctime_ns: time of the last change of anything about it, which no program can set. 0
            if the file was read so soon after it that it may have changed again within
            the same tick of the clock: then equal times prove nothing.
    """

    size: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was read, which tells whether it is to be read again.

    Attributes:
        stamp: of the file.
        content_hash: of its bytes; for a member of a file, also of its path there.
        loader_version: the `LOADER_VERSION` that read it; None if it is to be read again.
        host: the machine that read it, if that is another one. What the file is like now is
            then not known here.
    """

    stamp: Stamp
    content_hash: bytes
    loader_version: int | None = LOADER_VERSION
    host: str | None = None

    def of_member(self, name: str) -> FileState:
        """The state of a member of this file, given its path below the file's."""
        return replace(self, content_hash=hash_bytes(self.content_hash + os.fsencode(name)))


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be read.

    Attributes:
        reason: why, in a few words.
        stamp: of the file, if trying again is useless until that changes.
    """

    reason: str
    stamp: Stamp | None


def check_paths(paths: Iterable[str | Path]) -> list[Path]:
    """The paths of files and folders, made absolute; raises `MissingPath` if one is neither."""
    checked = []
    for path in paths:
        if not str(path):
            # It would be the working folder.
            raise MissingPath("an empty path: give a file or a folder")
        absolute = Path(os.path.abspath(path))
        try:
            mode = absolute.stat().st_mode
        except (FileNotFoundError, NotADirectoryError, ValueError):
            reason = _NO_PAGE if "://" in str(path) else "no such file or folder"
            raise MissingPath(f"{path}: {reason}") from None
        except OSError as error:
            raise MissingPath(f"{path}: {error.strerror}") from error
        if not (S_ISREG(mode) or S_ISDIR(mode)):
            raise MissingPath(f"{path}: neither a file nor a folder")
        checked.append(absolute)
    return checked


def find_file(path: Path) -> Path:
    """The file that holds a document: the one at its path, or else at a path above it."""
    for above in (path, *path.parents):
        try:
            above.lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError):
            break
        return above if above.is_file() else path
    return path


def is_gone(path: str) -> bool:
    """Whether there is surely no file at a path."""
    try:
        return not find_file(Path(path)).is_file()
    except OSError:
        return False


def is_missing(path: str) -> bool:
    """Whether there is surely nothing at a path."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        # ValueError: no file can have such a name, but a text without a file can.
        return True
    except OSError:
        return False
    return False


def hash_bytes(data: bytes) -> bytes:
    """The hash of a file's content, as used everywhere: 16 bytes of BLAKE2b."""
    return blake2b(data, digest_size=16).digest()


def read_stamp(path: Path) -> Stamp:
    """What the file system says of a file; raises OSError."""
    return make_stamp(path.stat())


def make_stamp(status: os.stat_result) -> Stamp:
    """The stamp from what the file system says of a file."""
    return Stamp(status.st_size, _limit_time(status.st_mtime_ns), _limit_time(status.st_ctime_ns))


def _limit_time(time_ns: int) -> int:
    return max(_FIRST_NS, min(time_ns, _LAST_NS))


def make_file_state(data: bytes, stamp: Stamp) -> FileState:
    """The state to remember of a file whose bytes were read just after its stamp."""
    latest = max(stamp.mtime_ns, stamp.ctime_ns)
    if time.time_ns() - latest < _FRESH_NS:
        stamp = replace(stamp, ctime_ns=0)
    return FileState(stamp, hash_bytes(data))


def _read_file_stamp(path: Path) -> tuple[Path, Stamp]:
    """The file that holds a document, and its stamp; raises OSError."""
    try:
        return path, read_stamp(path)
    except (FileNotFoundError, NotADirectoryError):
        # Tried second, as few documents are members of a file.
        file = find_file(path)
        return file, read_stamp(file)


class Freshness:
    """Tells whether files are as they were when they were indexed.

    Equal sizes and times are trusted. If only a time differs, the bytes decide; they are
    read once for each new time.
    """

    def __init__(self) -> None:
        self._read: dict[Path, FileState] = {}

    def is_current(self, path: Path, known: FileState) -> bool | None:
        """Whether a file is unchanged; None if it no longer exists, False if it is not readable.

        A file that another machine has read, and a page from the web, count as unchanged.
        """
        if known.host is not None or is_address(str(path)):
            return True
        try:
            file, stamp = _read_file_stamp(path)
            if stamp.size != known.stamp.size:
                return False
            if known.stamp == stamp:
                return True
            read = self._read.get(file)
            if read is None or read.stamp != stamp:
                data, status = read_regular(file, most=stamp.size)
                read = self._read[file] = make_file_state(data, make_stamp(status))
            if file != path:
                read = read.of_member(str(path.relative_to(file)))
            return read.content_hash == known.content_hash
        except (FileNotFoundError, NotADirectoryError, ValueError):
            # ValueError: no file can have such a name.
            return None
        except OSError:
            return False
