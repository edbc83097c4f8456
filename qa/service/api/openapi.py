"""The OpenAPI document, made from the kinds of the requests and of the records."""

from __future__ import annotations

from dataclasses import dataclass
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

# Fields of a `ListRequest` that may come several times in a query.
LISTS = ("paths", "types", "tags", "authors", "languages")
# Fields that are numbers: what they are if they are not in the query, and at most.
NUMBERS = {"offset": (0, 2**31), "limit": (MOST_DOCUMENTS, MOST_DOCUMENTS)}
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


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the interface, which the method of this name in `app.py` does.

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
    Operation("ask", "/v1/ask", "Answer a question.", ReplyRecord, AskRequest),
    Operation("search", "/v1/search", "List passages.", SearchRecord, SearchRequest),
    Operation("check", "/v1/check", "Check the quotations in a text.", CheckRecord, CheckRequest),
    Operation(
        "list_documents", "/v1/documents", "List documents.", DocumentsRecord, problems=(422,)
    ),
    Operation(
        "read_document",
        "/v1/documents/{id}",
        "Read a document.",
        DocumentTextRecord,
        problems=(404, 422),
    ),
    Operation("add", "/v1/index", "Add files and folders.", None, IndexRequest, (404,)),
    Operation("status", "/v1/status", "Say what is indexed, and what has changed.", StatusRecord),
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
