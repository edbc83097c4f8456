"""A process that imports loaders, and forks a process for each file, which parses it.

The server parses nothing itself. What it has imported each fork has at once, so that a new process
costs milliseconds. No byte of a document ever reaches it, so no document can take it over.

The program tells it what to do over a socket, for one process after the other. A line with the name
of a loader's module comes with two pipes: the new process gets both, and keeps nothing else. The
next byte asks to end that process; the answer is a line with its exit code and the seconds of
processor time that it took. When the socket is closed, the process and the server end.

The process that is forked reads a request, limits itself, gives up its rights, parses one file,
sends the reply and ends.
"""

from __future__ import annotations

import gc

# `Counter.most_common` imports it when it is first called, too late here.
import heapq  # noqa: F401
import math
import os
import resource
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn

from index.documents import Content, replace_surrogates
from index.loaders.sandbox.isolation import Barriers, isolate, load_barriers
from index.loaders.sandbox.limits import explain_excess
from index.loaders.sandbox.wire import (
    OUT_OF_MEMORY,
    BrokenWire,
    Failed,
    Paged,
    Reply,
    Request,
    Unreadable,
    receive,
    receive_request,
    send_message,
    send_reply,
)
from index.loaders.shared.archive import unpack
from index.loaders.shared.container import Container
from index.loaders.shared.decoding import UnreadableFile, import_encodings
from index.loaders.shared.pages_read import listen_to_pages
from index.text.plain_blocks import complete_blocks

# A line is never longer.
_LONGEST_LINE_BYTES = 4_096
_OURS = "index.loaders."
_OOM_SCORE = Path("/proc/self/oom_score_adj")
# A number of Linux: which signal a process gets when the one that started it ends.
_PARENT_DEATH_SIGNAL = 1
# The caller has stopped waiting some seconds before the alarm, which is for when it is gone.
_GRACE_SECONDS = 5
# Bytes of address space that modules may take of what a file is allowed.
_USUALLY_TAKEN_BYTES = 512 * 2**20
# The request and the file come from the program itself, and are believed.
_ANY = sys.maxsize
# What a loader's module may have, to be called while files can still be opened.
_PREPARE = "prepare_parser"


def main() -> None:
    """Fork a process for each file, until the program closes the socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    # If the machine runs out of memory, a parser is ended, and not the program.
    with suppress(OSError):
        _OOM_SCORE.write_text("1000")
    import_encodings()
    barriers = load_barriers()
    while True:
        line, pipes, *_ = socket.recv_fds(control, _LONGEST_LINE_BYTES, 2)
        if not line.endswith(b"\n") or len(pipes) != 2:
            return
        module = line.decode().strip()
        if module not in sys.modules:
            _import_loader(module)
        server, process = os.getpid(), os.fork()
        if not process:
            _become_worker(module, pipes, barriers, server)
        for pipe in pipes:
            os.close(pipe)
        if not _end_when_asked(process, control):
            return


def _end_when_asked(process: int, control: socket.socket) -> bool:
    """End a process when the program asks for it, or has gone; returns whether it has asked.

    In a function of its own, so that the next process inherits nothing of this.
    """
    is_asked = bool(control.recv(1))
    os.kill(process, signal.SIGKILL)
    _, status, usage = os.wait4(process, 0)
    if is_asked:
        code, seconds = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
        control.sendall(b"%d %.6f\n" % (code, seconds))
    return is_asked


def _import_loader(module: str) -> None:
    """Import a loader, and have one of ours make once what it makes when it is first used."""
    # What cannot be imported is told by the process that needs it.
    with suppress(Exception):
        loader = import_module(module)
        if module.startswith(_OURS):
            loader.load(b"")
    # Memory that is never collected is never copied either.
    gc.collect()
    gc.freeze()


def _become_worker(module: str, pipes: list[int], barriers: Barriers, server: int) -> NoReturn:
    """Go on as the process that parses a file."""
    try:
        if barriers.system is not None:
            barriers.system.prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        requests, replies = os.dup2(pipes[0], 0), os.dup2(pipes[1], 3)
        # What a library prints is not a reply.
        os.dup2(2, 1)
        os.closerange(4, os.sysconf("SC_OPEN_MAX"))
        # Otherwise it has ended before this process could be told.
        if os.getppid() == server:
            parse_file(module, os.fdopen(requests, "rb"), os.fdopen(replies, "wb"), barriers)
    finally:
        os._exit(1)


def parse_file(
    module: str, requests: IO[bytes], replies: IO[bytes], barriers: Barriers
) -> NoReturn:
    """Answer one request, and end this process.

    Args:
        module: the loader's. What it imports is imported now: no file can be read later.
        requests, replies: to and from the program. Nothing else is open that matters.
    """
    try:
        error = _prepare_loader(module)
        request = receive_request(requests, _ANY)
        _limit_costs(request)
        send_message(replies, isolate(barriers))
        data = receive(requests, _ANY)
        listen_to_pages(lambda number, of: send_message(replies, Paged(number, of)))
        send_reply(replies, Failed(error) if error else _make_reply(request, data))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (OSError, BrokenWire):
        os._exit(1)
    os._exit(0)


def _prepare_loader(module: str) -> str | None:
    """Import a loader and what parsing needs; the repr of the error if it cannot be."""
    try:
        prepare = getattr(import_module(module), _PREPARE, None)
        if prepare is not None:
            prepare()
    except Exception as error:
        return repr(error)
    return None


def _make_reply(request: Request, data: bytes) -> Reply:
    """The reply to a request: what the loader, or a function that makes bytes, has returned."""
    try:
        loader: Any = sys.modules[request.module]
        for name in request.name.split("."):
            loader = getattr(loader, name)
        if request.packed:
            data = unpack(data)
        loaded = loader(data) if request.kinds is None else loader(data, request.kinds)
        if request.most is not None:
            if not isinstance(loaded, bytes):
                raise TypeError(f"it makes {type(loaded).__name__}, not bytes")
            return loaded
        file = loaded if isinstance(loaded, Container) else Container(loaded)
        if not isinstance(file.content, Content):
            raise TypeError(f"its loader gives {type(file.content).__name__}, not Content")
        content = complete_blocks(file.content)
        if content.structure.blocks.count_cells() > request.bounds.cells:
            # Of a sparse table, most cells are empty.
            content = replace(content, blocks=content.structure.blocks.without_cells())
        file = replace(file, content=content)
        if reason := explain_excess(file, request.bounds):
            raise UnreadableFile(reason)
        return file
    except UnreadableFile as error:
        return Unreadable(replace_surrogates(str(error)))
    except MemoryError:
        raise
    except Exception as error:
        return Failed(replace_surrogates(repr(error)))


def _limit_costs(request: Request) -> None:
    """Limit for good what the file may cost."""
    signal.alarm(request.patience + _GRACE_SECONDS)
    seconds = math.ceil(time.process_time()) + request.seconds
    # The first ends the process in a way that tells why, the second whatever it does.
    _set_limit(resource.RLIMIT_CPU, seconds, seconds + 1)
    taken = max(0, _measure_memory() - _USUALLY_TAKEN_BYTES)
    _set_limit(resource.RLIMIT_AS, request.memory + taken)
    # It writes no file, and leaves no image of its memory behind.
    _set_limit(resource.RLIMIT_CORE, 0)
    _set_limit(resource.RLIMIT_FSIZE, 0)


def _set_limit(kind: int, soft: int, hard: int | None = None) -> None:
    """Set a limit that cannot be lifted any more; a lower one stays."""
    with suppress(OSError, ValueError):
        most = resource.getrlimit(kind)[1]
        wanted = (soft, soft if hard is None else hard)
        if most != resource.RLIM_INFINITY:
            wanted = (min(wanted[0], most), min(wanted[1], most))
        resource.setrlimit(kind, wanted)


def _measure_memory() -> int:
    """Bytes of address space that what was imported takes; 0 if the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
