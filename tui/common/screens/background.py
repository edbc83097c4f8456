"""Slow work off the screen's thread."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from textual.app import App

Result = TypeVar("Result")

_NAME = "quoteback-background"


async def in_background(work: Callable[[], Result]) -> Result:
    """Run `work` in a thread of its own; returns or raises what it does.

    The thread is a daemon, unlike those of `asyncio.to_thread`: quitting while a model
    loads must not wait for the model.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if future.done():  # the waiting task was cancelled
            return
        if error is None:
            future.set_result(result)  # type: ignore[arg-type]
        else:
            future.set_exception(error)

    def run() -> None:
        result, problem = None, None
        try:
            result = work()
        except BaseException as error:
            problem = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, problem)

    threading.Thread(target=run, name=_NAME, daemon=True).start()
    return await future


async def while_running(app: App[None], work: Awaitable[Result]) -> Result:
    """Wait for `work`; raises `asyncio.CancelledError` if the app has ended meanwhile."""
    try:
        return await work
    finally:
        if not app.is_running:
            raise asyncio.CancelledError


def exit_without_waiting(code: int) -> None:
    """End the process at once if background work is still running; otherwise do nothing.

    A thread that is in native code would crash a closing interpreter. What it leaves
    unfinished on disk is written so that it survives this.
    """
    if any(thread.name == _NAME for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
