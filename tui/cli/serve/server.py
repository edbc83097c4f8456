"""The app in a browser, on this machine only. Each page that is opened runs an app of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
import socket
import sys
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler
from textual_serve.server import Server

from index import QuotebackError
from tui.common.opening import choose_index

_HOST = "127.0.0.1"
_PAGES = Path(__file__).parent / "pages"
_DRIVER = "tui.cli.serve.driver:ServedDriver"
_OUR_NAMES = {_HOST, "localhost"}
# Seconds that the apps have to end by themselves.
_GRACE = 5


class PortInUse(QuotebackError):
    """The port is taken, or closed to us."""


def serve(folder: str | None, port: int) -> int:
    """Serve the app on the loopback address until Ctrl-C; returns the exit code.

    Args:
        folder: the folder of the index; the default one if None.
        port: the TCP port; 0 for any that is free.

    Raises:
        PortInUse: another program uses the port, or only the system may use it.
        NotAnIndex: the folder is no index.
    """
    # Fail here, once, and not on every page.
    choose_index(folder)
    # `-P`: the working folder may hold modules named like ours.
    command = [sys.executable, "-P", "-m", "tui", *(["--index", folder] if folder else [])]
    with _listen(port) as listening:
        # The server passes Ctrl-C on to the apps, and one that is still starting cannot handle it.
        run = f"trap '' INT; TEXTUAL_DRIVER={_DRIVER} exec {shlex.join(command)}"
        app = _LocalServer(run).application()
        # Standard output is for the address alone; problems go to standard error.
        logging.getLogger("textual-serve").setLevel(logging.CRITICAL)
        address = f"http://{_HOST}:{listening.getsockname()[1]}"
        web.run_app(
            app,
            sock=listening,
            access_log=None,
            shutdown_timeout=_GRACE,
            print=lambda *_: print(f"Quoteback is at {address} (Ctrl-C ends it)", flush=True),
        )
    return 0


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((_HOST, port))
    except OSError as error:
        problem = os.strerror(error.errno or 0).lower()
        raise PortInUse(f"port {port}: {problem}; choose another with --port") from error


class _LocalServer(Server):
    """Serves one page only, which loads nothing from elsewhere."""

    def __init__(self, command: str) -> None:
        super().__init__(command, templates_path=_PAGES)
        self._sessions: set[asyncio.Task[object]] = set()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[_only_our_own])
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(self.templates_path))
        app.router.add_get("/", self.handle_index)
        app.router.add_get("/ws", self.handle_websocket)
        app.router.add_static("/static", self.statics_path)
        app.router.add_static("/pages", _PAGES)
        app.on_shutdown.append(self.on_shutdown)
        return app

    @aiohttp_jinja2.template("app.html")
    async def handle_index(self, request: web.Request) -> dict[str, str]:
        return {"websocket": f"ws://{request.host}/ws"}

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        if not web.WebSocketResponse().can_prepare(request):
            raise web.HTTPBadRequest
        session = asyncio.current_task()
        assert session is not None
        self._sessions.add(session)
        try:
            return await super().handle_websocket(request)
        finally:
            self._sessions.discard(session)

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002
        """End all apps; each saves its work first."""
        for session in self._sessions:
            session.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions, timeout=_GRACE)


@web.middleware
async def _only_our_own(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests of other sites: a page of theirs must not control the app.

    The host's name is checked as well, since a site can make its name lead to this machine
    (DNS rebinding). The port is not: it may be forwarded from another one.
    """
    ours = f"http://{request.host}"
    name = request.url.host
    if name not in _OUR_NAMES or request.headers.get("Origin", ours) != ours:
        raise web.HTTPForbidden(text="Quoteback can only be used from its own page.")
    response = await handler(request)
    if not response.prepared:
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; style-src 'self' 'unsafe-inline'; "
            f"connect-src 'self' ws://{request.host}; img-src 'self' data:; "
            "frame-ancestors 'none'"
        )
    return response
