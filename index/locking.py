"""One writer at a time: the lock of an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexInUse, QuotebackError


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the right to write to an index.

    Raises:
        IndexInUse: another process holds it.
        QuotebackError: the folder cannot be written to.
    """
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexInUse(
            f"another process is writing to {folder}: wait until it has finished"
        ) from None
    except OSError as error:
        raise QuotebackError(f"{folder} cannot be written to ({error.strerror})") from error
    try:
        yield
    finally:
        lock.release()
