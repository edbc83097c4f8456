"""The log of a server on standard error: a line for a fault, and for the same one once a minute.

Whoever reaches its port could fill the terminal otherwise.
"""

from __future__ import annotations

import logging
import math
import sys
import time
from contextlib import suppress
from pathlib import Path

from index.locations import hide_passwords
from qa.display import visible

_PAUSE_SECONDS = 60.0
_LONGEST_LINE = 500


def log_briefly() -> None:
    """Have the packages that serve log in this way."""
    root = logging.getLogger()
    if not any(isinstance(each, _BriefHandler) for each in root.handlers):
        root.addHandler(_BriefHandler())


class _BriefHandler(logging.Handler):
    """Writes a line for a fault, and keeps the same one back for a while."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        # By fault, when it was written last, and how often it was kept back since. A fault is a
        # place in the code, of which there are few: what a caller sends makes no new one.
        self._said: dict[object, tuple[float, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        fault = (record.pathname, record.lineno, kind)
        said, kept_back = self._said.get(fault, (-math.inf, 0))
        now = time.monotonic()
        if now - said < _PAUSE_SECONDS:
            self._said[fault] = said, kept_back + 1
            return
        self._said[fault] = now, 0
        # Nobody may read standard error, and that is not a reason to fail.
        with suppress(OSError, ValueError):
            print(_describe(record, kept_back), file=sys.stderr, flush=True)


def _describe(record: logging.LogRecord, kept_back: int) -> str:
    """A line without passwords and without anything that would steer a terminal."""
    words = " ".join(record.getMessage().split())
    if record.exc_info and (error := record.exc_info[1]) is not None:
        words += f" ({_describe_error(error)})"
    if kept_back:
        words += f" ({kept_back:,} more were kept back)"
    return f"quoteback: {visible(hide_passwords(words[:_LONGEST_LINE]))}"


def _describe_error(error: BaseException) -> str:
    words = " ".join(str(error).split())[:_LONGEST_LINE]
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f", {Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at else ""
    return f"{type(error).__name__}: {words}{place}"
