"""Passages and filters in the form that all frameworks have in common: text and metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from index import Filter, Hit
from qa.records import encode_properties

# What can be filtered by, and how; see `make_filter`.
_IS, _IN, _SINCE, _UNTIL = "==", "in", ">=", "<="
_OPERATORS = {
    "path": (_IS, _IN),
    "type": (_IS, _IN),
    "author": (_IS, _IN),
    "tag": (_IS,),
    "date": (_SINCE, _UNTIL),
}


def make_metadata(hit: Hit) -> dict[str, Any]:
    """Where a passage stands: offsets are code points of the document's text."""
    return {
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


def make_filter(conditions: Iterable[tuple[str, str, Any]]) -> Filter:
    """The filter of conditions that must all hold: field, operator, value.

    `path`, `type` and `author` take `==` and `in`, once each, and `tag` takes `==`, with values
    as `Filter` has them; `date` takes `>=` and `<=`, and a date.

    Raises:
        ValueError: a condition is none of these.
    """
    values: dict[tuple[str, str], Any] = {}
    tags: list[str] = []
    for field, operator, value in conditions:
        # A single value counts as a list of one.
        key = (field, operator if field == "date" else _IN)
        if operator not in _OPERATORS.get(field, ()) or key in values:
            raise ValueError(
                f"cannot filter by {field} {operator} {value!r}: path, type and author take == and "
                "in, each once; tag takes ==, date takes >= and <="
            )
        if field == "tag":
            tags += _as_list(value)
        else:
            values[key] = value
    return Filter(
        _as_list(values.get(("path", _IN), ())),
        _as_list(values.get(("type", _IN), ())),
        _parse_moment(values.get(("date", _SINCE))),
        until=_parse_moment(values.get(("date", _UNTIL)), time.max),
        tags=tags,
        authors=_as_list(values.get(("author", _IN), ())),
    )


def make_filter_of_fields(fields: Mapping[str, Any] | None) -> Filter | None:
    """The filter of `{"path": …, "type": …, "tag": …, "author": …, "since": …, "until": …}`.

    None without fields.
    """
    if not fields:
        return None
    return make_filter(
        ("date", _SINCE if name == "since" else _UNTIL, value)
        if name in ("since", "until")
        else (name, _IS, value)
        for name, value in fields.items()
    )


def _parse_moment(value: Any, of_day: time = time.min) -> datetime | None:
    """A moment; for a day, at this time of it."""
    if value is None or isinstance(value, datetime):
        return value
    text = str(value)
    moment = datetime.fromisoformat(text)
    return moment if any(sign in text for sign in "T: ") else datetime.combine(moment, of_day)


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
