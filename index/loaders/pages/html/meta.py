"""What a page says of itself: in its head, else to search engines.

The latter is JSON-LD in the terms of schema.org.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from index.documents import Properties
from index.loaders.shared.metadata import make_properties

_MOST_ELEMENTS = 500
# Names in lower case, with "." for ":"; of each kind the first that is there counts.
_AUTHORS = (
    "author citation_author dc.creator dcterms.creator article.author parsely-author "
    "sailthru.author book.author"
).split()
_TAGS = (
    "keywords article.tag dc.subject dcterms.subject citation_keywords news_keywords parsely-tags "
    "book.tag"
).split()
_DATES = (
    "article.published_time citation_publication_date citation_date datepublished dcterms.issued "
    "dc.date.issued dcterms.created dc.date dcterms.date pubdate parsely-pub-date date "
    "book.release_date citation_online_date article.modified_time datemodified dcterms.modified "
    "last-modified"
).split()
_SCRIPTS = 'script[type="application/ld+json"]'
# Scripts, characters of one, and things that they describe.
_MOST_SCRIPTS, _MOST_CHARACTERS, _MOST_THINGS = 20, 200_000, 200
_DATES_OF_THINGS = ("datePublished", "dateCreated", "uploadDate", "dateModified")
# Kinds of things that are about something else than the page.
_OTHERS = frozenset(("Comment", "Organization", "Person", "Product", "Review", "WebSite"))


def read_meta(tree: LexborHTMLParser) -> Properties:
    """The properties in the `meta` elements of a page, and in its linked data."""
    values: dict[str, list[str]] = {}
    for element in islice(tree.css("meta"), _MOST_ELEMENTS):
        fields = element.attributes
        name = fields.get("name") or fields.get("property") or fields.get("itemprop") or ""
        if words := (fields.get("content") or "").strip():
            values.setdefault(name.lower().replace(":", "."), []).append(words)
    authors, tags, dates = _read_linked_data(tree)
    return make_properties(
        next((values[name] for name in _AUTHORS if name in values), authors),
        [*(tag for name in _TAGS for tag in values.get(name, ())), *tags],
        [*(date for name in _DATES for date in values.get(name, ())), *dates],
    )


def _read_linked_data(tree: LexborHTMLParser) -> tuple[list[str], list[str], list[str]]:
    """The authors, tags and dates in the scripts of a page, as they stand there."""
    things = list(islice(_find_things(tree), _MOST_THINGS))
    names = {
        each["@id"]: each["name"]
        for each in things
        if isinstance(each.get("@id"), str) and isinstance(each.get("name"), str)
    }
    authors, tags, dates = list[str](), list[str](), list[str]()
    for thing in things:
        if _OTHERS.intersection(_list_texts(thing.get("@type"))):
            continue
        if not authors:
            authors += _find_names(thing.get("author") or thing.get("creator"), names)
        tags += _list_texts(thing.get("keywords"))
        dates += (text for name in _DATES_OF_THINGS for text in _list_texts(thing.get(name)))
    return authors, tags, dates


def _find_things(tree: LexborHTMLParser) -> Iterator[Mapping[str, Any]]:
    for script in islice(tree.css(_SCRIPTS), _MOST_SCRIPTS):
        source = script.text(deep=True)
        if len(source) > _MOST_CHARACTERS:
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
