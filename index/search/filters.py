"""Filters, which confine a search to some documents."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from index.documents import NO_PROPERTIES, Properties, decode_properties, fold, read_language
from index.filesystem.paths import PathPatterns, Paths, anchor_pattern, as_list
from index.formats import GZIP, find_format

_NS = 10**9
_WORD = re.compile(r"\w+")

# What a document is filtered by: id, path, the file's time of change (ns), and its properties
# as they are stored.
Filterable = tuple[int, str, int | None, str | None]


@dataclass(frozen=True, slots=True, init=False)
class Filter:
    """Confines a search to some documents; an empty condition holds for all.

    The date of a document is the day that it says itself, else the time at which its file was
    changed. A day is compared with the day of `since` and `until`, whatever their hour.

    Attributes:
        paths: patterns as in `.gitignore`; a document's path matches one of them. A pattern is
            a name anywhere (`*.md`, `drafts/`), a path from the working folder or from the
            root (`notes/2024/*.md`, `/home/ann/notes/`), or an address (`https://example.org/*`).
        types: suffixes without the dot (`pdf`, `md`); the document's file has one of them.
        since, until: the earliest and the latest time of a document, inclusive. A time without
            a zone is local time.
        tags: the document has all of them, or tags below them: `work` is above `work/travel`.
        authors: names or parts of names, such as "Smith" or "ann smith"; one of them has all its
            words in the name of an author. As in tags, case and accents do not count.
        languages: names of ISO 639-1 (`de`), without regions (`de-AT` is `de`); a passage of the
            document is in one of them.
    """

    paths: tuple[str, ...]
    types: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    languages: tuple[str, ...]

    def __init__(
        self,
        paths: Paths = (),
        types: Paths = (),
        since: datetime | None = None,
        *,
        until: datetime | None = None,
        tags: Paths = (),
        authors: Paths = (),
        languages: Paths = (),
    ) -> None:
        """A single path, type, tag, author or language may be given as it is, several as a list.

        Raises:
            ValueError: a language has another name than those of ISO 639.
        """
        for name, moment in (("since", since), ("until", until)):
            if not isinstance(moment, datetime | None):
                raise TypeError(f"{name} is a datetime, not {moment!r}")
            object.__setattr__(self, name, moment)
        lists = {"paths": paths, "types": types}
        lists |= {"tags": tags, "authors": authors, "languages": languages}
        for name, words in lists.items():
            object.__setattr__(self, name, tuple(as_list(words)))
        object.__setattr__(self, "languages", tuple(map(read_language, self.languages)))

    def __bool__(self) -> bool:
        """Whether it confines anything."""
        moments = self.since or self.until
        words = self.paths or self.types or self.tags or self.authors or self.languages
        return bool(words or moments)


def select_documents(filter: Filter, documents: Iterable[Filterable]) -> list[int]:
    """Ids of the documents that a filter lets through.

    Raises:
        BadPattern: one of its patterns is invalid.
    """
    matches_path, matches_rest = _make_path_matcher(filter), _make_matcher(filter)
    return [
        number
        for number, path, changed, properties in documents
        if matches_rest(changed, properties) and matches_path(path)
    ]


def _make_path_matcher(filter: Filter) -> Callable[[str], bool]:
    types = {suffix.lower().removeprefix(".") for suffix in filter.types}
    patterns = PathPatterns(map(anchor_pattern, filter.paths))

    def matches(path: str) -> bool:
        if types and _read_type(path) not in types:
            return False
        return not filter.paths or patterns.matches(path.lstrip("/"))

    return matches


def _make_matcher(filter: Filter) -> Callable[[int | None, str | None], bool]:
    """A test of a file's time of change (ns) and of the document's stored properties."""
    tags = [_fold_tag(tag) for tag in filter.tags]
    authors = [set(_WORD.findall(fold(name))) for name in filter.authors]
    languages = set(filter.languages)
    since, until = filter.since, filter.until
    first = since.timestamp() * _NS if since else -math.inf
    last = until.timestamp() * _NS if until else math.inf
    if not (since or until or tags or authors or languages):
        return lambda _changed, _properties: True

    def matches(changed: int | None, stored: str | None) -> bool:
        properties = _decode(stored)
        if (since or until) and not (
            (since is None or since.date() <= properties.date)
            and (until is None or properties.date <= until.date())
            if properties.date
            else changed is not None and first <= changed <= last
        ):
            return False
        if languages and languages.isdisjoint(properties.languages):
            return False
        return _has_tags(properties, tags) and _has_author(properties, authors)

    return matches


def _decode(stored: str | None) -> Properties:
    try:
        return decode_properties(stored)
    except ValueError:
        # The row is damaged, which is reported when the document is read.
        return NO_PROPERTIES


def _has_tags(properties: Properties, tags: Sequence[str]) -> bool:
    own_tags = [_fold_tag(tag) for tag in properties.tags] if tags else []
    return all(any(own == tag or own.startswith(f"{tag}/") for own in own_tags) for tag in tags)


def _has_author(properties: Properties, authors: Sequence[set[str]]) -> bool:
    if not authors:
        return True
    names = [set(_WORD.findall(fold(name))) for name in properties.authors]
    return any(words and words <= name for words in authors for name in names)


def _fold_tag(tag: str) -> str:
    return fold(tag.strip().removeprefix("#"))


def _read_type(path: str) -> str:
    # For every document; a Path would take six times as long.
    # The suffix before that of a compressed file names the type.
    stem, suffix = os.path.splitext(path.lower().removesuffix(GZIP))  # noqa: PTH122
    if not suffix and stem[-1:].isdecimal():
        # A message of a mailbox is called by its number.
        found = find_format(path)
        suffix = found.suffixes[0] if found and found.container == "messages" else ""
    return suffix.removeprefix(".")
