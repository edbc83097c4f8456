"""The command line's end of the socket on which a service listens, and where that lies.

It imports next to nothing before the question is sent. What reads the answer is imported while
the service works on it.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zlib import crc32

from index.filesystem import is_private
from index.locations import EngineUrl, name_location, runtime_folder
from qa.version import VERSION

if TYPE_CHECKING:
    from qa.service.warm.wire import WarmReply

# Seconds. A live service accepts at once; an answer may have to wait for others.
_CONNECT_SECONDS, _ANSWER_SECONDS = 0.5, 60.0
_CHUNK_BYTES = 2**16


class NotServed(Exception):
    """No service answers: the message says why, and the caller has to open the index itself."""


def locate_socket(index: str | os.PathLike[str] | EngineUrl) -> Path:
    """Where a service for an index listens, if one runs; only its owner can reach the socket."""
    # CRC-32 is short and cheap to import. If two names share one, the service says that it has
    # another index.
    name = crc32(os.fsencode(name_location(index)))
    return runtime_folder() / f"{name:08x}.sock"


def may_be_served(index: str | os.PathLike[str] | EngineUrl) -> bool:
    """Whether a service may listen for an index: its socket is there. Cheap to ask."""
    return locate_socket(index).exists()


class Call:
    """A question that a service has been asked."""

    def __init__(self, connection: socket.socket, kind: Literal["ask", "search"]) -> None:
        self._connection, self._kind = connection, kind

    def receive(self) -> WarmReply:
        """The answer, once it comes: with a reply to a question, with hits of a search.

        Raises `NotServed` if the service cannot answer, or has failed.
        """
        from index.documents import load_plain
        from qa.service.warm.wire import WarmReply

        try:
            with self._connection:
                reply = load_plain(self._read_line(), WarmReply)
        except TimeoutError:
            raise NotServed("the service takes too long") from None
        except (OSError, ValueError, RecursionError) as error:
            raise NotServed(f"the service does not answer ({error})") from error
        if reply.problem is not None:
            raise NotServed(f"the service cannot answer: {reply.problem}")
        if (reply.reply if self._kind == "ask" else reply.hits) is None:
            raise NotServed("the service has sent no answer")
        return reply

    def _read_line(self) -> bytes:
        from qa.service.warm.wire import LONGEST_REPLY_BYTES

        received = bytearray()
        while not received.endswith(b"\n"):
            chunk = self._connection.recv(_CHUNK_BYTES)
            if not chunk:
                raise ConnectionError("it has hung up")
            received += chunk
            if len(received) > LONGEST_REPLY_BYTES:
                raise ConnectionError("it says too much")
        return bytes(received)


def call_service(
    index: str | os.PathLike[str] | EngineUrl,
    kind: Literal["ask", "search"],
    request: Mapping[str, Any],
    **details: Any,
) -> Call:
    """Ask the service that runs for an index.

    The request has the fields of an `AskRequest` or a `SearchRequest`; the details are further
    fields of a `WarmRequest`. Raises `NotServed` if no service runs, or it cannot be reached.
    """
    question = {
        "version": VERSION,
        "index": name_location(index),
        "kind": kind,
        "request": request,
        **details,
    }
    connection = reach_service(index)
    try:
        connection.settimeout(_ANSWER_SECONDS)
        connection.sendall(json.dumps(question).encode("ascii") + b"\n")
    except OSError as error:
        connection.close()
        raise _not_answering(error) from error
    return Call(connection, kind)


def reach_service(index: str | os.PathLike[str] | EngineUrl) -> socket.socket:
    """A connection to the service that runs for an index.

    Raises `NotServed` if none runs, or it cannot be reached.
    """
    path = locate_socket(index)
    if not path.exists():
        raise NotServed("no service runs for this index")
    if not (is_private(path.parent) and is_private(path)):
        raise NotServed(f"{path} could be another user's")
    try:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    except OSError as error:
        raise _not_answering(error) from error
    try:
        connection.settimeout(_CONNECT_SECONDS)
        connection.connect(os.fspath(path))
    except BaseException as error:
        connection.close()
        if isinstance(error, ConnectionRefusedError):
            raise NotServed("the service has died") from None
        if isinstance(error, OSError):
            raise _not_answering(error) from error
        raise
    return connection


def _not_answering(error: OSError) -> NotServed:
    return NotServed(f"the service does not answer ({error})")
