"""Serving HTTP until a signal ends it, and the log of a server on standard error.

It has a line for a fault, and for the same one once a minute: whoever reaches the port could fill
the terminal otherwise.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import math
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from index.locations import hide_passwords
from qa.display import visible
from qa.service.api.app import make_app
from qa.service.connections import Strangers, listen
from qa.service.service import Service
from qa.service.warm.server import listen_for_command_line

LOOPBACK = "127.0.0.1"
_LOOPBACK_NAMES = (LOOPBACK, "localhost", "::1")
# Seconds that running requests have once the service is to end.
_GRACE_SECONDS = 5
# Connections at a time: over which the token has come, and over which it has not yet.
_MOST_CONNECTIONS, _MOST_STRANGERS = 500, 200
# Connections that the system keeps until we take them in.
_MOST_WAITING = 128
# Seconds until a request must have come, with the token.
_PATIENCE_SECONDS = 10.0
# Bytes of the head of a request.
_LARGEST_HEAD_BYTES = 2**16
_PAUSE_SECONDS = 60.0
_LONGEST_LINE = 500


def serve_api(
    service: Service,
    token: str,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    on_start: Callable[[str], None],
) -> None:
    """Answer over HTTP until Ctrl-C or SIGTERM; requests that run are finished first.

    Args:
        host: the address to listen on; others than those of the loopback can be reached from
            other machines.
        port: 0 for any that is free.
        on_start: called with the address as soon as requests are taken.

    Raises:
        PortInUse: another program uses the port, or only the system may use it.
    """
    with listen(host, port) as listening:
        address, number = listening.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        strangers = make_strangers()
        app = make_app(service, token, names_of(host), strangers)
        asyncio.run(
            serve_app(
                service, app, strangers, listening, lambda: on_start(f"http://{shown}:{number}")
            )
        )


def make_strangers() -> Strangers:
    """The connections of a server over which the token has not come yet."""
    return Strangers(_MOST_STRANGERS, _PATIENCE_SECONDS)


async def serve_app(
    service: Service,
    app: ASGIApp,
    strangers: Strangers,
    listening: socket.socket,
    on_start: Callable[[], None],
) -> None:
    """Run a guarded application, and answer the command line, until a signal comes."""
    log_briefly()
    config = uvicorn.Config(
        app,
        http=partial(_Connection, strangers),  # type: ignore[arg-type]
        h11_max_incomplete_event_size=_LARGEST_HEAD_BYTES,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        # As many are taken in at once, too: more could use up the descriptors.
        backlog=_MOST_WAITING,
        limit_concurrency=_MOST_CONNECTIONS + _MOST_STRANGERS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    async with listen_for_command_line(service):
        server = _Server(config, on_start)
        await server.serve(sockets=[listening])


class _Connection(H11Protocol):
    """One connection, which is a stranger's until the guard releases it."""

    def __init__(self, strangers: Strangers, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._strangers = strangers

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._strangers.watch(self.client, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._strangers.release(self.client)
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        # Who asks for nothing but what is public may go on.
        if self.client in self._strangers:
            self._strangers.watch(self.client, self.transport.abort)
        super().on_response_complete()


class _Server(uvicorn.Server):
    """Tells when it has started; ends quietly with a signal, which is not a failure."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.force_exit = self.should_exit
        self.should_exit = True


def names_of(host: str) -> tuple[str, ...]:
    """The names in a Host header that mean us, if we listen on `host`."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return (host.lower(), *_LOOPBACK_NAMES)
    if address.is_unspecified:
        # We listen on all addresses of this machine.
        return (*_LOOPBACK_NAMES, *_list_own_addresses())
    # Python and the system may spell an address in two ways.
    return (host.lower(), str(address), *_LOOPBACK_NAMES)


def _list_own_addresses() -> tuple[str, ...]:
    name = socket.gethostname()
    try:
        addresses = {entry[4][0] for entry in socket.getaddrinfo(name, None)}
    except OSError:
        addresses = set()
    return (name.lower(), *map(str, addresses))


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
