"""The command line's end of the socket. It imports no model and opens no index."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from index import EngineUrl, name_location
from qa.service.requests import AskRequest, SearchRequest
from qa.service.warm.endpoint import HAS_UNIX_SOCKETS, is_private, locate_endpoint
from qa.service.warm.wire import (
    LONGEST_LINE,
    BrokenLine,
    WarmReply,
    WarmRequest,
    decode_line,
    encode_line,
)
from qa.version import VERSION

# Seconds. A service that lives accepts at once; an answer may have to wait for others'.
_CONNECT, _ANSWER = 0.5, 60.0
_CHUNK = 2**16

__all__ = ["NotServed", "WarmReply", "ask_service"]


class NotServed(Exception):
    """No service answers: the message says why, and the caller has to open the index itself."""


def ask_service(
    index: str | os.PathLike[str] | EngineUrl,
    request: AskRequest | SearchRequest,
    *,
    texts: bool = False,
    models: tuple[str | None, str | None] = (None, None),
) -> WarmReply:
    """The answer of the service that runs for an index.

    Args:
        texts: whether the texts of the documents are wanted, too.
        models: the names of the reader and the reranker, where they are not those that ship.

    Raises:
        NotServed: none runs, it is of another version, or it has failed.
    """
    endpoint = locate_endpoint(index)
    if not endpoint.path.exists():
        raise NotServed("no service runs for this index")
    if not (is_private(endpoint.path.parent) and is_private(endpoint.path)):
        raise NotServed(f"{endpoint.path} could be another user's")
    kind: Literal["ask", "search"] = "ask" if isinstance(request, AskRequest) else "search"
    warm = WarmRequest(
        version=VERSION,
        index=name_location(index),
        kind=kind,
        request=msgspec.to_builtins(request),
        texts=texts,
        models=models,
    )
    try:
        reply = decode_line(_exchange(endpoint.path, warm), WarmReply)
    except TimeoutError:
        raise NotServed("the service takes too long") from None
    except ConnectionRefusedError:
        raise NotServed("the service has died") from None
    except (OSError, BrokenLine) as error:
        raise NotServed(f"the service does not answer ({error})") from error
    if reply.problem is not None:
        raise NotServed(f"the service cannot answer: {reply.problem}")
    return reply


def _exchange(path: Path, request: WarmRequest) -> bytes:
    """Send a question and receive the line that answers it."""
    connection, token = _connect(path)
    with connection:
        connection.settimeout(_ANSWER)
        connection.sendall(encode_line(replace(request, token=token)))
        received = bytearray()
        while not received.endswith(b"\n"):
            chunk = connection.recv(_CHUNK)
            if not chunk:
                raise ConnectionError("it has hung up")
            received += chunk
            if len(received) > LONGEST_LINE:
                raise ConnectionError("it says too much")
        return bytes(received)


def _connect(path: Path) -> tuple[socket.socket, str]:
    """A connection to the service, and the token that it asks for, if any."""
    if not HAS_UNIX_SOCKETS:
        port, _, token = path.read_text(encoding="ascii").partition(" ")
        try:
            return socket.create_connection(("127.0.0.1", int(port)), _CONNECT), token
        except ValueError:
            raise ConnectionError("it left no address") from None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(_CONNECT)
        connection.connect(os.fspath(path))
    except BaseException:
        connection.close()
        raise
    return connection, ""
