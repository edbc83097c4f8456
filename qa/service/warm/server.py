"""The service's end of the socket."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct

from index import QuotebackError
from index.documents import dump_plain
from index.filesystem import is_private
from index.locations import name_location
from qa.service.requests import AskRequest, BadRequest, Defaults, SearchRequest, convert_request
from qa.service.service import Service
from qa.service.warm.client import locate_socket
from qa.service.warm.wire import LONGEST_REQUEST_BYTES, WarmReply
from qa.version import VERSION

# Seconds that a caller has to say what it wants.
_PATIENCE_SECONDS = 5
# Bytes of a socket's path: systems allow hardly more.
_LONGEST_PATH_BYTES = 100


class WarmRequest(Struct, frozen=True):
    """A question to a service: the fields of an `AskRequest` or a `SearchRequest`.

    Another version of the program may answer otherwise. The defaults are the caller's settings; the
    models are named if they are not those that ship. The texts of the documents may be wanted, too.
    """

    version: str
    index: str
    kind: Literal["ask", "search"]
    request: dict[str, Any]
    texts: bool = False
    defaults: Defaults = Defaults()
    models: tuple[str | None, ...] = (None, None)


@asynccontextmanager
async def listen_for_command_line(service: Service) -> AsyncIterator[bool]:
    """Answer the command line's questions on this index for as long as the context lasts.

    Yields:
        whether it does: false if another service does already, or there is no private place
        for a socket, or the system has no such sockets.
    """
    path = locate_socket(service.location)
    is_usable = hasattr(socket, "AF_UNIX") and len(os.fsencode(path)) <= _LONGEST_PATH_BYTES
    if not is_usable or not _prepare_folder(path.parent):
        yield False
        return
    # The one service that listens keeps it locked.
    lock = FileLock(path.with_suffix(".lock"), mode=0o600)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        yield False
        return
    try:
        server = await _listen(service, path)
    except OSError:
        lock.release()
        yield False
        return
    try:
        yield True
    finally:
        server.close()
        with suppress(OSError):
            path.unlink()
        lock.release()


def _prepare_folder(folder: Path) -> bool:
    """Make a folder that only we can enter; False if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return False
    return is_private(folder)


async def _listen(service: Service, path: Path) -> asyncio.Server:
    """Listen in place of a service that has died; nobody else holds the lock."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _answer_call(service, reader, writer)
        finally:
            writer.close()

    with suppress(FileNotFoundError):
        path.unlink()
    server = await asyncio.start_unix_server(serve, path, limit=LONGEST_REQUEST_BYTES)
    # It may come late: nobody else can enter the folder.
    path.chmod(0o600)
    return server


async def _answer_call(
    service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer the one question of a connection; stop if the caller goes."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            line = await reader.readline()
        # Not by msgspec alone, which refuses the lone surrogates of paths that are not Unicode.
        request = msgspec.convert(json.loads(line), WarmRequest)
    except (TimeoutError, ValueError, RecursionError, OSError):
        return
    work = asyncio.ensure_future(_answer(service, request))
    # The caller sends nothing more: only the end of the connection can come.
    gone = asyncio.ensure_future(reader.read(1))
    try:
        await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            writer.write(dump_plain(work.result()).encode("ascii") + b"\n")
            await writer.drain()
    except OSError:
        pass
    finally:
        work.cancel()
        gone.cancel()


async def _answer(service: Service, warm: WarmRequest) -> WarmReply:
    if warm.version != VERSION:
        return WarmReply(problem="it is another version of Quoteback")
    if warm.index != name_location(service.location):
        return WarmReply(problem="it has another index")
    # A search in a mode that was asked for uses no model but that of the index.
    ranks = warm.kind == "ask" or warm.request.get("mode") is None
    if ranks and warm.models != service.models:
        return WarmReply(problem="it has other models")
    try:
        reply, hits = None, None
        if warm.kind == "ask":
            reply = await service.ask(convert_request(warm.request, AskRequest), warm.defaults)
        else:
            request = convert_request(warm.request, SearchRequest)
            hits = await service.search(request, warm.defaults)
        texts = {}
        if warm.texts:
            quoted = reply.answers if reply else hits or ()
            texts = await service.read_texts([each.document.path for each in quoted])
        documents, passages = await service.count()
        refused = reply is not None and not reply.answered
        waiting = passages - await service.count_embedded() if refused else 0
        return WarmReply(
            reply=reply,
            hits=hits,
            documents=documents,
            passages=passages,
            waiting=waiting,
            notice=service.notice,
            texts=texts,
        )
    except (QuotebackError, BadRequest, OSError) as error:
        # The caller then tries without the service, and reports the same error.
        return WarmReply(problem=str(error))
