"""One writer at a time: the lock of an index."""

from __future__ import annotations

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
