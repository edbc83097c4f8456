"""The program's own files: only their owner may read them.

They are written whole or not at all. When a function returns, the file and its name are on the
disk, safe from a power cut. `measure_size` says what they take.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

# The rights of others than the owner.
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# In bytes: more than SQLite needs to open a file that others use.
_ENOUGH_ROOM = 1 << 20


def open_privately(path: str, flags: int) -> int:
    """An opener for `open`: only its owner may use a new file."""
    return os.open(path, flags, 0o600)


def is_private(path: Path) -> bool:
    """Whether a file or folder is ours, and nobody else has rights on it.

    In a place that all users share, another user may have made it.
    """
    try:
        status = path.lstat()
    except OSError:
        return False
    ours = status.st_uid == os.getuid() and not stat.S_ISLNK(status.st_mode)
    return ours and not status.st_mode & _OTHERS


def make_private_folder(path: Path) -> None:
    """Make a folder for its owner alone, with the folders above it; it may exist already."""
    if not path.parent.exists():
        make_private_folder(path.parent)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        sync_folder(path.parent)
        return
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))


def write_file(path: Path, data: bytes, suffix: str = ".part") -> None:
    """Write a file, in place of an earlier one; until it is complete, its name has `suffix`."""
    with replace_file(path, suffix) as file:
        file.write(data)


@contextmanager
def replace_file(path: Path, suffix: str = ".part") -> Iterator[BinaryIO]:
    """A file to write to, which gets its name when it is complete."""
    aside = path.with_suffix(suffix)
    with open(aside, "wb", opener=open_privately) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    rename(aside, path)


def rename(source: Path, target: Path) -> None:
    """Rename a file or a folder for good, in place of a file or empty folder of that name."""
    try:
        source.replace(target)
    except IsADirectoryError:
        # Only an empty folder goes: this fails for any other.
        target.rmdir()
        source.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk; some file systems cannot, and need not."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def has_room(path: Path) -> bool:
    """Whether there is room for a file beside another one; True if that cannot be told."""
    try:
        status = os.statvfs(path.parent)
    except OSError:
        return True
    return status.f_bavail * status.f_frsize > _ENOUGH_ROOM


def measure_size(path: Path) -> int:
    """Bytes that a file takes, or all files in a folder."""
    total = 0
    for file in (path, *path.rglob("*")):
        # Files may be deleted meanwhile.
        with suppress(OSError):
            total += file.lstat().st_size if file.is_file() else 0
    return total


def make_private(path: Path) -> None:
    """Take away others' rights on a file, or on a folder and everything in it, if it is ours.

    A folder that is private already is left as it is: nobody else can enter it.
    """
    with suppress(OSError):
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode) or not status.st_mode & _OTHERS or not _is_own(status):
            return
        path.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)
        if stat.S_ISDIR(status.st_mode):
            make_private_below(path)


def make_private_below(folder: Path) -> None:
    """`make_private` for everything in a folder."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                make_private_below(path)
            make_private(path)


def describe_danger(path: Path) -> str | None:
    """Why the content of a folder or file may be another user's work; None if it cannot be.

    Raises:
        OSError: it cannot be looked at.
    """
    status = path.stat()
    # A link must be ours, too: whoever owns it chooses what it leads to.
    if not _is_own(status) or not _is_own(path.lstat()):
        return "belongs to another user"
    # Most users have a group of their own; `make_private` takes its rights away.
    if status.st_mode & stat.S_IWOTH or (
        status.st_mode & stat.S_IWGRP and status.st_gid != os.getegid()
    ):
        return "can be written to by other users"
    return None


def _is_own(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid()
