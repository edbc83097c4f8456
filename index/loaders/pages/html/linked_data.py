"""What a page says of itself for search engines: JSON-LD in the terms of schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser

_SCRIPTS = 'script[type="application/ld+json"]'
# Scripts, characters of one, and things that they describe.
_MOST_SCRIPTS, _LONGEST, _MOST_THINGS = 20, 200_000, 200
_DATES = ("datePublished", "dateCreated", "uploadDate", "dateModified")
# Kinds of things that are about something else than the page.
_OTHERS = frozenset(("Comment", "Organization", "Person", "Product", "Review", "WebSite"))


@dataclass(frozen=True, slots=True)
class LinkedData:
    """What is said of the page; as it stands there."""

    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)


def read_linked_data(tree: LexborHTMLParser) -> LinkedData:
    """What the scripts of a page say of it; nothing where they are damaged."""
    things = list(islice(_find_things(tree), _MOST_THINGS))
    names = {
        each["@id"]: each["name"]
        for each in things
        if isinstance(each.get("@id"), str) and isinstance(each.get("name"), str)
    }
    linked = LinkedData()
    for thing in things:
        if _OTHERS.intersection(_list_texts(thing.get("@type"))):
            continue
        if not linked.authors:
            linked.authors.extend(_find_names(thing.get("author") or thing.get("creator"), names))
        linked.tags.extend(_list_texts(thing.get("keywords")))
        linked.dates.extend(text for name in _DATES for text in _list_texts(thing.get(name)))
    return linked


def _find_things(tree: LexborHTMLParser) -> Iterator[Mapping[str, Any]]:
    for script in islice(tree.css(_SCRIPTS), _MOST_SCRIPTS):
        source = script.text(deep=True)
        if len(source) > _LONGEST:
            continue
        with suppress(ValueError, RecursionError):
            value = json.loads(source)
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict):
                    inner = each.get("@graph")
                    yield each
                    yield from (
                        thing
                        for thing in (inner if isinstance(inner, list) else ())
                        if isinstance(thing, dict)
                    )


def _find_names(value: Any, names: Mapping[str, str]) -> Iterator[str]:
    """The names of people, who may be described elsewhere."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            each = each.get("name") or names.get(str(each.get("@id")))
        if isinstance(each, str):
            yield each


def _list_texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]
