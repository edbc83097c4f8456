"""Draws documents in a process without rights, since drawing one may take for ever.

A limit on time must hold for hostile documents, too. A thread would not do: nothing stops a
regular expression in a thread, and while it is matched no other thread runs.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from index import UnreadableFile
from index.documents import Structure
from index.loaders.sandbox import (
    Budget,
    Limits,
    LoaderFailed,
    Sandbox,
    SandboxClosed,
    TookTooLong,
)
from tui.source.rendering.packing import pack_request, unpack_rendering
from tui.source.rendering.rendering import Rendering

_PROCESS = "tui.source.rendering.process"
# An honest document takes a fifth of that at most. Whoever waits reads it as it is meanwhile.
_LIMITS = Limits(
    seconds=10, seconds_a_megabyte=5, usual_seconds=10, usual_a_megabyte=5, memory=4 * 2**30
)
# Bytes of a rendering: for each character of the document, and beside them.
_BYTES_A_CHARACTER, _BESIDE = 256, 2**20

TOO_LONG = "Shown as plain text: drawing it took too long."
BROKEN = "Shown as plain text: it could not be drawn."
STOPPED = "Shown as plain text: drawing it was stopped."


class RenderingFailed(Exception):
    """There is no rendering; the message says it to a person."""


def start_renderer() -> None:
    """Start what processes are forked from, without waiting: the first document needs it."""

    def draw_nothing() -> None:
        # The first document says what is wrong.
        with suppress(RenderingFailed):
            render_apart("", "", Structure())

    threading.Thread(target=draw_nothing, daemon=True).start()


def render_apart(
    path: str,
    text: str,
    structure: Structure,
    pages: Sequence[tuple[int, int]] = (),
    stop: threading.Event | None = None,
) -> Rendering | None:
    """The rendering of a document; None if it is best read as it is.

    Args:
        path, text, structure, pages: as in `render_document`.
        stop: ends it as soon as it is set.

    Raises:
        RenderingFailed: it took too long, was stopped, or cannot be drawn.
    """

    def check_stop() -> None:
        if stop is not None and stop.is_set():
            raise RenderingFailed(STOPPED)

    try:
        request = pack_request(path, text, structure, pages)
        most = _BYTES_A_CHARACTER * len(text) + _BESIDE
        drawn = _open_sandbox().run(_PROCESS, "draw", request, most, check_stop)
        return unpack_rendering(drawn)
    except TookTooLong:
        raise RenderingFailed(TOO_LONG) from None
    except (UnreadableFile, LoaderFailed, SandboxClosed, UnicodeEncodeError):
        raise RenderingFailed(BROKEN) from None


@cache
def _open_sandbox() -> Sandbox:
    """The one of this app."""
    sandbox = Sandbox(Budget(_LIMITS))
    atexit.register(sandbox.close)
    return sandbox
