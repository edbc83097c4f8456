"""Opening files and folders safely: nothing waits, and no link leads out of a folder.

A file that was found in a folder may be replaced by a link, a pipe or a device before it is
read. So each folder on the way down is opened from the one above it, without following links,
and the open file is checked, not its name.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, FileIO
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Protocol

from index.sizes import describe_size

_FOLDER = os.O_DIRECTORY | os.O_CLOEXEC
# Passing through a folder takes no permission to list it, if the system knows that.
_PASS = _FOLDER | getattr(os, "O_PATH", os.O_RDONLY)
# Nothing is waited for: not the writer of a pipe, not a terminal.
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
# The system's errors if a link stands in the way.
_LINK_ERRORS = frozenset((errno.ELOOP, errno.ENOTDIR, errno.EMLINK))
A_LINK = "a link, which is not followed"


class _Closable(Protocol):
    def close(self) -> object: ...


@contextmanager
def close_on_error(opened: _Closable) -> Iterator[None]:
    """Close what was opened if what is done with it fails."""
    try:
        yield
    except BaseException:
        opened.close()
        raise


def open_to_read(path: str | Path, root: str | None = None) -> FileIO:
    """Open a regular file, without a buffer.

    Args:
        path: absolute, or relative to the working folder.
        root: a folder above it that a person has given: below that no link is followed. None:
            the file itself was given, and links are followed.

    Raises:
        OSError: it cannot be opened, or is not a regular file; `strerror` is the reason.
    """
    descriptor = os.open(path, _FILE) if root is None else _open_below(str(path), root, _FILE)
    try:
        mode = os.fstat(descriptor).st_mode
        if S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not S_ISREG(mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return FileIO(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(
    path: str | Path, root: str | None = None, *, most: int
) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file, and what the system said of it when it was opened.

    Args:
        path, root: as in `open_to_read`.
        most: how many bytes it may have.

    Raises:
        OSError: as `open_to_read` does, or it is larger.
    """
    with BufferedReader(open_to_read(path, root)) as file:
        status = os.fstat(file.fileno())
        data = b"" if status.st_size > most else file.read(most + 1)
    if status.st_size > most or len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {describe_size(most)}", str(path))
    return data, status


def read_file(path: Path, most: int | None = None) -> bytes:
    """A file's bytes, of which there may be at most so many; raises OSError as `open_to_read`."""
    if most is not None:
        return read_regular(path, most=most)[0]
    with open_to_read(path) as file:
        return file.read()


@contextmanager
def open_folder(path: str, root: str) -> Iterator[int]:
    """A descriptor of a folder, which is opened step by step from a folder that was given.

    Raises OSError, also if a link stands in its place or above it, below `root`.
    """
    descriptor = _open_below(path, root, os.O_RDONLY | _FOLDER)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open_below(path: str, root: str, flags: int) -> int:
    """Open a path below a folder, step by step; the folder itself may be a link."""
    names = Path(path).relative_to(root).parts
    if not names:
        return os.open(root, flags)
    try:
        above = os.open(root, _PASS)
        try:
            for name in names[:-1]:
                inner = os.open(name, _PASS | os.O_NOFOLLOW, dir_fd=above)
                os.close(above)
                above = inner
            return os.open(names[-1], flags | os.O_NOFOLLOW, dir_fd=above)
        finally:
            os.close(above)
    except OSError as error:
        if error.errno in _LINK_ERRORS:
            raise OSError(error.errno, A_LINK, path) from error
        raise
