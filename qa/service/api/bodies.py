"""Bodies of requests, limited in size and time; and callers that go away."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from index import describe_size
from qa.service.requests import decode_request

Kind = TypeVar("Kind")
Result = TypeVar("Result")

# Bytes of a body; seconds that it may take to arrive, and that an answer may take.
LARGEST_BODY = 2**20
_ARRIVAL, _ANSWER = 10.0, 120.0


async def read_request(request: Request, kind: type[Kind]) -> Kind:
    """The body of a request, as an object of a kind.

    Raises:
        HTTPException: its media type is not JSON, it is too large, or it comes too slowly.
        BadRequest: it is not JSON, or not of this kind.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json")
    try:
        async with asyncio.timeout(_ARRIVAL):
            return decode_request(await _read_body(request), kind)
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, "the body does not arrive") from None


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            problem = f"the body is larger than {describe_size(LARGEST_BODY)}"
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problem)
    return bytes(body)


async def run_until_gone(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """The result of `work`, which is cancelled when the caller goes, or at the end of its time.

    The body must have been read.

    Raises:
        ClientDisconnect: the caller has gone.
        TimeoutError: it took too long.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_wait_until_gone(request))
    try:
        await asyncio.wait((task, gone), timeout=_ANSWER, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientDisconnect if gone.done() else TimeoutError
    finally:
        task.cancel()
        gone.cancel()


async def _wait_until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
