"""The process in which hostile files are parsed: `Sandbox` starts it and talks to it.

It reads requests from its standard input, limits itself before each, and ends with
its input: when the program that started it ends in any way, so does it.
"""

from __future__ import annotations

import math
import os
import queue
import signal
import sys
import threading
import time
from importlib import import_module
from typing import IO, Any

from index.documents import Content
from index.loaders.sandbox.wire import (
    OUT_OF_MEMORY,
    BrokenWire,
    Failed,
    Loaded,
    Request,
    Unreadable,
    decode_request,
    encode_reply,
    receive,
    send,
)
from index.loaders.shared.decoding import UnreadableFile

# The caller has stopped waiting some seconds before the alarm, which is for when it is gone.
_GRACE_SECONDS = 5
# Requests come from the program itself, and are believed.
_ANY = sys.maxsize


def main() -> None:
    # Ctrl-C reaches the whole group of processes: it is the program's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, replies = sys.stdin.buffer, _keep_private(sys.stdout.buffer)
    _forbid_writing()
    waiting: queue.Queue[tuple[Request, bytes]] = queue.Queue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    while True:
        request, data = waiting.get()
        _limit_costs(request)
        try:
            send(replies, _make_reply(request, data))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except OSError:
            os._exit(1)
        _stop_alarm()


def _keep_private(stream: IO[bytes]) -> IO[bytes]:
    """Standard output under another number, so that what a library prints there is no reply."""
    kept = os.dup(stream.fileno())
    os.dup2(sys.stderr.fileno(), stream.fileno())
    return os.fdopen(kept, "wb")


def _listen(requests: IO[bytes], waiting: queue.Queue[tuple[Request, bytes]]) -> None:
    """Take requests, also while one is worked on: the end of the input ends the process."""
    try:
        while True:
            request = decode_request(receive(requests, _ANY))
            waiting.put((request, receive(requests, _ANY)))
    except (BrokenWire, MemoryError):
        os._exit(0)


def _make_reply(request: Request, data: bytes) -> bytes:
    """What the loader makes of a file, as a frame."""
    try:
        loader: Any = import_module(request.module)
        for name in request.name.split("."):
            loader = getattr(loader, name)
        content: Content = loader(data)
        if len(content.text) > request.text:
            raise UnreadableFile(f"holds more than {request.text:,} characters of text")
        return encode_reply(Loaded(content))
    except UnreadableFile as error:
        return encode_reply(Unreadable(str(error)))
    except MemoryError:
        raise
    except Exception as error:
        return encode_reply(Failed(repr(error)))


def _forbid_writing() -> None:
    """Parsing writes no file and leaves no image of its memory behind, where this can be had."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass


def _limit_costs(request: Request) -> None:
    """Limit what the next file may cost, where this can be had."""
    try:
        import resource

        signal.alarm(request.patience + _GRACE_SECONDS)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        until = math.ceil(time.process_time()) + request.seconds
        until = until if hard == resource.RLIM_INFINITY else min(until, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = request.memory if hard == resource.RLIM_INFINITY else min(request.memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    except (ImportError, OSError, ValueError):
        pass


def _stop_alarm() -> None:
    """No alarm while there is nothing to do."""
    if hasattr(signal, "alarm"):
        signal.alarm(0)


if __name__ == "__main__":
    main()
