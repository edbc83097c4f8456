"""The file of Milvus Lite: a folder that one process at a time has open."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from index.errors import CannotRead, IndexInUse, NotAnIndex, translate_permission_errors

# Locked by the process that has the file open.
_LOCK = "LOCK"


def is_file_of_lite(path: Path) -> bool:
    """Whether there is a file of Milvus Lite at a path.

    Raises:
        NotAnIndex: something else is in its place.
        CannotRead: it may not be looked at.
    """
    with translate_permission_errors():
        if not path.exists():
            return False
        if path.is_dir() and ((path / _LOCK).exists() or not any(path.iterdir())):
            return (path / _LOCK).exists()
    raise NotAnIndex(f"{path} is not a file of Milvus Lite: choose another --index")


def check_unused(path: Path, place: str) -> None:
    """Make sure that no other process has a file open.

    Raises:
        IndexInUse: another process has it open.
        CannotRead: it cannot be opened, or be made.
    """
    try:
        if not path.exists():
            path.mkdir(mode=0o700, parents=True)
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(lock)
    except BlockingIOError:
        raise IndexInUse(
            f"{place} is in use by another process: Milvus Lite lets in one at a time, a server "
            f"(milvus://HOST:PORT/NAME) lets in all"
        ) from None
    except OSError as error:
        raise CannotRead(
            f"{place} cannot be opened ({error.strerror}): change its permissions, or choose "
            f"another --index"
        ) from error


def close_file(path: str) -> None:
    """Close a file, so that other processes can open it."""
    from milvus_lite.server_manager import server_manager_instance

    with suppress(Exception):
        server_manager_instance.release_server(path)


def measure_file(path: Path) -> int:
    """Bytes on the disk."""
    total = 0
    for file in path.rglob("*"):
        # Files may be deleted meanwhile.
        with suppress(OSError):
            total += file.lstat().st_size if file.is_file() else 0
    return total
