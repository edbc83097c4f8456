"""The app in a browser, on this machine only. Each page that is opened runs an app of its own.

Other users of this machine can reach its ports, too. So the address that is printed holds a
token that is good for one browser, which gets a cookie for it. The app lies under a path that
cannot be guessed: the cookie is sent to that path alone, and so to no other server, though
browsers send cookies to every port of a machine.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import shlex
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path

import textual_serve
from aiohttp import WSMsgType, web
from aiohttp.typedefs import Handler
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from index.locations import EngineUrl, describe_to_process, read_location
from qa.service import Strangers, listen
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
_COOKIE = "quoteback"
_DRIVER = "tui.cli.commands.serve.driver:ServedDriver"
# No screen has more columns and rows, and nothing can be read on one with fewer.
_COLUMNS, _ROWS = (20, 1_000), (6, 400)
# Seconds that an app has to save its work and end.
_GRACE_SECONDS = 5


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
        access = Access(f"http://{_HOST}:{listening.getsockname()[1]}")
        asyncio.run(_run(_LocalServer(_prepare_command(named), access), access, listening))
    return 0


def _prepare_command(named: str | None) -> list[str]:
    """The command that runs the app on an index, or on the default one.

    A URL is made the default one: it may hold a password, which must not be seen in a list of
    processes.
    """
    location = read_location(named) if named is not None else None
    if isinstance(location, EngineUrl):
        os.environ.update(describe_to_process(location))
        named = None
    # `-P`: the working folder may hold modules named like ours.
    return [sys.executable, "-P", "-m", "tui", *(["--index", named] if named else [])]


async def _run(server: _LocalServer, access: Access, listening: socket.socket) -> None:
    """Serve until a signal comes; then end all apps."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=_GRACE_SECONDS)
    await runner.setup()
    accepting = await loop.create_server(server.limit_connections(runner), sock=listening)
    try:
        access.offer()
        await stopped.wait()
    finally:
        accepting.close()
        await runner.cleanup()


class Access:
    """Tokens and cookies of one server.

    Attributes:
        path: where the app lies; begins and ends with a slash.
    """

    def __init__(self, address: str) -> None:
        """Nobody has access yet; `address`: of the server, such as "http://127.0.0.1:8000"."""
        self.path = f"/{secrets.token_urlsafe(16)}/"
        self._address = address
        self._token: str | None = None
        self._used_tokens: set[str] = set()
        self._cookies: set[str] = set()

    def offer(self) -> None:
        """Print an address that one browser can open, unless one waits to be opened."""
        if self._token is None:
            self._token = secrets.token_urlsafe(32)
            link = f"{self._address}/?token={self._token}"
            print(f"Quoteback is at {link} (Ctrl-C ends it)", flush=True)

    def redeem(self, token: str) -> str | None:
        """A new cookie for the token that was announced, which is then used up; else None."""
        if self._token is None or not _equal(token, self._token):
            return None
        self._used_tokens.add(self._token)
        self._token = None
        cookie = secrets.token_urlsafe(32)
        self._cookies.add(cookie)
        return f"{_COOKIE}={cookie}; Path={self.path}; HttpOnly; SameSite=Strict"

    def was_used(self, token: str) -> bool:
        """Whether a token was announced once, and has been redeemed."""
        return any(_equal(token, used) for used in self._used_tokens)

    def admits(self, cookies: dict[str, str]) -> bool:
        """Whether a browser with these cookies has redeemed a token."""
        given = cookies.get(_COOKIE, "")
        return any(_equal(given, cookie) for cookie in self._cookies)


def _equal(given: str, secret: str) -> bool:
    # In a time that tells nothing of the secret.
    return secrets.compare_digest(given.encode(errors="replace"), secret.encode())


class _LocalServer:
    """Serves one page only, which loads nothing from elsewhere, to those who have access."""

    def __init__(self, command: list[str], access: Access) -> None:
        self._command = command
        self._access = access
        self._apps: set[asyncio.Task[object]] = set()
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
        if len(self._apps) >= _MOST_APPS:
            raise web.HTTPServiceUnavailable(text="Too many pages are open: close one.")
        task = asyncio.current_task()
        if task is None:
            raise AssertionError("a request is handled by a task")
        self._apps.add(task)
        try:
            await page.prepare(request)
            app = ServedApp(self._command, page)
            await app.start(_read_number(request, "width", 80), _read_number(request, "height", 24))
            try:
                await app.listen()
            finally:
                await app.stop()
        except asyncio.CancelledError:
            pass
        finally:
            self._apps.discard(task)
        with suppress(ConnectionError):
            await page.close()
        return page

    async def _end_apps(self, _: web.Application) -> None:
        """End all apps; each saves its work first."""
        for task in self._apps:
            task.cancel()
        if self._apps:
            await asyncio.wait(self._apps, timeout=2 * _GRACE_SECONDS)


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


class ServedApp(AppService):
    """One app, for one page; it ends with the page, and the page with it."""

    def __init__(self, command: Sequence[str], page: web.WebSocketResponse) -> None:
        super().__init__(
            shlex.join(command),
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=self._close_page,
            download_manager=DownloadManager(),
        )
        self._page = page

    async def _open_app_process(
        self, width: int = 80, height: int = 24
    ) -> asyncio.subprocess.Process:
        columns, rows = limit_size(width, height)
        self._process = await asyncio.create_subprocess_exec(
            *shlex.split(self.command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**self._build_environment(columns, rows), "TEXTUAL_DRIVER": _DRIVER},
            # Ctrl-C is for the server, which ends the apps itself.
            start_new_session=True,
        )
        self._stdin = self._process.stdin
        return self._process

    async def run(self) -> None:
        """Pass on to the page what the app draws, until it ends."""
        try:
            await super().run()
        finally:
            await self._close_page()

    async def _close_page(self) -> None:
        await self._page.close()

    async def on_data(self, payload: bytes) -> None:
        """Draw on the page. If it is gone, read on all the same: a full pipe would stop the app."""
        with suppress(ConnectionError):
            await super().on_data(payload)

    async def listen(self) -> None:
        """Pass on to the app what the page sends, until it is closed."""
        async for message in self._page:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                parsed = json.loads(message.data)
            except (ValueError, RecursionError):
                continue
            with suppress(ConnectionError):
                await self._take(parsed)

    async def _take(self, message: object) -> None:
        """Take one message of the page; whatever else it sends is passed over."""
        match message:
            case ["stdin", str(text)]:
                await self.send_bytes(text.encode(errors="replace"))
            case ["resize", {"width": int(columns), "height": int(rows)}]:
                await self.set_terminal_size(*limit_size(columns, rows))
            case ["ping", str() | int() as data]:
                await self._page.send_json(["pong", data])
            case ["blur", *_]:
                await self.blur()
            case ["focus", *_]:
                await self.focus()

    async def stop(self) -> None:
        """Ask the app to save its work and end, and see to it that it does."""
        if self._process is None or self._task is None:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self.send_meta({"type": "quit"}), _GRACE_SECONDS)
        self.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _GRACE_SECONDS)
        except TimeoutError:
            pass
        finally:
            # Also what it has started, and if we are told to hurry.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await self._task


def limit_size(columns: int, rows: int) -> tuple[int, int]:
    """A size that a screen can have."""
    (fewest_columns, most_columns), (fewest_rows, most_rows) = _COLUMNS, _ROWS
    return max(fewest_columns, min(columns, most_columns)), max(fewest_rows, min(rows, most_rows))
