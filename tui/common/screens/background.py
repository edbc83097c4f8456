"""Slow work off the screen's thread."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
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
    future: Future[Result] = Future()
    # The work is done even if nobody waits for it any more.
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name=_NAME, daemon=True).start()
    return await asyncio.wrap_future(future)


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
