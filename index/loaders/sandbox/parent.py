"""Files are parsed in other processes, since whoever made them may mean harm.

Each file has a process of its own, limited in time, memory and output, without rights: it reads
its input and nothing else. A bomb, a hang or a crash costs one file, and whoever takes over the
parser of one file has no part in the next.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader, RawIOBase
from typing import IO, Any

from index.concurrency import Deadline
from index.documents import Content
from index.loaders.sandbox.isolation import Isolation
from index.loaders.sandbox.limits import PICTURES, Budget
from index.loaders.sandbox.processes import ForkServer, ParserProcess
from index.loaders.sandbox.wire import (
    OUT_OF_MEMORY,
    BrokenWire,
    Failed,
    Paged,
    Reply,
    Request,
    Unreadable,
    receive_isolation,
    receive_message,
    send,
    send_message,
)
from index.loaders.shared.archive import most_unpacked
from index.loaders.shared.container import Container
from index.loaders.shared.decoding import TookTooLong, UnreadableFile

# The modules that read text in pictures.
_READ_PICTURES = "index.loaders.ocr."
# The loader that imports the least.
_PLAIN_TEXT = "index.loaders.plain.text"
# A copy of the file here and there in a library.
_COPIES = 4
# How much longer than its processor time a file may take by the clock.
_PATIENCE = 5
# How long a process may take to import what it needs, beside that.
_START_SECONDS = 120
# Seconds between two calls of `on_wait`.
_WAIT_SECONDS = 0.1


class Sandbox:
    """Parses files, each in a process of its own.

    Use it as a context manager, or `close` it: that ends all that it has started. Threads take
    turns.

    Attributes:
        isolation: the barriers around the process that was started last.
    """

    def __init__(
        self,
        budget: Budget | None = None,
        on_wait: Callable[[], object] | None = None,
        on_page: Callable[[int, int], object] = lambda _number, _of: None,
    ) -> None:
        """Nothing is started yet.

        Args:
            budget: what the files that it parses may cost together.
            on_wait: called again and again while a file is parsed; what it raises ends that.
            on_page: called with the number of each page that takes long, and how many there are.
        """
        self._budget = budget or Budget()
        self._picture_budget = Budget(PICTURES)
        # A thread that waits may close it, in `on_wait`.
        self._turn = threading.RLock()
        self._server = ForkServer()
        self.isolation = Isolation()
        self._on_wait = on_wait
        self._on_page = on_page
        self._closed = False

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes; whoever waits for one gets `SandboxClosed`. May be called twice."""
        self._closed = True
        self._server.kill()
        with self._turn:
            self._server.close()

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
        return self.open_container(module, name, data, None, packed=packed).content

    def open_container(
        self,
        module: str,
        name: str,
        data: bytes,
        kinds: frozenset[str] | None,
        *,
        packed: bool = False,
    ) -> Container:
        """What a loader makes of a file that holds others.

        Args:
            module, name, data, packed: as in `parse`.
            kinds: the suffixes of what is wanted of the files in it; None if it holds none.

        Raises:
            UnreadableFile, LoaderFailed, SandboxClosed: as `parse` does.
        """
        reply = self._ask(module, name, data, packed=packed, kinds=kinds)
        assert isinstance(reply, Container)
        return reply

    def run(
        self, module: str, name: str, data: bytes, most: int, on_wait: Callable[[], object]
    ) -> bytes:
        """What a function makes of bytes, with the same limits.

        Args:
            module, name: the function, which can be imported.
            most: how many bytes it may make.
            on_wait: called before a process is started, and again and again while it runs; what
                it raises ends that.

        Raises:
            UnreadableFile, LoaderFailed, SandboxClosed: as `parse` does.
        """
        reply = self._ask(module, name, data, most=most, on_wait=on_wait)
        assert isinstance(reply, bytes)
        return reply

    def _ask(
        self,
        module: str,
        name: str,
        data: bytes,
        *,
        packed: bool = False,
        kinds: frozenset[str] | None = None,
        most: int | None = None,
        on_wait: Callable[[], object] | None = None,
    ) -> Container | bytes:
        """The reply of a new process, which is ended, whether there is a reply or not."""
        budget = self._picture_budget if module.startswith(_READ_PICTURES) else self._budget
        with self._turn:
            if on_wait is not None:
                # Others may have had their turns for long: perhaps it is not wanted any more.
                on_wait()
            limits, seconds = budget.limits, budget.allow(len(data))
            unpacked = most_unpacked(len(data)) if packed else len(data)
            request = Request(
                module=module,
                name=name,
                packed=packed,
                seconds=seconds,
                patience=_PATIENCE * seconds,
                memory=limits.memory + _COPIES * unpacked,
                bounds=limits.bound(unpacked, holds_files=kinds is not None),
                kinds=kinds,
                most=most,
            )
            reply = self._ask_in_turn(request, data, budget, on_wait or self._on_wait)
        if isinstance(reply, Unreadable):
            raise UnreadableFile(reply.reason)
        if isinstance(reply, Failed):
            raise LoaderFailed(reply.error)
        return reply

    def _ask_in_turn(
        self, request: Request, data: bytes, budget: Budget, on_wait: Callable[[], object] | None
    ) -> Reply:
        process = self._start(request)
        reply, started, ours = None, time.monotonic(), time.thread_time()
        deadline = Deadline(request.patience, self._server.kill)
        try:
            with deadline:
                # What it has not taken it does not need; if it has ended, there is not a reply.
                with suppress(OSError):
                    send(process.requests, data)
                reply = self._receive(process.replies, request, on_wait)
        except BrokenWire:
            # Why there is not a reply is told by how the process ended.
            pass
        finally:
            # Also after Ctrl-C.
            ending = process.end()
            # What is done here with a reply is part of what the file costs.
            spent = ending.seconds + time.thread_time() - ours
            waited = min(time.monotonic() - started, request.seconds)
            budget.charge(len(data), waited if reply is None else spent)
        if reply is not None:
            return reply
        if self._closed:
            raise SandboxClosed
        if deadline.has_passed or ending.code == -signal.SIGXCPU:
            raise TookTooLong(f"took longer than {request.seconds} s to read")
        if ending.code == OUT_OF_MEMORY:
            raise UnreadableFile("needs more memory than allowed")
        raise UnreadableFile("the parser of its format crashed on it")

    def _start(self, request: Request) -> ParserProcess:
        """A process that has given up its rights, and waits for the file."""
        # The server may have been killed since it was last used.
        for _ in range(2):
            try:
                return self._start_once(request)
            except (BrokenWire, OSError):
                self._server.close()
        raise UnreadableFile("the process that parses files cannot be started")

    def _start_once(self, request: Request) -> ParserProcess:
        if self._closed:
            raise SandboxClosed
        process = self._server.start(request.module)
        try:
            send_message(process.requests, request)
            if not _can_read(process.replies.fileno(), _START_SECONDS):
                raise BrokenWire
            self.isolation = receive_isolation(process.replies)
        except BaseException:
            process.end()
            raise
        if self._closed:
            # `close` came too early to see it.
            process.end()
            raise SandboxClosed
        return process

    def _receive(
        self, replies: IO[bytes], request: Request, on_wait: Callable[[], object] | None
    ) -> Reply:
        """The reply; pages that come before it are passed on."""
        if on_wait is not None:
            replies = BufferedReader(_PatientPipe(replies.fileno(), on_wait))
        page = 0
        while True:
            message = receive_message(replies, request)
            if not isinstance(message, Paged):
                return message
            if not page < message.number <= message.of <= request.bounds.parts:
                raise BrokenWire
            page = message.number
            self._on_page(page, message.of)


class _PatientPipe(RawIOBase):
    """A pipe to read from, which says again and again that it waits."""

    def __init__(self, descriptor: int, on_wait: Callable[[], object]) -> None:
        self._descriptor, self._on_wait = descriptor, on_wait

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not _can_read(self._descriptor, _WAIT_SECONDS):
            self._on_wait()
        return os.readv(self._descriptor, [buffer])


def check_isolation() -> Isolation:
    """The barriers that this system has around the process that parses a file.

    Raises:
        UnreadableFile: that process cannot be started.
    """
    with Sandbox() as sandbox:
        sandbox.parse(_PLAIN_TEXT, "load", b"")
        return sandbox.isolation


class SandboxClosed(Exception):
    """The sandbox was closed before the file was read, which says nothing of the file."""


class LoaderFailed(Exception):
    """A loader raised an exception other than `UnreadableFile`; the message is its repr."""


def _can_read(descriptor: int, seconds: float) -> bool:
    """Whether there is something to read from a pipe, or its end, within so many seconds."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(1_000 * seconds))
