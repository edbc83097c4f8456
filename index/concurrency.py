"""Threads and time: how much runs at once, and how work is ended that is no longer wanted."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

Result = TypeVar("Result")

# Writers wait for each other anyway, index by index.
_MOST_WRITERS = 32


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


async def run_cancellable(
    work: Callable[[Callable[[], bool]], Result], *, writes: bool = False
) -> Result:
    """Run `work` in a thread; returns or raises what it does.

    As many run at once as there are cores, first come, first served.

    Args:
        work: gets a function that returns true once the caller was cancelled. It calls that
            between steps, and raises when it is true.
        writes: the work writes to an index, and so may take long: searches do not wait for it.

    Raises:
        asyncio.CancelledError: the caller was cancelled. Work that waited is not begun.
    """
    # Slow to import. Whoever calls this has it already; all others do without.
    import asyncio

    stop = threading.Event()
    try:
        return await asyncio.wrap_future(_executor(writes).submit(work, stop.is_set))
    except asyncio.CancelledError:
        stop.set()
        raise


@cache
def _executor(writes: bool) -> ThreadPoolExecutor:
    if writes:
        return ThreadPoolExecutor(_MOST_WRITERS, "quoteback-writing")
    return ThreadPoolExecutor(available_cores(), "quoteback-reading")


class Deadline:
    """A context: work that is still under way after so many seconds is ended.

    Attributes:
        has_passed: whether the time was over.
        act: ends the work; called from another thread.
    """

    def __init__(self, seconds: float, act: Callable[[], object] = lambda: None) -> None:
        self.has_passed = False
        self.act = act
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._timer.cancel()

    def _pass(self) -> None:
        self.has_passed = True
        self.act()
