"""Serving MCP: on standard input and output, or over HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

from mcp.server.transport_security import TransportSecuritySettings

from qa.service.api.guard import Guard
from qa.service.api.serve import LOOPBACK, listen, make_strangers, names_of, serve_app
from qa.service.log import log_briefly
from qa.service.mcp.server import make_server
from qa.service.mcp.streams import LARGEST_MESSAGE, open_standard_streams
from qa.service.service import Service
from qa.service.warm.server import listen_for_command_line


def serve_mcp(service: Service) -> None:
    """Answer on standard input and output until the input ends, or a signal comes.

    Standard output belongs to the protocol: whatever else is printed goes to standard error.
    """
    log_briefly()
    asyncio.run(_serve_on_streams(service))


async def _serve_on_streams(service: Service) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with listen_for_command_line(service):
        serving = asyncio.ensure_future(_answer_on_streams(service))
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait((serving, stopped), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
    if serving.done():
        serving.result()
        return
    service.close()
    # A thread waits for standard input, and cannot be stopped.
    os._exit(0)


async def _answer_on_streams(service: Service) -> None:
    server = make_server(service)
    try:
        async with open_standard_streams() as (requests, answers):
            await server.run(requests, answers, server.create_initialization_options())
    except* BrokenPipeError:
        # The caller has gone without waiting for its answer.
        pass


def serve_mcp_over_http(
    service: Service, token: str, *, port: int = 0, on_start: Callable[[str], None]
) -> None:
    """Answer over HTTP on the loopback address until a signal comes.

    Args:
        token: what callers must know.
        port: 0 for any that is free.
        on_start: called with the address as soon as requests are taken.

    Raises:
        PortInUse: another program uses the port, or only the system may use it.
    """
    # Hosts, origins and the token are checked by the guard, as for the other interface. No request
    # needs what came before it: sessions, of which callers leave many open, would only be kept.
    app = make_server(service).streamable_http_app(
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        max_request_body_size=LARGEST_MESSAGE,
        stateless_http=True,
    )
    with listen(LOOPBACK, port) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/mcp"
        strangers = make_strangers()
        guarded = Guard(app, token, names_of(LOOPBACK), (), strangers)
        asyncio.run(serve_app(service, guarded, strangers, listening, lambda: on_start(address)))
