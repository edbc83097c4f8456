"""What is typed, one key after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.widgets import Input

Typed = events.Key | events.Paste

# Seconds that keys wait for something that hangs: one can always quit.
_PATIENCE = 1.0


class KeyQueue:
    """Hands on what is typed, each key once all that the one before it did is done.

    Textual inserts letters at once, but other keys do something only when they have come up
    to the app, and a screen takes keys only when it is drawn: of keys that come quickly one
    would overtake the other, or go to the screen that is being left.
    """

    def __init__(self, app: App[None], hand_on: Callable[[events.Event], Awaitable[None]]) -> None:
        """A keyboard.

        Args:
            hand_on: gives a key to what has the focus.
        """
        self._app = app
        self._hand_on = hand_on
        self._typed: deque[Typed] = deque()
        self._busy = False

    def put(self, typed: Typed) -> None:
        """Take what was typed; it waits for its turn."""
        self._typed.append(typed)
        if not self._busy:
            self._busy = True
            self._app.run_worker(self._hand_on_all())

    async def _hand_on_all(self) -> None:
        while self._typed and self._app.is_running:
            # It has its focus then.
            await _passed(self._app.screen)
            typed, focused = self._typed.popleft(), self._app.focused
            way = (focused or self._app.screen).ancestors_with_self
            await self._hand_on(typed)
            if isinstance(focused, Input) and isinstance(typed, events.Key) and typed.is_printable:
                continue  # Letters cannot overtake each other.
            # The key goes up to the app; what it made a widget say goes the same way after it.
            for node in [*way, *way]:
                await _passed(node)
        self._busy = False


async def _passed(node: MessagePump) -> None:
    """Wait until all that a node has been sent is dealt with; not for ever."""
    passed = asyncio.Event()
    if node.call_later(passed.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(passed.wait(), _PATIENCE)
