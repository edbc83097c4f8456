"""Files are parsed in another process, since whoever made them may mean harm.

It is limited in time, memory and output, and has no rights: it reads its input and nothing
else. A bomb, a hang or a crash costs one file.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import IO

from index.concurrency.deadline import Deadline
from index.documents import Content
from index.loaders.sandbox.isolation import Isolation
from index.loaders.sandbox.limits import PICTURES, Budget
from index.loaders.sandbox.wire import (
    OUT_OF_MEMORY,
    BrokenWire,
    Failed,
    Loaded,
    Paged,
    Request,
    Unreadable,
    decode_isolation,
    decode_reply,
    encode_request,
    receive,
    send,
)
from index.loaders.shared.container import LARGEST, Container
from index.loaders.shared.decoding import TookTooLong, UnreadableFile
from index.loaders.shared.unpacking import most_unpacked

# The modules that read text in pictures.
_READ_PICTURES = "index.loaders.ocr."
_WORKER = "index.loaders.sandbox.worker"
# A copy of the file here and there in a library.
_COPIES = 4
# How much longer than its processor time a file may take by the clock.
_PATIENCE = 5
# How often whoever waits is told of it.
_WAIT_SECONDS = 0.1
# A process whose output has ended is given this long to end, too.
_DYING_SECONDS = 2
# How it ends where its processor time is spent, in systems that can limit that.
_OUT_OF_TIME = {-signal.SIGXCPU} if hasattr(signal, "SIGXCPU") else set()
# Bytes for a character in UTF-8, at the very most, and for what is beside the text.
_BYTES_A_CHARACTER, _BESIDE = 4, 64 * 2**20
# The frame that the process begins with, and how long it may take to import its modules.
_LONGEST_GREETING, _START_SECONDS = 1_000, 120
# What the process gets of our environment: nothing that a person keeps secret.
_ENVIRONMENT = ("PYTHON", "LANG", "LC_", "LD_", "DYLD_", "SYSTEMROOT")


class Sandbox:
    """A process that parses files, one after the other; started when needed, again where it died.

    Use it as a context manager, or `close` it: that ends the process, whatever it is
    doing. Threads take turns.
    """

    def __init__(
        self,
        budget: Budget | None = None,
        modules: Sequence[str] = (),
        on_wait: Callable[[], object] | None = None,
        on_page: Callable[[int, int], object] = lambda _number, _of: None,
    ) -> None:
        """Nothing is started yet.

        Args:
            budget: what the files that it parses may cost together.
            modules: the modules of loaders that it will be asked for, as far as they are known.
            on_wait: called again and again while a file is parsed; what it raises ends that.
            on_page: called with the number of each page that takes long, and how many there are.
        """
        self._budget = budget or Budget()
        self._picture_budget = Budget(PICTURES)
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        # What the process can import is settled when it starts.
        self._modules = dict.fromkeys(modules)
        self._isolation = Isolation()
        self._on_wait = on_wait
        self._on_page = on_page
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

    def parse(self, module: str, name: str, data: bytes, *, packed: bool = False) -> Content:
        """What a loader makes of a file.

        Args:
            module, name: the loader, a function that can be imported.
            data: the file.
            packed: whether it is packed by gzip, and the loader is for what is in it.

        Raises:
            UnreadableFile: the loader raised it, went beyond a limit or crashed.
            LoaderFailed: it raised another exception.
            SandboxClosed: `close` was called, perhaps meanwhile.
        """
        return self._ask_twice(module, name, data, packed, None).content

    def open_container(
        self, module: str, name: str, data: bytes, kinds: frozenset[str], *, packed: bool = False
    ) -> Container:
        """What a loader makes of a file that holds others.

        Args:
            module, name, data, packed: as in `parse`.
            kinds: the suffixes of what is wanted of the files in it.

        Raises:
            UnreadableFile, LoaderFailed, SandboxClosed: as `parse` does.
        """
        return self._ask_twice(module, name, data, packed, kinds)

    def _ask_twice(
        self, module: str, name: str, data: bytes, packed: bool, kinds: frozenset[str] | None
    ) -> Container:
        with self._turn:
            if module not in self._modules:
                self._modules[module] = None
                self._end()
            used = self._process is not None
            try:
                return self._ask(module, name, data, packed, kinds)
            except _Died:
                if not used:
                    raise
            # Perhaps of what the files before it left behind.
            return self._ask(module, name, data, packed, kinds)

    def read_isolation(self) -> Isolation:
        """The barriers around the process, which is started to find out.

        Raises:
            SandboxClosed: `close` was called.
            UnreadableFile: it cannot be started.
        """
        with self._turn:
            self._end()
            self._start()
            return self._isolation

    def _ask(
        self, module: str, name: str, data: bytes, packed: bool, kinds: frozenset[str] | None
    ) -> Container:
        """Ask once; where there is no answer in time, the process is ended."""
        reads_pictures = module.startswith(_READ_PICTURES)
        budget = self._picture_budget if reads_pictures else self._budget
        limits, size = budget.limits, len(data)
        seconds = budget.allow(size)
        unpacked = most_unpacked(size) if packed else size
        request = Request(
            module=module,
            name=name,
            packed=packed,
            seconds=seconds,
            patience=_PATIENCE * seconds,
            memory=limits.memory + _COPIES * unpacked,
            text=limits.text,
            kinds=kinds,
        )
        process = self._start()
        requests, replies = _get_pipes(process)
        most = _BYTES_A_CHARACTER * max(limits.text, unpacked) + _BESIDE
        most += 0 if kinds is None else LARGEST
        answered, started = False, time.monotonic()
        with Deadline(_PATIENCE * seconds, process.kill) as deadline:
            try:
                send(requests, encode_request(request))
                send(requests, data)
                reply = self._receive(replies, most)
                answered = True
            except (BrokenWire, OSError, ValueError):
                raise self._explain_death(process, deadline.has_passed, seconds) from None
            finally:
                if not answered:
                    budget.charge(size, min(time.monotonic() - started, seconds))
                    # Also after Ctrl-C: what was read of the reply by then is of no use.
                    self._end()
        if isinstance(reply, Loaded):
            budget.charge(size, reply.seconds)
            return Container(reply.content, reply.members, reply.left_out)
        if isinstance(reply, Unreadable):
            raise UnreadableFile(reply.reason)
        raise LoaderFailed(reply.error)

    def _receive(self, replies: IO[bytes], most: int) -> Loaded | Unreadable | Failed:
        """The answer."""
        while True:
            self._wait(replies)
            reply = decode_reply(receive(replies, most))
            if not isinstance(reply, Paged):
                return reply
            self._on_page(reply.number, reply.of)

    def _wait(self, replies: IO[bytes]) -> None:
        """Wait for an answer, if somebody wants to be told of that."""
        # Windows cannot tell whether there is something in a pipe.
        while self._on_wait is not None and sys.platform != "win32":
            if _has_read_ahead(replies) or select.select([replies], [], [], _WAIT_SECONDS)[0]:
                return
            self._on_wait()

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
            return TookTooLong(f"took longer than {seconds} s to read")
        if code == OUT_OF_MEMORY:
            return _Died("needs more memory than allowed")
        return _Died("the parser of its format crashed on it")

    def _start(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise SandboxClosed
        if self._process is None:
            # Not the current folder (-P): a json.py that lies there would be imported.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", _WORKER, *self._modules],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_make_environment(),
            )
            if self._closed:
                # `close` came too early to see it.
                self._end()
                raise SandboxClosed
            try:
                with Deadline(_START_SECONDS, self._process.kill):
                    greeting = receive(_get_pipes(self._process)[1], _LONGEST_GREETING)
                self._isolation = decode_isolation(greeting)
            except (BrokenWire, OSError, ValueError):
                self._end()
                if self._closed:
                    raise SandboxClosed from None
                raise UnreadableFile("the process that parses files cannot be started") from None
            except BaseException:
                self._end()
                raise
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


def check_isolation() -> Isolation:
    """The barriers that this system has around the process that parses files.

    Raises:
        UnreadableFile: that process cannot be started.
    """
    with Sandbox() as sandbox:
        return sandbox.read_isolation()


class SandboxClosed(Exception):
    """The sandbox was closed before the file was read, which says nothing of the file."""


class LoaderFailed(Exception):
    """A loader raised an exception other than `UnreadableFile`; the message is its repr."""


class _Died(UnreadableFile):
    """The process ended before it answered."""


def _make_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(_ENVIRONMENT)}
    return kept | {"PYTHONPATH": os.pathsep.join(_find_import_path())}


def _get_pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """What the process reads from and writes to."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("it was started with both")
    return process.stdin, process.stdout


def _has_read_ahead(stream: IO[bytes]) -> bool:
    """Whether more was read from a pipe than was asked for, or can be at once."""
    os.set_blocking(stream.fileno(), False)
    try:
        return isinstance(stream, BufferedReader) and bool(stream.peek(1))
    finally:
        os.set_blocking(stream.fileno(), True)


def _find_import_path() -> list[str]:
    """Where the process finds our modules, and those of a library user."""
    ours = str(Path(__file__).parents[3])
    folders = [entry for entry in sys.path if isinstance(entry, str) and entry]
    return folders if ours in folders else [ours, *folders]
