"""Indexing over HTTP: its progress as server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

from index import Progress, QuotebackError
from index.documents import dump_json
from index.locations import hide_passwords
from qa.records import encode_report
from qa.service.requests import IndexRequest
from qa.service.service import Service

# Seconds between two events of one stage.
_PAUSE = 0.1


async def stream_indexing(
    service: Service, paths: Sequence[str], request: IndexRequest
) -> AsyncIterator[bytes]:
    """Events of a run: `progress` again and again, then `report`, or `problem`.

    Where nobody listens any more the run is stopped; what was committed by then stays.
    """
    loop = asyncio.get_running_loop()
    steps: asyncio.Queue[Progress | None] = asyncio.Queue()
    last = ("", 0.0)

    def report_step(step: Progress) -> None:
        # Called from other threads, one at a time.
        nonlocal last
        now = time.monotonic()
        if step.stage != last[0] or now - last[1] >= _PAUSE:
            last = (step.stage, now)
            loop.call_soon_threadsafe(steps.put_nowait, step)

    run = asyncio.ensure_future(service.add(paths, request, report_step))
    run.add_done_callback(lambda _: steps.put_nowait(None))
    try:
        while (step := await steps.get()) is not None:
            yield _encode_event("progress", _encode_progress(step))
        try:
            yield _encode_event("report", encode_report(run.result()))
        except (QuotebackError, OSError) as error:
            yield _encode_event(
                "problem", {"title": type(error).__name__, "detail": hide_passwords(str(error))}
            )
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await run


def _encode_event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {dump_json(data)}\n\n".encode("ascii")


def _encode_progress(step: Progress) -> dict[str, Any]:
    return {
        "stage": step.stage,
        "done": step.done,
        "total": step.total,
        "current": step.current,
    }
