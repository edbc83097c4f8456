"""Asks the process that renders, and ends it when it takes too long or is not wanted any more.

A limit on time must hold for hostile documents, too. A thread would not do: nothing stops a
regular expression in a thread, and while it is matched no other thread runs.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO

from index.documents import Structure, pack_structure
from tui.source.renderer.wire import (
    BrokenRendering,
    BrokenWire,
    Colour,
    Coloured,
    Render,
    Rendered,
    Reply,
    Request,
    check_rendering,
    receive_reply,
    send,
)
from tui.source.rendering.rendering import Rendering
from tui.source.rendering.syntax import Token

_WORKER = "tui.source.renderer.worker"
# A document may take so long, and longer by so much for each character: an honest one takes a
# fifth of that at most. Whoever waits reads it as it is meanwhile.
_RENDERING_SECONDS, _CHARACTERS_A_SECOND = 5.0, 100_000
# A piece of code.
_COLOURING_SECONDS = 2.0
# Until the process has imported its modules, on a busy machine.
_START_SECONDS = 60.0
# By how much later the process ends itself, where nobody ended it.
_LATER_SECONDS = 2.0
# Bytes of a reply: for each character of what was asked, and beside them.
_BYTES_A_CHARACTER, _BESIDE = 256, 2**20

TOO_LONG = "Shown as plain text: drawing it took too long."
BROKEN = "Shown as plain text: it could not be drawn."
STOPPED = "Shown as plain text: drawing it was stopped."


class RenderingFailed(Exception):
    """There is no rendering; the message says it to a person."""


class Errand:
    """Something that the process is asked for, which may be stopped."""

    def __init__(self) -> None:
        self.is_stopped = False


class Renderer:
    """A process that renders one document after the other; started when it is needed."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        # Held while it is settled what the process works for.
        self._changing = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._errand: Errand | None = None

    def start(self) -> None:
        """Start the process where it does not run, without waiting for it."""
        with self._turn, suppress(OSError):
            self._start()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if (process := self._process) is not None:
            process.kill()
        with self._turn:
            self._end()

    def stop(self, errand: Errand) -> None:
        """End what the process does for an errand; whoever waits for that gets an exception."""
        with self._changing:
            errand.is_stopped = True
            if self._errand is errand and self._process is not None:
                self._process.kill()

    def render(
        self,
        path: str,
        text: str,
        structure: Structure,
        pages: Sequence[tuple[int, int]] = (),
        errand: Errand | None = None,
        seconds: float | None = None,
    ) -> Rendering | None:
        """The rendering of a document; None where it is best read as it is.

        Args:
            path: of the document.
            text: its canonical text.
            structure: what the text is made of.
            pages: where each page begins, with its number.
            errand: stops it.
            seconds: that it may take; by default, what is plenty for its length.

        Raises:
            RenderingFailed: it took too long, was stopped, or another exception was raised.
        """
        seconds = seconds or _RENDERING_SECONDS + len(text) / _CHARACTERS_A_SECOND
        request = Render(
            seconds + _LATER_SECONDS, path, text, pack_structure(structure), list(pages)
        )
        reply = self._ask(request, seconds, len(text), errand or Errand())
        if not isinstance(reply, Rendered):
            raise RenderingFailed(BROKEN)
        if reply.rendering is not None:
            try:
                check_rendering(reply.rendering, len(text))
            except BrokenRendering:
                raise RenderingFailed(BROKEN) from None
        return reply.rendering

    def colour(self, language: str, text: str) -> list[Token]:
        """The coloured tokens of code.

        Raises:
            RenderingFailed: it took too long, or another exception was raised.
        """
        request = Colour(_COLOURING_SECONDS + _LATER_SECONDS, language, text)
        reply = self._ask(request, _COLOURING_SECONDS, len(text), Errand())
        if not isinstance(reply, Coloured):
            raise RenderingFailed(BROKEN)
        return reply.tokens

    def _ask(self, request: Request, seconds: float, length: int, errand: Errand) -> Reply:
        with self._turn:
            was_running = self._process is not None
            try:
                return self._ask_once(request, seconds, length, errand)
            except _Died:
                if not was_running:
                    raise
            # Perhaps it was ended for something else, or has been idle for long.
            return self._ask_once(request, seconds, length, errand)

    def _ask_once(self, request: Request, seconds: float, length: int, errand: Errand) -> Reply:
        """Ask; where there is no answer in time, another process takes its place."""
        is_late = threading.Event()
        try:
            requests, replies = self._start()
            self._await_start(replies)
            with self._changing:
                if errand.is_stopped:
                    raise RenderingFailed(STOPPED)
                self._errand = errand
            timer = threading.Timer(seconds, self._give_up, (errand, is_late))
            timer.daemon = True
            timer.start()
            try:
                send(requests, request)
                return receive_reply(replies, _BYTES_A_CHARACTER * length + _BESIDE)
            finally:
                timer.cancel()
                with self._changing:
                    self._errand = None
        except UnicodeEncodeError:
            # Nothing was sent yet.
            raise RenderingFailed(BROKEN) from None
        except (BrokenWire, OSError, ValueError):
            self._end()
            # The next document shall not wait for it.
            with suppress(OSError):
                self._start()
            if errand.is_stopped:
                raise RenderingFailed(STOPPED) from None
            if is_late.is_set():
                raise RenderingFailed(TOO_LONG) from None
            raise _Died(BROKEN) from None

    def _give_up(self, errand: Errand, is_late: threading.Event) -> None:
        with self._changing:
            if self._errand is errand and self._process is not None:
                is_late.set()
                self._process.kill()

    def _start(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._is_ready = False
            # Not the current folder (-P): a json.py that lies there would be imported.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", _WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(_find_import_path())},
            )
        return _get_pipes(self._process)

    def _await_start(self, replies: IO[bytes]) -> None:
        """Wait until the process takes requests: until then it does not work for anything."""
        if self._is_ready or self._process is None:
            return
        timer = threading.Timer(_START_SECONDS, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            if replies.read(1) != b"\n":
                raise BrokenWire
        finally:
            timer.cancel()
        self._is_ready = True

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in _get_pipes(process):
            # What was not written yet can no longer be.
            with suppress(OSError):
                pipe.close()
        process.wait()


class _Died(RenderingFailed):
    """The process ended before it answered."""


@cache
def shared_renderer() -> Renderer:
    """The one of this app."""
    renderer = Renderer()
    atexit.register(renderer.close)
    return renderer


def _get_pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _find_import_path() -> list[str]:
    """Where the process finds our modules, and what they import."""
    return [str(Path(__file__).parents[3]), *(entry for entry in sys.path if entry)]
