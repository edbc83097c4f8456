"""The lock that lets one process at a time write to an index."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import CannotWrite, IndexInUse
from index.reports import Progress, ProgressCallback

# Seconds that a writer waits for another, and seconds between two attempts.
WAIT_SECONDS = 10.0
_ATTEMPT_SECONDS = 0.1


@contextmanager
def writer_lock(folder: Path, progress: ProgressCallback) -> Iterator[None]:
    """Hold the right to write to an index, after waiting for another process that has it.

    Args:
        progress: called while waiting.

    Raises:
        IndexInUse: another process still has it after `WAIT_SECONDS`.
        CannotWrite: the folder may not be written to.
    """
    lock = FileLock(folder / "lock")
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            lock.acquire(timeout=0)
            break
        except Timeout:
            if time.monotonic() > until:
                raise IndexInUse(
                    f"another process is writing to {folder}: wait until it has finished"
                ) from None
            progress(Progress("waiting for another process that is writing", 0, 0))
            time.sleep(_ATTEMPT_SECONDS)
        except OSError as error:
            raise CannotWrite(f"{folder} cannot be written to ({error.strerror})") from error
    try:
        yield
    finally:
        lock.release()
