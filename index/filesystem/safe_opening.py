"""Opening files and folders safely: nothing waits, and no link leads out of a folder.

A file that was found in a folder may be replaced by a link, a pipe or a device before it is
read. So each folder on the way down is opened from the one above it, without following links,
and the open file is checked, not its name. If the system cannot open from an open folder,
names are checked first, and a moment is left in which they can change.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from index.sizes import describe_size

# Not every system has all of these.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
# Passing through a folder takes no permission to list it.
_PASS = _FOLDER | getattr(os, "O_PATH", os.O_RDONLY)
# Nothing is waited for: not the writer of a pipe, not a terminal.
_FILE = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_OPENS_FROM_FOLDERS = os.open in os.supports_dir_fd and bool(_NO_LINK)
# The system's errors if a link stands in the way.
_LINK_ERRORS = frozenset((errno.ELOOP, errno.ENOTDIR, getattr(errno, "EMLINK", errno.ELOOP)))
A_LINK = "a link, which is not followed"


def read_regular(
    path: str | Path, root: str | None = None, *, most: int
) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file, and what the system said of it when it was opened.

    Args:
        path: absolute, or relative to the working folder.
        root: a folder above it that a person has given: below that no link is followed. None:
            the file itself was given, and links are followed.
        most: how many bytes it may have.

    Raises:
        OSError: it cannot be read, or is not a regular file, or larger; `strerror` is the reason.
    """
    descriptor = _open(path, root)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        data = b"" if status.st_size > most else file.read(most + 1)
    if status.st_size > most or len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {describe_size(most)}", str(path))
    return data, status


@contextmanager
def open_folder(path: str, root: str) -> Iterator[int]:
    """A descriptor of a folder, which is opened step by step from a folder that was given.

    Raises:
        OSError: it cannot be opened, or a link stands in its place or above it, below `root`.
    """
    descriptor = _open_below(path, root, os.O_RDONLY | _FOLDER)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open(path: str | Path, root: str | None) -> int:
    if root is None:
        return os.open(path, _FILE)
    return _open_below(str(path), root, _FILE)


def _open_below(path: str, root: str, flags: int) -> int:
    """Open a path below a folder, step by step; the folder itself may be a link."""
    names = Path(path).relative_to(root).parts
    if not names:
        return os.open(root, flags)
    try:
        if not _OPENS_FROM_FOLDERS:
            return _open_checked(root, names, flags)
        above = os.open(root, _PASS)
        try:
            for name in names[:-1]:
                inner = os.open(name, _PASS | _NO_LINK, dir_fd=above)
                os.close(above)
                above = inner
            return os.open(names[-1], flags | _NO_LINK, dir_fd=above)
        finally:
            os.close(above)
    except OSError as error:
        if error.errno in _LINK_ERRORS:
            raise OSError(error.errno, A_LINK, path) from error
        raise


def _open_checked(root: str, names: Sequence[str], flags: int) -> int:
    at = root
    for name in names:
        at = os.path.join(at, name)
        if Path(at).is_symlink():
            raise OSError(errno.ELOOP, A_LINK, at)
    return os.open(at, flags | _NO_LINK)
