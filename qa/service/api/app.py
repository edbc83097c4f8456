"""The HTTP interface as an ASGI application: a function for each operation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import asdict
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from index import Filter, Progress, QuotebackError
from index.documents import dump_json
from index.locations import hide_passwords
from qa.records import (
    encode_check,
    encode_document,
    encode_passage,
    encode_reply,
    encode_report,
    encode_search,
    encode_status,
)
from qa.service.api.guard import Guard
from qa.service.api.messages import (
    JsonResponse,
    ProblemResponse,
    make_problem_response,
    read_request,
    run_until_gone,
)
from qa.service.api.openapi import LISTS, LONGEST_ID, NUMBERS, OPERATIONS, describe_api
from qa.service.connections import Strangers
from qa.service.requests import (
    AskRequest,
    BadRequest,
    CheckRequest,
    IndexRequest,
    ListRequest,
    SearchRequest,
    convert_request,
)
from qa.service.service import Service

# Seconds between two events of one stage.
_PAUSE_SECONDS = 0.1
# What may be read without the token.
PUBLIC = ("/health", "/openapi.json")


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
            yield _encode_event("report", encode_report(run.result()))
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
    """The operations on a service, a method each: see `openapi.OPERATIONS`."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def ask(self, request: Request) -> Response:
        body = await read_request(request, AskRequest)
        return JsonResponse(encode_reply(await run_until_gone(request, self._service.ask(body))))

    async def search(self, request: Request) -> Response:
        body = await read_request(request, SearchRequest)
        hits = await run_until_gone(request, self._service.search(body))
        return JsonResponse(encode_search(body.question, hits))

    async def check(self, request: Request) -> Response:
        body = await read_request(request, CheckRequest)
        checked = await run_until_gone(request, self._service.check_quotations(body))
        return JsonResponse(encode_check(checked))

    async def list_documents(self, request: Request) -> Response:
        start, most = (_read_number(request, name) for name in ("offset", "limit"))
        documents = await self._service.list_documents(_read_filter(request))
        page = documents[start : start + most]
        return JsonResponse(
            {"documents": [encode_document(each) for each in page], "total": len(documents)}
        )

    async def read_document(self, request: Request) -> Response:
        number = request.path_params["id"]
        if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_ID):
            raise BadRequest("id: a whole number, as `GET /v1/documents` lists it")
        document = await self._service.read_document(int(number))
        return JsonResponse(
            {
                **encode_document(document.document),
                "text": document.text,
                "passages": [encode_passage(each) for each in document.passages],
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
        return JsonResponse(encode_status(status))

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
        for name in ListRequest.__struct_fields__
        if name in query and name not in NUMBERS
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
