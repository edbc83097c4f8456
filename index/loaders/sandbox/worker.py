"""The process in which files are parsed: `Sandbox` starts it and talks to it.

It imports the modules that are named as its arguments, gives up all rights, and reads requests
from its standard input. It limits itself before each, and ends with its input: when the
program that started it ends in any way, so does it.
"""

from __future__ import annotations

import math
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from index.documents import Content
from index.loaders.sandbox.isolation import isolate
from index.loaders.sandbox.wire import (
    OUT_OF_MEMORY,
    BrokenWire,
    Failed,
    Loaded,
    Paged,
    Request,
    Unreadable,
    decode_request,
    encode_isolation,
    encode_reply,
    receive,
    send,
)
from index.loaders.shared.container import Container
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.legacy_encodings import import_encodings
from index.loaders.shared.pages_read import listen_to_pages
from index.loaders.shared.unpacking import unpack

try:
    import resource
except ImportError:
    # No Unix: there are no such limits.
    resource = None  # type: ignore[assignment]

# The caller has stopped waiting some seconds before the alarm, which is for when it is gone.
_GRACE_SECONDS = 5
# Bytes of address space that modules may take of what a file is allowed.
_USUALLY_TAKEN = 512 * 2**20
# Requests come from the program itself, and are believed.
_ANY = sys.maxsize


def main() -> None:
    # Ctrl-C reaches the whole group of processes: it is the program's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, replies = sys.stdin.buffer, _keep_private(sys.stdout.buffer)
    _forbid_writing()
    not_imported = _import_modules(sys.argv[1:])
    taken = max(0, _measure_memory() - _USUALLY_TAKEN)
    waiting: queue.Queue[tuple[Request, bytes]] = queue.Queue()
    listener = threading.Thread(target=_listen, args=(requests, waiting), daemon=True)
    send(replies, encode_isolation(isolate(listener.start)))
    listen_to_pages(lambda number, of: send(replies, encode_reply(Paged(number, of))))
    while True:
        request, data = waiting.get()
        _limit_costs(request, taken)
        try:
            if error := not_imported.get(request.module):
                send(replies, encode_reply(Failed(error)))
            else:
                send(replies, _make_reply(request, data))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except OSError:
            os._exit(1)
        _stop_alarm()


def _import_modules(names: Sequence[str]) -> dict[str, str]:
    """Import whatever parsing may need, as no file can be read later.

    Returns:
        the modules that cannot be imported, with the repr of the error.
    """
    failed = {}
    for name in names:
        try:
            import_module(name)
        except Exception as error:
            failed[name] = repr(error)
    import_encodings()
    return failed


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
    started = time.process_time()
    try:
        loader: Any = sys.modules[request.module]
        for name in request.name.split("."):
            loader = getattr(loader, name)
        if request.packed:
            data = unpack(data)
        loaded = loader(data) if request.kinds is None else loader(data, request.kinds)
        file = loaded if isinstance(loaded, Container) else Container(loaded)
        content = file.content
        if not isinstance(content, Content):
            raise TypeError(f"its loader gives {type(content).__name__}, not Content")
        if len(content.text) > max(request.text, len(data)):
            raise UnreadableFile(f"holds more than {request.text:,} characters of text")
        seconds = time.process_time() - started
        return encode_reply(Loaded(content, seconds, file.members, file.left_out))
    except UnreadableFile as error:
        return encode_reply(Unreadable(str(error)))
    except MemoryError:
        raise
    except Exception as error:
        return encode_reply(Failed(repr(error)))


def _forbid_writing() -> None:
    """Parsing writes no file and leaves no image of its memory behind, where this can be had."""
    if resource is None:
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _measure_memory() -> int:
    """Bytes of address space that what was imported takes; 0 where it cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _limit_costs(request: Request, taken: int) -> None:
    """Limit what the next file may cost, where this can be had; much may be taken already."""
    if resource is None:
        return
    with suppress(OSError, ValueError):
        signal.alarm(request.patience + _GRACE_SECONDS)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        until = math.ceil(time.process_time()) + request.seconds
        until = until if hard == resource.RLIM_INFINITY else min(until, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = request.memory + taken
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _stop_alarm() -> None:
    """No alarm while there is nothing to do."""
    if hasattr(signal, "alarm"):
        signal.alarm(0)


if __name__ == "__main__":
    main()
