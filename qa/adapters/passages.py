"""Passages and filters in the form that all frameworks have in common: text and metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from index import Filter, Hit, Span, parse_since, parse_until
from index.documents import make_valid, read_spelled_bytes
from qa.records import encode_properties

# What can be filtered by, and how; see `make_filter`.
_IS, _IN, _SINCE, _UNTIL = "==", "in", ">=", "<="
_OPERATORS = {
    "path": (_IS, _IN),
    "type": (_IS, _IN),
    "author": (_IS, _IN),
    "language": (_IS, _IN),
    "tag": (_IS,),
    "date": (_SINCE, _UNTIL),
}


def make_metadata(hit: Hit) -> dict[str, Any]:
    """Where a passage stands: offsets are code points of the document's text."""
    metadata = {
        "path": hit.document.path,
        "title": hit.document.title,
        **encode_properties(hit.document),
        "heading": hit.passage.heading,
        "page": hit.passage.page,
        "start": hit.passage.span.start,
        "end": hit.passage.span.end,
        "passage": hit.passage.id,
        "score": hit.score,
        "stale": hit.stale,
    }
    return make_valid(metadata)


def list_offsets(spans: Iterable[Span]) -> list[dict[str, int]]:
    """Spans as `{"start", "end"}`, as the records of `qa.records` have them."""
    return [{"start": span.start, "end": span.end} for span in spans]


def make_filter(conditions: Iterable[tuple[str, str, Any]]) -> Filter:
    """The filter of conditions that must all hold: field, operator, value.

    `path`, `type`, `author` and `language` take `==` and `in`, once each, and `tag` takes `==`,
    with values as `Filter` has them; `date` takes `>=` and `<=`, and a date. Raises `ValueError` if
    a condition is not one of these, or a date is not one.
    """
    values: dict[tuple[str, str], Any] = {}
    tags: list[str] = []
    for field, operator, value in conditions:
        # A single value counts as a list of one.
        key = (field, operator if field == "date" else _IN)
        if operator not in _OPERATORS.get(field, ()) or key in values:
            raise ValueError(
                f"cannot filter by {field} {operator} {value!r}: path, type, author, language "
                "take == and in, each once; tag takes ==, date takes >= and <="
            )
        if field == "tag":
            tags += _as_list(value)
        else:
            values[key] = value
    return Filter(
        [read_spelled_bytes(pattern) for pattern in _as_list(values.get(("path", _IN), ()))],
        _as_list(values.get(("type", _IN), ())),
        _read_moment(values.get(("date", _SINCE)), parse_since),
        until=_read_moment(values.get(("date", _UNTIL)), parse_until),
        tags=tags,
        authors=_as_list(values.get(("author", _IN), ())),
        languages=_as_list(values.get(("language", _IN), ())),
    )


def make_filter_of_fields(fields: Mapping[str, Any] | None) -> Filter | None:
    """The filter of fields that a `QuotebackRetriever` of LangChain takes; None without fields."""
    if not fields:
        return None
    return make_filter(
        ("date", _SINCE if name == "since" else _UNTIL, value)
        if name in ("since", "until")
        else (name, _IS, value)
        for name, value in fields.items()
    )


def _read_moment(value: Any, parse: Callable[[str], datetime]) -> datetime | None:
    """The moment of a text, a date or a datetime."""
    if value is None:
        return None
    try:
        return parse(str(value))
    except ValueError as error:
        raise ValueError(f"date {error}") from None


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
