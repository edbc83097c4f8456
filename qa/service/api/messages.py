"""Bodies of requests, limited in size and time; replies, and what goes wrong, as problem+json."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from index import BadPattern, IndexInUse, MissingPath, QuotebackError, describe_size
from index.documents import dump_json
from index.locations import hide_passwords
from qa.service.requests import BadRequest, decode_request
from qa.service.service import NotAllowed, ServiceBusy

# The first that fits says which status an error has; an index that cannot be used now may be
# usable later.
_STATUSES: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (MissingPath, HTTPStatus.NOT_FOUND),
    (BadPattern, HTTPStatus.UNPROCESSABLE_ENTITY),
    (IndexInUse, HTTPStatus.CONFLICT),
    (QuotebackError, HTTPStatus.SERVICE_UNAVAILABLE),
    (TimeoutError, HTTPStatus.GATEWAY_TIMEOUT),
)
Kind = TypeVar("Kind")
Result = TypeVar("Result")

# Bytes of a body; seconds that it may take to arrive, and that an answer may take.
LARGEST_BODY_BYTES = 2**20
_ARRIVAL_SECONDS, _ANSWER_SECONDS = 10.0, 120.0


class JsonResponse(Response):
    """JSON that every program can read."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return dump_json(content).encode("ascii")


class ProblemResponse(JsonResponse):
    """An object that says what is wrong."""

    media_type = "application/problem+json"

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        problem = {"type": "about:blank", "title": status.phrase, "status": status.value}
        super().__init__(problem | {"detail": hide_passwords(detail)}, status, headers)


def make_problem_response(error: Exception) -> ProblemResponse:
    """The response for an error."""
    if isinstance(error, BadRequest):
        bad = HTTPStatus.BAD_REQUEST if error.malformed else HTTPStatus.UNPROCESSABLE_ENTITY
        return ProblemResponse(bad, str(error))
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            later = {"Retry-After": "1"} if isinstance(error, ServiceBusy) else None
            return ProblemResponse(status, str(error) or "it took too long", later)
    return ProblemResponse(HTTPStatus.INTERNAL_SERVER_ERROR, "something unforeseen went wrong")


async def read_request(request: Request, kind: type[Kind]) -> Kind:
    """The body of a request, as an object of a kind.

    Raises `HTTPException` if its media type is not JSON, or it is too large, or too slow; and
    `BadRequest` if it is not JSON, or not of this kind.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json")
    try:
        async with asyncio.timeout(_ARRIVAL_SECONDS):
            return decode_request(await _read_body(request), kind)
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, "the body does not arrive") from None


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY_BYTES:
            problem = f"the body is larger than {describe_size(LARGEST_BODY_BYTES)}"
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problem)
    return bytes(body)


async def run_until_gone(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """The result of `work`, which is cancelled when the caller goes, or at the end of its time.

    The body must have been read. Raises `ClientDisconnect` if the caller has gone, and
    `TimeoutError`.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_wait_until_gone(request))
    try:
        await asyncio.wait(
            (task, gone), timeout=_ANSWER_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if task.done():
            return task.result()
        raise ClientDisconnect if gone.done() else TimeoutError
    finally:
        task.cancel()
        gone.cancel()


async def _wait_until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
