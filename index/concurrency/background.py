"""Work in threads for callers that use asyncio: cancelling the caller stops the work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Event
from typing import TypeVar

from index.concurrency.cores import available_cores

Result = TypeVar("Result")

# Writers wait for each other anyway, index by index.
_MOST_WRITERS = 32


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

    stop = Event()
    executor = _writers() if writes else _readers()
    try:
        return await asyncio.wrap_future(executor.submit(work, stop.is_set))
    except asyncio.CancelledError:
        stop.set()
        raise


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(available_cores(), "quoteback-reading")


@cache
def _writers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_MOST_WRITERS, "quoteback-writing")
