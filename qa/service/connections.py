"""Listening on a port, and the connections over which nobody has shown yet that they may ask."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Hashable

from index import QuotebackError


class PortInUse(QuotebackError):
    """The port is taken, or closed to us."""


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address; port 0 is any that is free.

    Raises `PortInUse` if it is taken or closed to us, or there is no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        problem = os.strerror(error.errno or 0).lower() if error.errno else str(error)
        raise PortInUse(f"{host}, port {port}: {problem}; choose another with --port") from error


class Strangers:
    """The connections of one server whose other end it does not know.

    Whoever reaches a port can open as many as they like, and say nothing. They have some seconds,
    and if they are too many, the oldest is cut off: whoever may ask says so at once, and so is
    always answered.
    """

    def __init__(self, most: int, seconds: float) -> None:
        """It knows no connection yet; so many may stay at a time, each for so many seconds."""
        self._most = most
        self._seconds = seconds
        # The oldest first; with each what cuts it off.
        self._waiting: dict[Hashable, tuple[asyncio.TimerHandle, Callable[[], None]]] = {}

    def __contains__(self, connection: Hashable) -> bool:
        return connection in self._waiting

    def watch(self, connection: Hashable, cut: Callable[[], None]) -> None:
        """Take in a new connection, or give one its time again; `cut` ends it."""
        self.release(connection)
        if len(self._waiting) >= self._most:
            self._cut(next(iter(self._waiting)))
        timer = asyncio.get_running_loop().call_later(self._seconds, self._cut, connection)
        self._waiting[connection] = timer, cut

    def release(self, connection: Hashable) -> None:
        """Leave a connection alone: its other end may ask, or it has ended."""
        if (waiting := self._waiting.pop(connection, None)) is not None:
            waiting[0].cancel()

    def _cut(self, connection: Hashable) -> None:
        timer, cut = self._waiting.pop(connection)
        timer.cancel()
        # Of many that come at once, it may be one that is yet to be connected.
        asyncio.get_running_loop().call_soon(cut)
