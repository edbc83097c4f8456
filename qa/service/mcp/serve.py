"""The MCP server of a service, on standard input and output, or over HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, BinaryIO

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from anyio.to_thread import run_sync
from mcp import types
from mcp.server import Server, ServerRequestContext
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage

from index import QuotebackError, describe_size
from index.documents import load_json, make_valid, spell_surrogates
from index.locations import hide_passwords
from qa.service.api.guard import Guard
from qa.service.api.serve import LOOPBACK, log_briefly, make_strangers, names_of, serve_app
from qa.service.connections import listen
from qa.service.mcp.tools import TOOLS
from qa.service.requests import BadRequest
from qa.service.service import Service
from qa.service.warm.server import listen_for_command_line
from qa.version import VERSION

# Bytes of a message, and those that are read at once of one that is too long.
LARGEST_MESSAGE_BYTES = 2**20
_CHUNK = 2**16

Requests = MemoryObjectReceiveStream[SessionMessage | Exception]
Answers = MemoryObjectSendStream[SessionMessage]
_SCHEME = "quoteback://documents/"
# Resources that one answer lists.
_PAGE = 500
_TOOLS_BY_NAME = {tool.name: tool for tool in TOOLS}
_INSTRUCTIONS = (
    "Quoteback answers from the person's own documents, in exact quotations. Ask with `ask`; "
    "quote its text as it is, and give its citation. Where `answered` is false, say that the "
    "documents do not hold a sure answer. Give a draft that quotes to `verify_quotes` first."
)


class _BadMessage(Exception):
    """A line that is not a message, with what its sender gets."""

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
    source: BinaryIO, received: MemoryObjectSendStream[SessionMessage | Exception], answers: Answers
) -> None:
    async with received, answers:
        while line := await run_sync(source.readline, LARGEST_MESSAGE_BYTES + 1):
            try:
                if len(line) > LARGEST_MESSAGE_BYTES:
                    await run_sync(_skip_line, source, line)
                    most = describe_size(LARGEST_MESSAGE_BYTES)
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


def serve_mcp(service: Service) -> None:
    """Answer on standard input and output until the input ends, or a signal comes.

    Standard output belongs to the protocol: whatever else is printed goes to standard error.
    """
    log_briefly()
    asyncio.run(_serve_on_streams(service))


async def _serve_on_streams(service: Service) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with listen_for_command_line(service):
        serving = asyncio.ensure_future(_answer_on_streams(service))
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait((serving, stopped), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
    if serving.done():
        serving.result()
        return
    service.close()
    # A thread waits for standard input, and cannot be stopped.
    os._exit(0)


async def _answer_on_streams(service: Service) -> None:
    server = make_server(service)
    try:
        async with open_standard_streams() as (requests, answers):
            await server.run(requests, answers, server.create_initialization_options())
    except* BrokenPipeError:
        # The caller has gone without waiting for its answer.
        pass


def serve_mcp_over_http(
    service: Service, token: str, *, port: int = 0, on_start: Callable[[str], None]
) -> None:
    """Answer over HTTP on the loopback address until a signal comes.

    Args:
        token: what callers must know.
        port: 0 for any that is free.
        on_start: called with the address as soon as requests are taken.

    Raises:
        PortInUse: another program uses the port, or only the system may use it.
    """
    # Hosts, origins and the token are checked by the guard, as for the other interface. No request
    # needs what came before it: sessions, of which callers leave many open, would only be kept.
    app = make_server(service).streamable_http_app(
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        max_request_body_size=LARGEST_MESSAGE_BYTES,
        stateless_http=True,
    )
    with listen(LOOPBACK, port) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/mcp"
        strangers = make_strangers()
        guarded = Guard(app, token, names_of(LOOPBACK), (), strangers)
        asyncio.run(serve_app(service, guarded, strangers, listening, lambda: on_start(address)))


def make_server(service: Service) -> Server[Any]:
    """The server; it only reads documents."""

    async def list_tools(
        _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool.name,
                    description=tool.description,
                    input_schema=tool.input_schema,
                    output_schema=tool.output_schema,
                    annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
                )
                for tool in TOOLS
            ]
        )

    async def call_tool(
        _: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        tool = _TOOLS_BY_NAME.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"there is no tool {params.name}")
        try:
            record, text = await tool.call(service, params.arguments or {})
        except (QuotebackError, BadRequest) as error:
            return types.CallToolResult(
                content=[_make_text(hide_passwords(str(error)))], is_error=True
            )
        return types.CallToolResult(
            content=[_make_text(text)], structured_content=make_valid(record)
        )

    async def list_resources(
        _: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        start = _read_cursor(params.cursor if params else None)
        documents = await service.list_documents()
        more = start + _PAGE < len(documents)
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=f"{_SCHEME}{document.id}",
                    name=spell_surrogates(document.path),
                    title=document.title,
                    mime_type="text/plain",
                )
                for document in documents[start : start + _PAGE]
            ],
            next_cursor=str(start + _PAGE) if more else None,
        )

    async def read_resource(
        _: ServerRequestContext[Any], params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        number = str(params.uri).removeprefix(_SCHEME)
        try:
            if not (number.isascii() and number.isdecimal() and len(number) < 19):
                raise BadRequest("no such resource")
            document = await service.read_document(int(number))
        except (QuotebackError, BadRequest) as error:
            raise MCPError(types.INVALID_PARAMS, hide_passwords(f"{params.uri}: {error}")) from None
        content = types.TextResourceContents(
            uri=params.uri, mime_type="text/plain", text=document.text
        )
        return types.ReadResourceResult(contents=[content])

    return Server(
        "quoteback",
        version=VERSION,
        title="Quoteback",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )


def _make_text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=spell_surrogates(text))


def _read_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 12):
        raise MCPError(types.INVALID_PARAMS, "this is not a cursor of ours")
    return int(cursor)
