"""The HTTP interface as an ASGI application: its operations, and the OpenAPI document of them.

That is made from the kinds of the requests and of the records.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, TypedDict

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from index import Filter, Progress, QuotebackError
from index.documents import dump_json
from index.locations import hide_passwords
from qa import records
from qa.service.api.guard import Guard
from qa.service.api.messages import (
    JsonResponse,
    ProblemResponse,
    make_problem_response,
    read_request,
    run_until_gone,
)
from qa.service.connections import Strangers
from qa.service.requests import (
    MOST_DOCUMENTS,
    AskRequest,
    BadRequest,
    CheckRequest,
    IndexRequest,
    ListRequest,
    SearchRequest,
    convert_request,
)
from qa.service.service import Service
from qa.version import VERSION

# Fields of a `ListRequest` that may come several times in a query.
LISTS = [each.name for each in msgspec.structs.fields(ListRequest) if each.default == ()]
# Fields that are numbers: what they are if they are not in the query, and at most.
NUMBERS = {"offset": (0, 2**31), "limit": (MOST_DOCUMENTS, MOST_DOCUMENTS)}
# Digits of a document's id.
LONGEST_ID = 18
# Seconds between two events of one stage.
_PAUSE_SECONDS = 0.1
# What may be read without the token.
PUBLIC = ("/health", "/openapi.json")


class DocumentTextRecord(records.DocumentRecord):
    """A document with its canonical text and its passages."""

    text: str
    passages: list[records.PassageRecord]


class HealthRecord(TypedDict):
    """The service answers."""

    status: str


class ProblemRecord(TypedDict):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the interface, which the method of `_Operations` of this name does.

    Without a record it sends events; without a request it has no body, and is a GET. The problems
    are further statuses of its own, beside those of all.
    """

    name: str
    path: str
    summary: str
    record: type | None
    request: type | None = None
    problems: tuple[int, ...] = ()


OPERATIONS = (
    Operation("ask", "/v1/ask", "Answer a question.", records.ReplyRecord, AskRequest),
    Operation("search", "/v1/search", "List passages.", records.SearchRecord, SearchRequest),
    Operation(
        "check", "/v1/check", "Check the quotations in a text.", records.CheckRecord, CheckRequest
    ),
    Operation(
        "list_documents",
        "/v1/documents",
        "List documents.",
        records.DocumentsRecord,
        problems=(422,),
    ),
    Operation(
        "read_document",
        "/v1/documents/{id}",
        "Read a document.",
        DocumentTextRecord,
        problems=(404, 422),
    ),
    Operation("add", "/v1/index", "Add files and folders.", None, IndexRequest, (404,)),
    Operation(
        "status", "/v1/status", "Say what is indexed, and what has changed.", records.StatusRecord
    ),
    Operation("health", "/health", "Say whether the service answers.", HealthRecord),
)
_PROBLEMS, _PROBLEMS_OF_BODIES = (401, 403, 503), (400, 408, 413, 415, 422, 504)
_TOKEN = {"token": {"type": "http", "scheme": "bearer"}}
_EVENTS = {
    "description": "Events: `progress` again and again, then `report` (the object of "
    "`quoteback index --json`) or `problem`.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


@cache
def describe_api() -> dict[str, Any]:
    """The document, in OpenAPI 3.1."""
    used = [kind for each in OPERATIONS for kind in (each.request, each.record) if kind]
    _, schemas = msgspec.json.schema_components(
        [*used, ProblemRecord], ref_template="#/components/schemas/{name}"
    )
    paths = {
        each.path: {"post" if each.request else "get": _describe_operation(each)}
        for each in OPERATIONS
    }
    query = [_describe_field(name) for name in ListRequest.__struct_fields__]
    schema = {"type": "integer", "minimum": 0, "maximum": 10**LONGEST_ID - 1}
    number = {"name": "id", "in": "path", "required": True, "schema": schema}
    paths["/v1/documents"]["get"]["parameters"] = query
    paths["/v1/documents/{id}"]["get"]["parameters"] = [number]
    paths["/health"]["get"]["security"] = []
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Quoteback",
            "version": VERSION,
            "description": "Answers quoted from the documents of one index. Offsets count "
            "Unicode code points of a document's text.",
        },
        "security": [{"token": []}],
        "components": {"schemas": schemas, "securitySchemes": _TOKEN},
        "paths": paths,
    }


def _describe_operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {"summary": operation.summary}
    problems: tuple[int, ...] = (*_PROBLEMS, *operation.problems)
    if operation.request is not None:
        problems += _PROBLEMS_OF_BODIES
        described["requestBody"] = {"required": True, "content": _describe_json(operation.request)}
    record = operation.record
    reply = (
        _EVENTS if record is None else {"description": "Done.", "content": _describe_json(record)}
    )
    problem = {
        "description": "What is wrong.",
        "content": _describe_json(ProblemRecord, "application/problem+json"),
    }
    described["responses"] = {"200": reply} | {str(status): problem for status in problems}
    return described


def _describe_json(kind: type, media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{kind.__name__}"}}}


def _describe_field(name: str) -> dict[str, Any]:
    """A parameter of a query, in the form of a field of `ListRequest`."""
    if name in NUMBERS:
        default, most = NUMBERS[name]
        schema = {"type": "integer", "minimum": 0, "maximum": most, "default": default}
    else:
        fields = msgspec.json.schema(ListRequest)["$defs"]["ListRequest"]["properties"]
        schema = {**fields[name], "default": None}
    return {"name": name, "in": "query", "schema": schema}


async def stream_indexing(
    service: Service, paths: Sequence[str], request: IndexRequest
) -> AsyncIterator[bytes]:
    """Events of a run: `progress` again and again, then `report`, or `problem`.

    If nobody listens any more the run is stopped; what was committed by then stays.
    """
    loop = asyncio.get_running_loop()
    steps: asyncio.Queue[Progress | None] = asyncio.Queue()
    last = ("", 0.0)

    def report_step(step: Progress) -> None:
        # Called from other threads, one at a time.
        nonlocal last
        now = time.monotonic()
        if step.stage != last[0] or now - last[1] >= _PAUSE_SECONDS:
            last = (step.stage, now)
            loop.call_soon_threadsafe(steps.put_nowait, step)

    run = asyncio.ensure_future(service.add(paths, request, report_step))
    run.add_done_callback(lambda _: steps.put_nowait(None))
    try:
        while (step := await steps.get()) is not None:
            yield _encode_event("progress", asdict(step))
        try:
            yield _encode_event("report", records.encode_report(run.result()))
        except (QuotebackError, OSError) as error:
            yield _encode_event(
                "problem", {"title": type(error).__name__, "detail": hide_passwords(str(error))}
            )
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await run


def _encode_event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {dump_json(data)}\n\n".encode("ascii")


def make_app(
    service: Service, token: str, hosts: Collection[str], strangers: Strangers | None = None
) -> ASGIApp:
    """The application that answers for a service, guarded: see `Guard`."""
    operations = _Operations(service)
    routes = [
        Route(
            each.path, getattr(operations, each.name), methods=["POST" if each.request else "GET"]
        )
        for each in OPERATIONS
    ]
    routes.append(Route("/openapi.json", operations.describe, methods=["GET"]))
    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        HTTPException: _handle_http_error,
        ClientDisconnect: _handle_error,
        QuotebackError: _handle_error,
        BadRequest: _handle_error,
        TimeoutError: _handle_error,
        Exception: _handle_error,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    return Guard(app, token, hosts, PUBLIC, strangers)


class _Operations:
    """The operations on a service, a method each: see `OPERATIONS`."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def ask(self, request: Request) -> Response:
        body = await read_request(request, AskRequest)
        return JsonResponse(
            records.encode_reply(await run_until_gone(request, self._service.ask(body)))
        )

    async def search(self, request: Request) -> Response:
        body = await read_request(request, SearchRequest)
        hits = await run_until_gone(request, self._service.search(body))
        return JsonResponse(records.encode_search(body.question, hits))

    async def check(self, request: Request) -> Response:
        body = await read_request(request, CheckRequest)
        checked = await run_until_gone(request, self._service.check_quotations(body))
        return JsonResponse(records.encode_check(checked))

    async def list_documents(self, request: Request) -> Response:
        start, most = (_read_number(request, name) for name in ("offset", "limit"))
        documents = await self._service.list_documents(_read_filter(request))
        page = documents[start : start + most]
        return JsonResponse(
            {"documents": [records.encode_document(each) for each in page], "total": len(documents)}
        )

    async def read_document(self, request: Request) -> Response:
        number = request.path_params["id"]
        if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_ID):
            raise BadRequest("id: a whole number, as `GET /v1/documents` lists it")
        document = await self._service.read_document(int(number))
        return JsonResponse(
            {
                **records.encode_document(document.document),
                "text": document.text,
                "passages": [records.encode_passage(each) for each in document.passages],
            }
        )

    async def add(self, request: Request) -> Response:
        body = await read_request(request, IndexRequest)
        paths = await self._service.check_paths(body)
        return StreamingResponse(
            stream_indexing(self._service, paths, body),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def status(self, request: Request) -> Response:
        status = await run_until_gone(request, self._service.read_status())
        return JsonResponse(records.encode_status(status))

    async def health(self, request: Request) -> Response:  # noqa: ARG002
        try:
            self._service.check()
        except QuotebackError:
            # Whoever asks need not know the token: they are not told even where the index lies.
            unavailable = HTTPStatus.SERVICE_UNAVAILABLE
            return ProblemResponse(unavailable, "the index cannot be used now")
        return JsonResponse({"status": "ok"})

    async def describe(self, request: Request) -> Response:  # noqa: ARG002
        return JsonResponse(describe_api())


def _read_filter(request: Request) -> Filter:
    """Which documents are listed, by the fields of a `ListRequest` in the query."""
    query = request.query_params
    fields = {
        name: query.getlist(name) if name in LISTS else query[name]
        for name in query
        if name not in NUMBERS
    }
    return convert_request(fields, ListRequest).read_filter()


def _read_number(request: Request, name: str) -> int:
    """One of `NUMBERS` in the query."""
    default, most = NUMBERS[name]
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and int(text) <= most):
        raise BadRequest(f"{name}: a whole number, at most {most}")
    return int(text)


async def _handle_http_error(request: Request, error: Exception) -> Response:  # noqa: ARG001
    assert isinstance(error, HTTPException)
    return ProblemResponse(HTTPStatus(error.status_code), error.detail, error.headers)


async def _handle_error(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return make_problem_response(error)
