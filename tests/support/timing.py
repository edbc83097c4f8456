"""Bounds on processor time that hold on every machine and in every process.

They are for work that takes minutes when it is wrong, such as a search that goes back at every
character; they are no benchmarks.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Seconds that `_measure_machine` takes on the machine that the bounds were written on.
_USUAL_SECONDS = 0.018


@contextmanager
def takes_at_most(seconds: float) -> Iterator[None]:
    """Fail where the block takes more processor time of this process than so many seconds.

    A slower or busier machine gets more. The garbage collector rests meanwhile: in a process that
    has run a thousand tests, looking through their objects would take longer than the work.
    """
    collects = gc.isenabled()
    gc.disable()
    started = time.process_time()
    try:
        yield
        taken = time.process_time() - started
    finally:
        if collects:
            gc.enable()
    if taken <= seconds:
        return
    slowness = max(1.0, _measure_machine() / _USUAL_SECONDS)
    assert taken <= seconds * slowness, (
        f"took {taken:.1f} s, at most {seconds:g} s on a machine {slowness:.1f} times as fast"
    )


def _measure_machine() -> float:
    """Processor seconds that a fixed piece of work takes."""
    started = time.process_time()
    sum(number * number for number in range(300_000))
    return time.process_time() - started
