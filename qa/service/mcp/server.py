"""The MCP server of a service: its tools, and its documents as resources."""

from __future__ import annotations

from typing import Any

from mcp import types
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError

from index import QuotebackError
from index.documents import make_valid, spell_surrogates
from index.locations import hide_passwords
from qa.service.mcp.tools import TOOLS
from qa.service.requests import BadRequest
from qa.service.service import Service
from qa.version import VERSION

_SCHEME = "quoteback://documents/"
# Resources that one answer lists.
_PAGE = 500
_TOOLS_BY_NAME = {tool.name: tool for tool in TOOLS}
_INSTRUCTIONS = (
    "Quoteback answers from the person's own documents, in exact quotations. Ask with `ask`; "
    "quote its text as it is, and give its citation. Where `answered` is false, say that the "
    "documents do not hold a sure answer. Give a draft that quotes to `verify_quotes` first."
)


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
