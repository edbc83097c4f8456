"""An app in a process of its own, and the browser's page that shows it.

The app draws to its standard output and reads keys from its standard input, in packets: a
letter, a length in four bytes, then the payload. "D" is what a terminal would get or send, "M"
a record in JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

# What an app prints once it has started, and lines that may come before.
_READY, _LINES_BEFORE = b"__GANGLION__\n", 10
_DRIVER = "tui.cli.commands.serve.driver:ServedDriver"
# No screen has more columns and rows, and nothing can be read on one with fewer.
_COLUMNS, _ROWS = (20, 1_000), (6, 400)
# Bytes of a packet, and of a message of a page: what a person pastes.
_LARGEST_PACKET = 64 * 2**20
LARGEST_MESSAGE = 4 * 2**20
# Seconds that an app has to save its work and end.
GRACE = 5


class ServedApp:
    """One app, for one page; it ends with the page, and the page with it."""

    def __init__(self, process: asyncio.subprocess.Process, page: web.WebSocketResponse) -> None:
        self._process = process
        self._page = page

    @classmethod
    async def start(
        cls, command: Sequence[str], page: web.WebSocketResponse, columns: int, rows: int
    ) -> ServedApp:
        """Start an app for a page of so many columns and rows."""
        columns, rows = limit_size(columns, rows)
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={
                **os.environ,
                "TEXTUAL_DRIVER": _DRIVER,
                "TEXTUAL_FPS": "60",
                "TEXTUAL_COLOR_SYSTEM": "truecolor",
                "TERM_PROGRAM": "textual",
                "COLUMNS": str(columns),
                "ROWS": str(rows),
            },
            # Ctrl-C is for the server, which ends the apps itself.
            start_new_session=True,
        )
        return cls(process, page)

    async def run(self) -> None:
        """Pass on what the app draws and what the page sends until one of them ends."""
        ends = {asyncio.create_task(self._draw()), asyncio.create_task(self._listen())}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)

    async def end(self) -> None:
        """Ask the app to save its work and end, and see to it that it does."""
        with suppress(OSError):
            await asyncio.wait_for(self._tell({"type": "quit"}), GRACE)
        if self._process.stdin is not None:
            self._process.stdin.close()
        # What it still draws would fill the pipe.
        reading = asyncio.create_task(self._drop_output())
        try:
            await asyncio.wait_for(self._process.wait(), GRACE)
        except TimeoutError:
            pass
        finally:
            # Also what it has started, and where we are told to hurry.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            reading.cancel()
        await self._process.wait()

    async def _drop_output(self) -> None:
        output = self._process.stdout
        while output is not None and await output.read(65_536):
            pass

    async def _draw(self) -> None:
        output = self._process.stdout
        if output is None:
            raise AssertionError("it was started with one")
        for _ in range(_LINES_BEFORE):
            line = await output.readline()
            if line in (_READY, b""):
                break
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await output.readexactly(5)
                size = int.from_bytes(head[1:], "big")
                if size > _LARGEST_PACKET:
                    return
                payload = await output.readexactly(size)
                if head[:1] == b"D":
                    await self._page.send_bytes(payload)
                elif head[:1] == b"M" and not await self._obey(json.loads(payload)):
                    return

    async def _obey(self, record: dict[str, Any]) -> bool:
        """Do what the app asks of its page; False where it says that it ends."""
        if record.get("type") == "open_url":
            wanted = {"url": record.get("url"), "new_tab": record.get("new_tab")}
            await self._page.send_json(["open_url", wanted])
        return record.get("type") != "exit"

    async def _listen(self) -> None:
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
        """Take one message of the page; what is none is passed over."""
        match message:
            case ["stdin", str(text)]:
                await self._send(b"D", text.encode(errors="replace"))
            case ["resize", {"width": int(columns), "height": int(rows)}]:
                columns, rows = limit_size(columns, rows)
                await self._tell({"type": "resize", "width": columns, "height": rows})
            case ["ping", str() | int() as data]:
                await self._page.send_json(["pong", data])
            case ["blur" | "focus" as kind, *_]:
                await self._tell({"type": kind})

    async def _tell(self, record: dict[str, str | int]) -> None:
        await self._send(b"M", json.dumps(record).encode())

    async def _send(self, kind: bytes, payload: bytes) -> None:
        keys = self._process.stdin
        if keys is None or keys.is_closing():
            return
        keys.write(kind + len(payload).to_bytes(4, "big") + payload)
        await keys.drain()


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
