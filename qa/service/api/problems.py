"""What goes wrong with a request, as problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from index import BadPattern, CannotRead, IndexInUse, MissingPath, QuotebackError
from index.documents import dump_json
from index.locations import hide_passwords
from qa.service.allowed_paths import NotAllowed
from qa.service.requests import BadRequest
from qa.service.service import ServiceBusy

# The first that fits says which status an error has; an index that cannot be used now may be
# usable later.
_STATUSES: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (MissingPath, HTTPStatus.NOT_FOUND),
    (BadPattern, HTTPStatus.UNPROCESSABLE_ENTITY),
    (IndexInUse, HTTPStatus.CONFLICT),
    (ServiceBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (CannotRead, HTTPStatus.SERVICE_UNAVAILABLE),
    (QuotebackError, HTTPStatus.SERVICE_UNAVAILABLE),
    (TimeoutError, HTTPStatus.GATEWAY_TIMEOUT),
)


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


def describe_problem(error: Exception) -> ProblemResponse:
    """The response for an error."""
    if isinstance(error, BadRequest):
        bad = HTTPStatus.BAD_REQUEST if error.malformed else HTTPStatus.UNPROCESSABLE_ENTITY
        return ProblemResponse(bad, str(error))
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            later = {"Retry-After": "1"} if isinstance(error, ServiceBusy) else None
            return ProblemResponse(status, str(error) or "it took too long", later)
    return ProblemResponse(HTTPStatus.INTERNAL_SERVER_ERROR, "something unforeseen went wrong")
