"""A new process for each file, from a fork server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_FORK_SERVER = "index.loaders.sandbox.fork_server"
# A fork server that does not answer for so long is ended.
_ANSWER_SECONDS = 60
_LONGEST_ANSWER_BYTES = 100
# Variables of our environment that a process gets: nothing that a person keeps secret.
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


class ParserProcess:
    """A process that parses one file.

    Attributes:
        requests, replies: what it reads from and writes to.
    """

    def __init__(self, requests: IO[bytes], replies: IO[bytes], end: Callable[[], Ending]) -> None:
        self.requests, self.replies, self._end = requests, replies, end

    def end(self) -> Ending:
        """End it, whatever it is doing, and close what leads to it."""
        for pipe in (self.requests, self.replies):
            # What was not written yet can no longer be.
            with suppress(OSError):
                pipe.close()
        return self._end()


class ForkServer:
    """A process that forks another for each file; started when needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._environment: dict[str, str] = {}
        self._is_busy = False

    def start(self, module: str) -> ParserProcess:
        """A process for a file that this module's loader reads; raises OSError if there is none."""
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
            process = ParserProcess(ours_out, ours_in, self._end_process)
            opened.pop_all()
        return process

    def kill(self) -> None:
        """End all that was started, without waiting for it. Any thread may call this."""
        process = self._process
        # The number of one that was waited for may be another's by now.
        if process is not None and process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End all that was started; it is started again when needed."""
        self.kill()
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.wait()
        self._process = self._control = None
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
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", _FORK_SERVER, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    env=self._environment,
                    process_group=0,
                )
        return self._control


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


def _make_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(_ENVIRONMENT)}
    return kept | _NO_THREADS | {"PYTHONPATH": os.pathsep.join(_find_import_path())}


def _find_import_path() -> list[str]:
    """Where the process finds our modules, and those of a library user."""
    ours = str(Path(__file__).parents[3])
    folders = [entry for entry in sys.path if isinstance(entry, str) and entry]
    return folders if ours in folders else [ours, *folders]
