"""MCP on standard input and output: a message a line, of a limited length.

What is not a message is refused in an answer, and the next line is read: whoever has sent it
would wait for ever otherwise.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from anyio.to_thread import run_sync
from mcp import types
from mcp.shared.message import SessionMessage

from index import describe_size
from index.documents import load_json

# Bytes of a message, and those that are read at once of one that is too long.
LARGEST_MESSAGE = 2**20
_CHUNK = 2**16

Requests = MemoryObjectReceiveStream[SessionMessage | Exception]
Answers = MemoryObjectSendStream[SessionMessage]


class _BadMessage(Exception):
    """A line that is not a message.

    Attributes:
        answer: what its sender gets.
    """

    def __init__(self, code: int, problem: str, id: types.RequestId | None = None) -> None:
        super().__init__(problem)
        error = types.ErrorData(code=code, message=problem)
        self.answer = types.JSONRPCError(jsonrpc="2.0", id=id, error=error)


@asynccontextmanager
async def open_standard_streams() -> AsyncIterator[tuple[Requests, Answers]]:
    """The messages that come on standard input, and a stream for those that go out.

    They have these to themselves: whatever else is printed meanwhile goes to standard error.
    """
    source, target = _take_streams()
    received, requests = anyio.create_memory_object_stream[SessionMessage | Exception]()
    answers, waiting = anyio.create_memory_object_stream[SessionMessage]()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_read_messages, source, received, answers.clone())
        tasks.start_soon(_write_messages, waiting, target)
        yield requests, answers


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    source, target = os.fdopen(os.dup(0), "rb", _CHUNK), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:
        # Whoever started us closed it.
        os.dup2(nothing, 1)
    os.close(nothing)
    return source, target


async def _read_messages(
    source: BinaryIO,
    received: MemoryObjectSendStream[SessionMessage | Exception],
    answers: Answers,
) -> None:
    async with received, answers:
        while line := await run_sync(source.readline, LARGEST_MESSAGE + 1):
            try:
                if len(line) > LARGEST_MESSAGE:
                    await run_sync(_skip_line, source, line)
                    most = describe_size(LARGEST_MESSAGE)
                    raise _BadMessage(types.INVALID_REQUEST, f"a message is at most {most}")
                if line.strip():
                    await received.send(SessionMessage(_decode_message(line)))
            except _BadMessage as bad:
                await answers.send(SessionMessage(bad.answer))
            except anyio.BrokenResourceError:
                # The server has ended.
                return


def _skip_line(source: BinaryIO, begun: bytes) -> None:
    while begun and not begun.endswith(b"\n"):
        begun = source.readline(_CHUNK)


async def _write_messages(
    waiting: MemoryObjectReceiveStream[SessionMessage], target: BinaryIO
) -> None:
    async with waiting:
        async for each in waiting:
            line = each.message.model_dump_json(by_alias=True, exclude_unset=True)
            await run_sync(_write_line, target, line.encode() + b"\n")


def _write_line(target: BinaryIO, line: bytes) -> None:
    target.write(line)
    target.flush()


def _decode_message(line: bytes) -> types.JSONRPCMessage:
    try:
        fields = load_json(line)
    except ValueError as error:
        raise _BadMessage(types.PARSE_ERROR, f"this is not JSON: {error}") from None
    given = fields.get("id") if isinstance(fields, dict) else None
    # What is true is a whole number to Python.
    id = given if isinstance(given, str | int) and not isinstance(given, bool) else None
    try:
        message = types.jsonrpc_message_adapter.validate_python(fields, by_name=False)
    except ValueError:
        problem = "this is not a message: send one JSON-RPC object a line"
        raise _BadMessage(types.INVALID_REQUEST, problem, id) from None
    if isinstance(message, types.JSONRPCNotification) and "id" in fields:
        raise _BadMessage(types.INVALID_REQUEST, "an id is a text or a whole number")
    return message
