"""An app in a process of its own, and the browser's page that shows it."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

_DRIVER = "tui.cli.commands.serve.driver:ServedDriver"
# No screen has more columns and rows, and nothing can be read on one with fewer.
_COLUMNS, _ROWS = (20, 1_000), (6, 400)
# Seconds that an app has to save its work and end.
GRACE_SECONDS = 5


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
            await asyncio.wait_for(self.send_meta({"type": "quit"}), GRACE_SECONDS)
        self.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), GRACE_SECONDS)
        except TimeoutError:
            pass
        finally:
            # Also what it has started, and if we are told to hurry.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await self._task


def make_command(index: str | None) -> list[str]:
    """The command that runs the app on an index, or on the default one.

    A URL has to be made the default one: it may hold a password, which must not be seen in a
    list of processes.
    """
    # `-P`: the working folder may hold modules named like ours.
    return [sys.executable, "-P", "-m", "tui", *(["--index", index] if index else [])]


def limit_size(columns: int, rows: int) -> tuple[int, int]:
    """A size that a screen can have."""
    return _limit(columns, *_COLUMNS), _limit(rows, *_ROWS)


def _limit(number: int, fewest: int, most: int) -> int:
    return max(fewest, min(number, most))
