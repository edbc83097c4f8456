"""The OpenAPI document, made from the kinds of the requests and of the records."""

from __future__ import annotations

from functools import cache
from typing import Any, TypedDict

import msgspec

from qa.records import (
    CheckRecord,
    DocumentRecord,
    DocumentsRecord,
    PassageRecord,
    ReplyRecord,
    SearchRecord,
    StatusRecord,
)
from qa.service.requests import (
    MOST_DOCUMENTS,
    AskRequest,
    CheckRequest,
    IndexRequest,
    ListRequest,
    SearchRequest,
)
from qa.version import VERSION

# Fields of the query that filter documents, as in the bodies of other requests.
LISTS, MOMENTS = ("paths", "types", "tags", "authors", "languages"), ("since", "until")
# Digits of a document's id.
LONGEST_ID = 18


class DocumentTextRecord(DocumentRecord):
    """A document with its canonical text and its passages."""

    text: str
    passages: list[PassageRecord]


class HealthRecord(TypedDict):
    """The service answers."""

    status: str


class ProblemRecord(TypedDict):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


_KINDS = (
    AskRequest,
    SearchRequest,
    CheckRequest,
    IndexRequest,
    ReplyRecord,
    SearchRecord,
    CheckRecord,
    DocumentsRecord,
    DocumentTextRecord,
    StatusRecord,
    HealthRecord,
    ProblemRecord,
)
_TOKEN = {"token": {"type": "http", "scheme": "bearer"}}


@cache
def describe_api() -> dict[str, Any]:
    """The document, in OpenAPI 3.1."""
    _, schemas = msgspec.json.schema_components(_KINDS, ref_template="#/components/schemas/{name}")
    paging = [_describe_number("offset", 0), _describe_number("limit", MOST_DOCUMENTS)]
    filters = [_describe_filter(name) for name in (*LISTS, *MOMENTS)]
    number = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 0, "maximum": 10**LONGEST_ID - 1},
    }
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
        "paths": {
            "/v1/ask": {"post": _describe_post("Answer a question.", AskRequest, ReplyRecord)},
            "/v1/search": {"post": _describe_post("List passages.", SearchRequest, SearchRecord)},
            "/v1/check": {
                "post": _describe_post("Check the quotations in a text.", CheckRequest, CheckRecord)
            },
            "/v1/documents": {
                "get": _describe_get("List documents.", DocumentsRecord, 422)
                | {"parameters": [*paging, *filters]}
            },
            "/v1/documents/{id}": {
                "get": _describe_get("Read a document.", DocumentTextRecord, 404, 422)
                | {"parameters": [number]}
            },
            "/v1/index": {"post": _describe_indexing()},
            "/v1/status": {
                "get": _describe_get("Say what is indexed, and what has changed.", StatusRecord)
            },
            "/health": {
                "get": _describe_get("Say whether the service answers.", HealthRecord)
                | {"security": []}
            },
        },
    }


def _describe_get(summary: str, kind: type, *problems: int) -> dict[str, Any]:
    return {"summary": summary, "responses": _describe_responses(kind, 401, 403, 503, *problems)}


def _describe_post(summary: str, request: type, kind: type) -> dict[str, Any]:
    return {
        "summary": summary,
        "requestBody": _describe_body(request),
        "responses": _describe_responses(kind, 400, 401, 403, 408, 413, 415, 422, 503, 504),
    }


def _describe_indexing() -> dict[str, Any]:
    """Indexing, whose progress comes as server-sent events."""
    described = _describe_post("Add files and folders.", IndexRequest, ReplyRecord)
    described["responses"]["200"] = {
        "description": "Events: `progress` again and again, then `report` (the object of "
        "`quoteback index --json`) or `problem`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
    described["responses"]["404"] = _describe_problem()
    return described


def _describe_body(kind: type) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": _refer_to(kind)}}}


def _describe_responses(kind: type, *problems: int) -> dict[str, Any]:
    return {
        "200": {
            "description": "Done.",
            "content": {"application/json": {"schema": _refer_to(kind)}},
        },
        **{str(status): _describe_problem() for status in problems},
    }


def _describe_problem() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _refer_to(ProblemRecord)}}
    return {"description": "What is wrong.", "content": content}


def _refer_to(kind: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _describe_filter(name: str) -> dict[str, Any]:
    """A parameter of a query, in the form of a field of `ListRequest`."""
    schema = msgspec.json.schema(ListRequest)["$defs"]["ListRequest"]["properties"][name]
    return {"name": name, "in": "query", "schema": {**schema, "default": None}}


def _describe_number(name: str, otherwise: int) -> dict[str, Any]:
    most = MOST_DOCUMENTS if name == "limit" else 2**31
    schema = {"type": "integer", "minimum": 0, "maximum": most, "default": otherwise}
    return {"name": name, "in": "query", "schema": schema}
