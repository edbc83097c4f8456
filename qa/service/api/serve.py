"""Serving HTTP until a signal ends it."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from index import QuotebackError
from qa.service.api.app import make_app
from qa.service.service import Service
from qa.service.warm.server import listen_for_command_line

LOOPBACK = "127.0.0.1"
_LOOPBACK_NAMES = (LOOPBACK, "localhost", "::1")
# Seconds that running requests have once the service is to end.
_GRACE = 5
# Connections at a time.
_MOST_CONNECTIONS = 1_000


class PortInUse(QuotebackError):
    """The port is taken, or closed to us."""


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
        app = make_app(service, token, names_of(host))
        asyncio.run(
            serve_app(service, app, listening, lambda: on_start(f"http://{shown}:{number}"))
        )


async def serve_app(
    service: Service, app: ASGIApp, listening: socket.socket, on_start: Callable[[], None]
) -> None:
    """Run an application, and answer the command line, until a signal comes."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE,
    )
    async with listen_for_command_line(service):
        server = _Server(config, on_start)
        await server.serve(sockets=[listening])


class _Server(uvicorn.Server):
    """Tells when it has started; ends quietly with a signal, which is no failure."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.force_exit = self.should_exit
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address.

    Raises:
        PortInUse: it is taken or closed to us, or there is no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        problem = os.strerror(error.errno or 0).lower() if error.errno else str(error)
        raise PortInUse(f"{host}, port {port}: {problem}; choose another with --port") from error


def names_of(host: str) -> tuple[str, ...]:
    """The names in a Host header that mean us, where we listen on `host`."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return (host.lower(), *_LOOPBACK_NAMES)
    if address.is_unspecified:
        # We listen on all addresses of this machine.
        return (*_LOOPBACK_NAMES, *_list_own_addresses())
    return (host, *_LOOPBACK_NAMES)


def _list_own_addresses() -> tuple[str, ...]:
    name = socket.gethostname()
    try:
        addresses = {entry[4][0] for entry in socket.getaddrinfo(name, None)}
    except OSError:
        addresses = set()
    return (name.lower(), *map(str, addresses))
