"""A new process for each file: from a fork server, or started anew if the system cannot fork."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

_WORKER, _FORK_SERVER = "index.loaders.sandbox.worker", "index.loaders.sandbox.fork_server"
# A fork server that does not answer for so long is ended.
_ANSWER_SECONDS = 60
_LONGEST_ANSWER_BYTES = 100
# What a process gets of our environment: nothing that a person keeps secret.
_ENVIRONMENT = ("PYTHON", "LANG", "LC_", "LD_", "DYLD_", "SYSTEMROOT")
# Parsers multiply no matrices, and a process that forks has no threads.
_NO_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process has ended.

    Attributes:
        code: its exit code; the number of a signal that ended it, negative.
        seconds: of processor time that it took, by the system's word.
    """

    code: int
    seconds: float


class ParserProcess(Protocol):
    """A process that parses one file.

    Attributes:
        requests, replies: what it reads from and writes to.
    """

    requests: IO[bytes]
    replies: IO[bytes]

    def end(self) -> Ending:
        """End it, whatever it is doing, and close what leads to it."""
        ...


class ProcessSource(Protocol):
    """Starts processes, one after the other."""

    def start(self, module: str) -> ParserProcess:
        """A process for a file that this module's loader reads; raises OSError if there is none."""
        ...

    def kill(self) -> None:
        """End what has been started, without waiting for it. Any thread may call this."""
        ...

    def close(self) -> None:
        """End what has been started; it is started again when needed."""
        ...


def open_source() -> ProcessSource:
    """What starts processes on this system; nothing is started yet."""
    can_fork = hasattr(os, "fork") and hasattr(socket, "send_fds")
    return ForkServer() if can_fork else Spawner()


class ForkServer:
    """A process that forks another for each file; started when needed."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._environment: dict[str, str] = {}
        self._is_busy = False

    def start(self, module: str) -> ParserProcess:
        if self._is_busy or self._environment != _make_environment():
            # Whoever asked was interrupted, and has left half of the talk behind; or modules lie
            # elsewhere now.
            self.close()
        control = self._connect()
        with ExitStack() as opened:
            theirs_in, ours_out = _open_pipe(opened)
            ours_in, theirs_out = _open_pipe(opened)
            self._is_busy = True
            socket.send_fds(
                control, [module.encode() + b"\n"], [theirs_in.fileno(), theirs_out.fileno()]
            )
            theirs_in.close()
            theirs_out.close()
            process = _ForkedProcess(ours_out, ours_in, self._end_process)
            opened.pop_all()
        return process

    def kill(self) -> None:
        server = self._server
        # The number of one that was waited for may be another's by now.
        if server is not None and server.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(server.pid, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        if self._control is not None:
            self._control.close()
        if self._server is not None:
            self._server.wait()
        self._server = self._control = None
        self._is_busy = False

    def _end_process(self) -> Ending:
        """Ask the server to end what it has forked."""
        try:
            if self._control is None:
                raise ConnectionError
            self._control.sendall(b".")
            code, seconds = _receive_line(self._control).split()
            ending = Ending(int(code), float(seconds))
        except (OSError, ValueError):
            # The server has gone, or goes, and with it the process.
            self.close()
            return Ending(-signal.SIGKILL, 0.0)
        self._is_busy = False
        return ending

    def _connect(self) -> socket.socket:
        if self._control is None:
            self._environment = _make_environment()
            self._control, theirs = socket.socketpair()
            self._control.settimeout(_ANSWER_SECONDS)
            with theirs:
                # Not the current folder (-P): a json.py that lies there would be imported. A
                # group of its own: what it has forked is killed with it.
                self._server = subprocess.Popen(
                    [sys.executable, "-P", "-m", _FORK_SERVER, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    env=self._environment,
                    process_group=0,
                )
        return self._control


class _ForkedProcess:
    """A process that a fork server has started, and ends when asked to."""

    def __init__(self, requests: IO[bytes], replies: IO[bytes], end: Callable[[], Ending]) -> None:
        self.requests, self.replies, self._end = requests, replies, end

    def end(self) -> Ending:
        _close(self.requests, self.replies)
        return self._end()


def _open_pipe(opened: ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    """The ends of a pipe, to read from and to write to."""
    ends = os.pipe()
    streams = os.fdopen(ends[0], "rb"), os.fdopen(ends[1], "wb")
    for stream in streams:
        opened.callback(stream.close)
    return streams


def _receive_line(control: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        more = control.recv(_LONGEST_ANSWER_BYTES)
        if not more:
            raise ConnectionError
        line += more
    return line


class Spawner:
    """Starts a process anew for each file, which takes a fifth of a second."""

    def __init__(self) -> None:
        self._last: subprocess.Popen[bytes] | None = None

    def start(self, module: str) -> ParserProcess:
        self._last = subprocess.Popen(
            [sys.executable, "-P", "-m", _WORKER, module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_make_environment(),
        )
        return _SpawnedProcess(self._last)

    def kill(self) -> None:
        if (last := self._last) is not None:
            last.kill()

    def close(self) -> None:
        """Nothing is left to be closed when a process has been ended."""


class _SpawnedProcess:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process, self._started = process, time.monotonic()
        if process.stdin is None or process.stdout is None:
            raise AssertionError("it was started with both")
        self.requests: IO[bytes] = process.stdin
        self.replies: IO[bytes] = process.stdout

    def end(self) -> Ending:
        self._process.kill()
        _close(self.requests, self.replies)
        # Not every system tells the time that another process took: by the clock it is no shorter.
        return Ending(self._process.wait(), time.monotonic() - self._started)


def _close(*pipes: IO[bytes]) -> None:
    for pipe in pipes:
        # What was not written yet can no longer be.
        with suppress(OSError):
            pipe.close()


def _make_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(_ENVIRONMENT)}
    return kept | _NO_THREADS | {"PYTHONPATH": os.pathsep.join(_find_import_path())}


def _find_import_path() -> list[str]:
    """Where the process finds our modules, and those of a library user."""
    ours = str(Path(__file__).parents[3])
    folders = [entry for entry in sys.path if isinstance(entry, str) and entry]
    return folders if ours in folders else [ours, *folders]
