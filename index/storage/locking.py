"""One writer at a time: the lock of an index, and what a disk refuses to one who has it."""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import CannotWrite, IndexInUse
from index.reports import Progress, ProgressCallback

# Seconds that a writer waits for another, and between two looks.
PATIENCE = 10.0
_LOOK = 0.1
# What the system says where there is no room, or the disk fails or is closed to us.
_REFUSALS = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM)
)


@contextmanager
def writer_lock(folder: Path, tell: ProgressCallback) -> Iterator[None]:
    """Hold the right to write to an index; wait for another process that has it, and tell so.

    Raises:
        IndexInUse: another process has held it all the time.
        CannotWrite: the folder is closed to us.
    """
    lock = FileLock(folder / "lock")
    until = time.monotonic() + PATIENCE
    while True:
        try:
            lock.acquire(timeout=0)
            break
        except Timeout:
            if time.monotonic() > until:
                raise IndexInUse(
                    f"another process is writing to {folder}: wait until it has finished"
                ) from None
            tell(Progress("waiting for another process that is writing", 0, 0))
            time.sleep(_LOOK)
        except OSError as error:
            raise CannotWrite(f"{folder} cannot be written to ({error.strerror})") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def refusals(folder: Path) -> Iterator[None]:
    """What the disk refuses becomes `CannotWrite`, whichever part of the index was writing."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        raise CannotWrite(
            f"{folder} cannot be written to ({error.strerror}): "
            f"what is in it stays; the same command goes on from there"
        ) from error
