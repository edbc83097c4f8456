"""The app in a browser, on this machine only. Each page that is opened runs an app of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from html import escape
from pathlib import Path

import textual_serve
from aiohttp import web
from aiohttp.typedefs import Handler

from index.locations import EngineUrl, describe_to_process, read_location
from qa.service import Strangers, listen
from tui.cli.commands.serve.access import Access
from tui.cli.commands.serve.served_app import GRACE_SECONDS, ServedApp, make_command
from tui.common.index_choice import choose_index

_HOST = "127.0.0.1"
_PAGES = Path(__file__).parent / "pages"
_OUR_NAMES = {_HOST, "localhost"}
# Apps, one for each page that is open, and connections, some for each; and connections over
# which nobody with access has asked for anything yet.
_MOST_APPS, _MOST_CONNECTIONS, _MOST_STRANGERS = 8, 64, 64
# Seconds in which a new connection must prove its access.
_PATIENCE_SECONDS = 10.0
# Seconds that a page has to confirm that its app has ended.
_FAREWELL_SECONDS = 1
_ASK = "Open the address that stands in the terminal where `quoteback serve` runs."


def serve(named: str | None, port: int) -> int:
    """Serve the app on the loopback address until Ctrl-C; returns the exit code.

    Args:
        named: the folder or URL of the index; the default one if None.
        port: the TCP port; 0 for any that is free.

    Raises:
        PortInUse: another program uses the port, or only the system may use it.
        NotAnIndex: there is none where it is named.
    """
    # Fail here, once, and not on every page.
    choose_index(named)
    # Log nothing: anyone who reaches the port could fill the terminal.
    for name in ("aiohttp.server", "aiohttp.web", "aiohttp.websocket", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with listen(_HOST, port) as listening:
        address = f"http://{_HOST}:{listening.getsockname()[1]}"
        access = Access(
            address, lambda link: print(f"Quoteback is at {link} (Ctrl-C ends it)", flush=True)
        )
        asyncio.run(_run(_LocalServer(_prepare_command(named), access), access, listening))
    return 0


def _prepare_command(named: str | None) -> list[str]:
    location = read_location(named) if named is not None else None
    if isinstance(location, EngineUrl):
        os.environ.update(describe_to_process(location))
        named = None
    return make_command(named)


async def _run(server: _LocalServer, access: Access, listening: socket.socket) -> None:
    """Serve until a signal comes; then end all apps."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    accepting = await loop.create_server(server.limit_connections(runner), sock=listening)
    try:
        access.offer()
        await stopped.wait()
    finally:
        accepting.close()
        await runner.cleanup()


class _LocalServer:
    """Serves one page only, which loads nothing from elsewhere, to those who have access."""

    def __init__(self, command: list[str], access: Access) -> None:
        self._command = command
        self._access = access
        self._sessions: set[asyncio.Task[object]] = set()
        self._strangers = Strangers(_MOST_STRANGERS, _PATIENCE_SECONDS)
        self._page = (_PAGES / "app.html").read_text(encoding="utf-8")

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._check])
        path = self._access.path
        app.router.add_get("/", self._redeem_token)
        app.router.add_get(path, self._show_page)
        app.router.add_get(f"{path}ws", self._run_app)
        statics = Path(textual_serve.__file__).parent / "static"
        app.router.add_static(f"{path}static", statics)
        app.router.add_static(f"{path}pages", _PAGES)
        app.on_shutdown.append(self._end_apps)
        return app

    def limit_connections(self, runner: web.AppRunner) -> Callable[[], asyncio.Protocol]:
        """A function that makes the handler of each new connection, a stranger's at first."""

        def make() -> asyncio.Protocol:
            requests = runner.server
            if requests is None or len(requests.connections) >= _MOST_CONNECTIONS + _MOST_STRANGERS:
                return _Refused()
            handler = requests()
            self._strangers.watch(handler, handler.force_close)
            return handler

        return make

    @web.middleware
    async def _check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse whoever has no access, and pages of other sites: they must not control the app.

        The host's name is checked as well, since a site can make its name lead to this machine
        (DNS rebinding). The port is not: it may be forwarded from another one.
        """
        ours = f"http://{request.host}"
        if request.url.host not in _OUR_NAMES or request.headers.get("Origin", ours) != ours:
            raise web.HTTPForbidden(text="Quoteback can only be used from its own page.")
        if request.path != "/":
            if not self._access.admits(dict(request.cookies)):
                if request.path == self._access.path:
                    # Only who was sent here knows it: another browser of the same person.
                    self._access.offer()
                raise web.HTTPForbidden(text=_ASK)
            self._strangers.release(request.protocol)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(
                {
                    "Content-Security-Policy": (
                        "default-src 'self'; style-src 'self' 'unsafe-inline'; "
                        f"connect-src 'self' ws://{request.host}; img-src 'self' data:; "
                        "frame-ancestors 'none'"
                    ),
                    "Referrer-Policy": "no-referrer",
                    "Cross-Origin-Resource-Policy": "same-origin",
                    "X-Content-Type-Options": "nosniff",
                    "Cache-Control": "no-store",
                }
            )
        return response

    async def _redeem_token(self, request: web.Request) -> web.Response:
        token = request.query.get("token", "")
        headers = {"Location": self._access.path}
        if cookie := self._access.redeem(token):
            headers["Set-Cookie"] = cookie
        elif not self._access.was_used(token):
            raise web.HTTPForbidden(text=_ASK)
        return web.Response(status=303, headers=headers)

    async def _show_page(self, request: web.Request) -> web.Response:
        address = escape(f"ws://{request.host}{self._access.path}ws")
        page = self._page.replace("{{ websocket }}", address)
        return web.Response(text=page, content_type="text/html")

    async def _run_app(self, request: web.Request) -> web.WebSocketResponse:
        page = web.WebSocketResponse(timeout=_FAREWELL_SECONDS, heartbeat=15)
        if not page.can_prepare(request):
            raise web.HTTPBadRequest
        if len(self._sessions) >= _MOST_APPS:
            raise web.HTTPServiceUnavailable(text="Too many pages are open: close one.")
        session = asyncio.current_task()
        if session is None:
            raise AssertionError("a request is handled by a task")
        self._sessions.add(session)
        try:
            await page.prepare(request)
            columns, rows = (
                _read_number(request, *side) for side in (("width", 80), ("height", 24))
            )
            app = ServedApp(self._command, page)
            await app.start(columns, rows)
            try:
                await app.listen()
            finally:
                await app.stop()
        except asyncio.CancelledError:
            pass
        finally:
            self._sessions.discard(session)
        with suppress(ConnectionError):
            await page.close()
        return page

    async def _end_apps(self, _: web.Application) -> None:
        """End all apps; each saves its work first."""
        for session in self._sessions:
            session.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions, timeout=2 * GRACE_SECONDS)


class _Refused(asyncio.Protocol):
    """One connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.abort()


def _read_number(request: web.Request, name: str, default: int) -> int:
    try:
        return int(request.query.get(name, default))
    except ValueError:
        return default
