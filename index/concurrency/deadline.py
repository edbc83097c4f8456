"""A limit on time for what cannot be asked to stop: it is cut off."""

from __future__ import annotations

import threading
from collections.abc import Callable


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
