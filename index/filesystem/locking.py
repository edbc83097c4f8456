"""The lock that lets one process at a time write to an index."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from index.errors import CannotWrite, IndexInUse, IndexMoved
from index.reports import Progress, ProgressCallback

# Seconds that a writer waits for another, and seconds between two attempts.
WAIT_SECONDS = 10.0
_ATTEMPT_SECONDS = 0.05


@contextmanager
def writer_lock(folder: Path, progress: ProgressCallback) -> Iterator[None]:
    """Hold the right to write to an index, after waiting for another process that has it.

    A process that waits holds the turn: so one that has just written comes after it, however
    soon it asks again.

    Args:
        progress: called while waiting.

    Raises:
        IndexInUse: another process still has it after `WAIT_SECONDS`.
        IndexMoved: the folder is gone.
        CannotWrite: the folder may not be written to.
    """
    turn, lock = FileLock(folder / "turn", mode=0o600), FileLock(folder / "lock", mode=0o600)
    deadline = time.monotonic() + WAIT_SECONDS
    _acquire(turn, folder, deadline, progress)
    try:
        _acquire(lock, folder, deadline, progress)
    finally:
        turn.release()
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: BaseFileLock, folder: Path, deadline: float, progress: ProgressCallback) -> None:
    while True:
        if not folder.is_dir():
            # Taking the lock would make the folder.
            raise IndexMoved(f"{folder} is gone: it was moved or removed")
        try:
            lock.acquire(timeout=0)
            return
        except Timeout:
            if time.monotonic() > deadline:
                raise IndexInUse(
                    f"another process is writing to {folder}: wait until it has finished"
                ) from None
            progress(Progress("waiting for another process that is writing", 0, 0))
            time.sleep(_ATTEMPT_SECONDS)
        except OSError as error:
            raise CannotWrite(f"{folder} cannot be written to ({error.strerror})") from error
