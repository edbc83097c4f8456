"""The process that renders: `python -m tui.source.renderer.worker`. It ends with its input."""

from __future__ import annotations

import faulthandler
import sys
from typing import IO

from index.documents import unpack_structure
from tui.source.renderer.wire import (
    Colour,
    Coloured,
    Failed,
    Rendered,
    Reply,
    Request,
    receive_request,
    send,
)
from tui.source.rendering.documents import render_document
from tui.source.rendering.syntax import read_tokens

READY = b"\n"


def main() -> int:
    """Answer requests until there are no more; returns the exit code."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    # What is imported may print.
    sys.stdout = sys.stderr
    replies.write(READY)
    replies.flush()
    while (request := receive_request(requests)) is not None:
        # Whoever asked ends this process when it is late, but may be gone by then. No exception
        # would do: none is raised while a regular expression is matched.
        faulthandler.dump_traceback_later(request.seconds, exit=True)
        _answer(request, replies)
        faulthandler.cancel_dump_traceback_later()
    return 0


def _answer(request: Request, replies: IO[bytes]) -> None:
    try:
        reply = _work(request)
    except Exception as error:
        reply = Failed(repr(error)[:1_000])
    send(replies, reply)


def _work(request: Request) -> Reply:
    if isinstance(request, Colour):
        return Coloured(read_tokens(request.language, request.text))
    structure = unpack_structure(request.structure, len(request.text))
    return Rendered(render_document(request.path, request.text, structure, request.pages))


if __name__ == "__main__":
    sys.exit(main())
