"""How long an event loop does nothing else: so long a key waits.

Processor time of all threads is counted: a busy machine does not matter, and a thread that lets no
other one run does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

_PAUSE_SECONDS = 0.005


@dataclass(slots=True)
class Gaps:
    """The longest time in which nothing else could run, in seconds of this process."""

    longest: float = 0.0


@asynccontextmanager
async def measure_gaps() -> AsyncIterator[Gaps]:
    """Measure the gaps of the running loop while the block runs."""
    gaps = Gaps()

    async def watch() -> None:
        before = time.process_time()
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            now = time.process_time()
            gaps.longest = max(gaps.longest, now - before)
            before = now

    task = asyncio.create_task(watch())
    try:
        yield gaps
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
