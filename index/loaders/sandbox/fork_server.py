"""A process that parses nothing itself: it imports loaders, and forks a process for each file.

What it has imported each fork has at once, so that a new process costs milliseconds. No byte of a
document ever reaches it, so no document can take it over.

The program tells it what to do over a socket, for one process after the other. A line with the name
of a loader's module comes with two pipes: the new process gets both, and keeps nothing else. The
next byte asks to end that process; the answer is a line with its exit code and the seconds of
processor time that it took. When the socket is closed, the process and the server end.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from index.loaders.sandbox.isolation import Barriers, load_barriers
from index.loaders.sandbox.worker import parse_file
from index.loaders.shared.decoding import import_encodings

# A line is never longer.
_LONGEST_LINE_BYTES = 4_096
_OURS = "index.loaders."
_OOM_SCORE = Path("/proc/self/oom_score_adj")
# A number of Linux: which signal a process gets when the one that started it ends.
_PARENT_DEATH_SIGNAL = 1


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


if __name__ == "__main__":
    main()
