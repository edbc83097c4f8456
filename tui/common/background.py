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
    """What `work` returns or raises, run in a thread of its own.

    The thread is a daemon, unlike those of `asyncio.to_thread`: quitting while a model
    loads must not wait for the model.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if future.done():  # whoever waited was cancelled
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
    """Wait for something; where the app has ended meanwhile, nothing comes after it."""
    try:
        return await work
    finally:
        if not app.is_running:
            raise asyncio.CancelledError


def leave_unfinished(code: int) -> None:
    """End the process at once if work still goes on in the background; else do nothing.

    A thread within native code would bring a closing interpreter down with an error. What
    it may leave unfinished on disk is made to survive that.
    """
    if any(thread.name == _NAME for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
