"""Passages and filters in the form that all frameworks have in common: text and metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from index import Filter, Hit

# What can be filtered by, and how; see `make_filter`.
_PATH, _TYPE, _CHANGED = "path", "type", "changed"
_IS, _IN, _SINCE = "==", "in", ">="


def make_metadata(hit: Hit) -> dict[str, Any]:
    """Where a passage stands: offsets are code points of the document's text."""
    return {
        "path": hit.document.path,
        "title": hit.document.title,
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

    `path` and `type` take `==` and `in`, and values as `Filter` has them; `changed` takes `>=`
    and a date.

    Raises:
        ValueError: a condition is another one.
    """
    paths: list[str] | None = None
    types: list[str] | None = None
    since: datetime | None = None
    for field, operator, value in conditions:
        if field == _PATH and operator in (_IS, _IN) and paths is None:
            paths = _as_list(value)
        elif field == _TYPE and operator in (_IS, _IN) and types is None:
            types = _as_list(value)
        elif field == _CHANGED and operator == _SINCE and since is None:
            since = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        else:
            raise ValueError(
                f"cannot filter by {field} {operator} {value!r}: path and type take == and in, "
                "changed takes >=, each once"
            )
    return Filter(paths or (), types or (), since)


def make_filter_of_fields(fields: Mapping[str, Any] | None) -> Filter | None:
    """The filter of `{"path": …, "type": …, "changed": …}`; None where there is none."""
    if not fields:
        return None
    return make_filter(
        (name, _SINCE if name == _CHANGED else _IN, value) for name, value in fields.items()
    )


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
