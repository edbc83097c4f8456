"""Files that can do harm to whoever parses them are parsed in another process.

It is limited in time, memory and output. A bomb, a hang or a crash costs one file.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from index.documents import Content
from index.loaders.sandbox.wire import (
    OUT_OF_MEMORY,
    BrokenWire,
    Loaded,
    Request,
    Unreadable,
    decode_reply,
    encode_request,
    receive,
    send,
)
from index.loaders.shared.decoding import UnreadableFile


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost.

    Attributes:
        seconds: of processor time; and another `seconds_a_megabyte` for each megabyte of the
            file, up to ten times as much. By the clock, on a busy machine, five times that.
        memory: bytes of address space beside what the file takes.
        text: characters of extracted text.
    """

    seconds: int = 60
    seconds_a_megabyte: int = 20
    memory: int = 2**30
    text: int = 32 * 2**20


# A copy of the file here and there in a library.
_COPIES = 4
# How much longer than its processor time a file may take by the clock.
_PATIENCE = 5
# A process whose output has ended is given this long to end, too.
_DYING_SECONDS = 2
# How it ends where its processor time is spent, in systems that can limit that.
_OUT_OF_TIME = {-signal.SIGXCPU} if hasattr(signal, "SIGXCPU") else set()
# Bytes for a character in UTF-8, at the very most, and for what is beside the text.
_BYTES_A_CHARACTER, _BESIDE = 4, 64 * 2**20


class Sandbox:
    """A process that parses files, one after the other; started when needed, again where it died.

    Use it as a context manager, or `close` it: that ends the process, whatever it is
    doing. Threads take turns.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process; whoever waits for it gets `SandboxClosed`. May be called twice."""
        self._closed = True
        if (process := self._process) is not None:
            process.kill()
        with self._turn:
            self._end()

    def parse(self, module: str, name: str, data: bytes) -> Content:
        """What a loader makes of a file.

        Args:
            module, name: the loader, a function that can be imported.
            data: the file.

        Raises:
            UnreadableFile: the loader raised it, went beyond a limit or crashed.
            LoaderFailed: it raised another exception.
            SandboxClosed: `close` was called, perhaps meanwhile.
        """
        with self._turn:
            used = self._process is not None
            try:
                return self._ask(module, name, data)
            except _Died:
                if not used:
                    raise
            # Perhaps of what the files before it left behind.
            return self._ask(module, name, data)

    def _ask(self, module: str, name: str, data: bytes) -> Content:
        """Ask once; where there is no answer in time, the process is ended."""
        limits = self._limits
        seconds = min(
            limits.seconds + limits.seconds_a_megabyte * (len(data) >> 20), 10 * limits.seconds
        )
        request = Request(
            module=module,
            name=name,
            seconds=seconds,
            patience=_PATIENCE * seconds,
            memory=limits.memory + _COPIES * len(data),
            text=limits.text,
        )
        process = self._start()
        requests, replies = _get_pipes(process)
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(_PATIENCE * seconds, stop)
        timer.daemon = True
        timer.start()
        answered = False
        try:
            send(requests, encode_request(request))
            send(requests, data)
            reply = decode_reply(receive(replies, _BYTES_A_CHARACTER * limits.text + _BESIDE))
            answered = True
        except (BrokenWire, OSError, ValueError):
            raise self._explain_death(process, late.is_set(), seconds) from None
        finally:
            timer.cancel()
            if not answered:
                # Also where Ctrl-C came between: half an answer is none.
                self._end()
        if isinstance(reply, Loaded):
            return reply.content
        if isinstance(reply, Unreadable):
            raise UnreadableFile(reply.reason)
        raise LoaderFailed(reply.error)

    def _explain_death(
        self, process: subprocess.Popen[bytes], late: bool, seconds: int
    ) -> Exception:
        """Why there was no answer."""
        if self._closed:
            return SandboxClosed()
        code = None
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(_DYING_SECONDS)
        if late or code in _OUT_OF_TIME:
            return UnreadableFile(f"took longer than {seconds} s to read")
        if code == OUT_OF_MEMORY:
            return _Died("needs more memory than allowed")
        return _Died("the parser of its format crashed on it")

    def _start(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise SandboxClosed
        if self._process is None:
            # Not the current folder (-P): a json.py that lies there would be imported.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "index.loaders.sandbox.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(_find_import_path())},
            )
            if self._closed:
                # `close` came too early to see it.
                self._end()
                raise SandboxClosed
        return self._process

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


class SandboxClosed(Exception):
    """The sandbox was closed before the file was read, which says nothing of the file."""


class LoaderFailed(Exception):
    """A loader raised an exception other than `UnreadableFile`; the message is its repr."""


class _Died(UnreadableFile):
    """The process ended before it answered."""


def _get_pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """What the process reads from and writes to."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("it was started with both")
    return process.stdin, process.stdout


def _find_import_path() -> list[str]:
    """Where the process finds our modules, and those of a library user."""
    ours = str(Path(__file__).parents[3])
    found = [entry for entry in sys.path if isinstance(entry, str) and entry]
    return found if ours in found else [ours, *found]
