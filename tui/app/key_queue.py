"""A queue of key presses, handled one after the other."""

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

# Seconds to wait for a widget that does not respond: the key to quit must always work.
_PATIENCE_SECONDS = 1.0


class KeyQueue:
    """Forwards each key once the effects of the one before are done.

    Textual inserts letters at once. Other keys act only after they have bubbled up to the
    app, and a screen takes keys only once it is drawn. Without a queue, a quick key could
    overtake another, or reach the screen that is being left.
    """

    def __init__(self, app: App[None], forward: Callable[[events.Event], Awaitable[None]]) -> None:
        """An empty queue; `forward` sends a key to the focused widget."""
        self._app = app
        self._forward = forward
        self._typed: deque[Typed] = deque()
        self._busy = False

    def put(self, typed: Typed) -> None:
        """Add a key press or a paste."""
        self._typed.append(typed)
        if not self._busy:
            self._busy = True
            self._app.run_worker(self._forward_all())

    async def _forward_all(self) -> None:
        while self._typed and self._app.is_running:
            # A new screen sets its focus first.
            await _wait_until_idle(self._app.screen)
            typed, focused = self._typed.popleft(), self._app.focused
            path = (focused or self._app.screen).ancestors_with_self
            await self._forward(typed)
            if isinstance(focused, Input) and isinstance(typed, events.Key) and typed.is_printable:
                continue  # Letters are inserted at once.
            # The key bubbles up to the app; the messages it causes take the same path after it.
            for node in [*path, *path]:
                await _wait_until_idle(node)
        self._busy = False


async def _wait_until_idle(node: MessagePump) -> None:
    """Wait until a node has handled all its messages, but no longer than `_PATIENCE_SECONDS`."""
    idle = asyncio.Event()
    if node.call_later(idle.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(idle.wait(), _PATIENCE_SECONDS)
