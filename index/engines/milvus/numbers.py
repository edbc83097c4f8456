"""Numbers that grow without a counter: Milvus has none that several writers could share.

A number is a time, in units of 16 microseconds, and the writer's own mark. One writer's numbers
always grow; those of several grow as far as their clocks agree. Two writers draw the same number
only with the same mark, one of 65,536, in the same instant.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Sequence

_EPOCH = 1_577_836_800  # 2020 began, in seconds
_MARK_BITS = 16
_UNIT_NS = 16_000
_MARK = secrets.randbelow(2**_MARK_BITS)
_lock = threading.Lock()
_last = 0


def take_numbers(count: int, after: int = 0) -> list[int]:
    """`count` numbers, ascending, above all that this process has taken and above `after`."""
    global _last
    with _lock:
        first = max(_now(), _last + 1, (after >> _MARK_BITS) + 1)
        _last = first + count - 1
    return [(tick << _MARK_BITS) | _MARK for tick in range(first, first + count)]


def list_following(number: int, count: int) -> Sequence[int]:
    """The numbers that were taken right after another one, by the same call."""
    step = 1 << _MARK_BITS
    return range(number + step, number + (count + 1) * step, step)


def number_of_time(seconds_ago: float) -> int:
    """The lowest number that can have been drawn within the last `seconds_ago` seconds."""
    return (_now() - int(seconds_ago * 1e9 / _UNIT_NS)) << _MARK_BITS


def _now() -> int:
    return (time.time_ns() - _EPOCH * 10**9) // _UNIT_NS
