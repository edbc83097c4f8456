"""Filters: to which documents a search is confined."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from index.arrays import Ids
from index.filesystem.path_patterns import PathPatterns, anchor_pattern
from index.filesystem.paths import Paths, as_list
from index.storage.store import Store

_NS = 10**9
# The last suffix of compressed files; the one before it tells what they are.
_COMPRESSED = ".gz"


@dataclass(frozen=True, slots=True, init=False)
class Filter:
    """Confines a search to some documents; an empty condition holds for all.

    Attributes:
        paths: patterns as in `.gitignore`; a document's path matches one of them. A pattern is
            a name anywhere (`*.md`, `drafts/`), or a path from the working folder or from the
            root (`notes/2024/*.md`, `/home/ann/notes/`).
        types: suffixes without the dot (`pdf`, `md`); the document's file has one of them.
        since: the document's file was changed at this time or later. A time without a zone is
            local time.
    """

    paths: tuple[str, ...]
    types: tuple[str, ...]
    since: datetime | None

    def __init__(self, paths: Paths = (), types: Paths = (), since: datetime | None = None) -> None:
        """A single path or type may be given as it is, several as a list."""
        if not isinstance(since, datetime | None):
            raise TypeError(f"since is a datetime, not {since!r}")
        object.__setattr__(self, "paths", tuple(as_list(paths)))
        object.__setattr__(self, "types", tuple(as_list(types)))
        object.__setattr__(self, "since", since)

    def __bool__(self) -> bool:
        """Whether it confines anything."""
        return bool(self.paths or self.types or self.since)


def select_documents(filter: Filter, documents: Iterable[tuple[int, str, int | None]]) -> list[int]:
    """Ids of the documents that a filter lets through.

    Args:
        documents: of each, id, path and the file's time of change (ns).

    Raises:
        BadPattern: one of its patterns is invalid.
    """
    matches = _make_matcher(filter)
    since = filter.since.timestamp() * _NS if filter.since else None
    return [
        number
        for number, path, changed in documents
        if (since is None or (changed is not None and changed >= since)) and matches(path)
    ]


def select_passages(filter: Filter, store: Store) -> Ids:
    """Ids of the passages of the documents that a filter lets through, ascending.

    Raises:
        BadPattern: one of its patterns is invalid.
    """
    return store.passage_ids(select_documents(filter, store.paths_and_times()))


def _make_matcher(filter: Filter) -> Callable[[str], bool]:
    types = {suffix.lower().removeprefix(".") for suffix in filter.types}
    patterns = PathPatterns(map(anchor_pattern, filter.paths))

    def matches(path: str) -> bool:
        if types and _read_type(path) not in types:
            return False
        return not filter.paths or patterns.matches(path.lstrip("/"))

    return matches


def _read_type(path: str) -> str:
    # A Path would take six times as long, for each of all documents.
    _, suffix = os.path.splitext(path.lower().removesuffix(_COMPRESSED))  # noqa: PTH122
    return suffix.removeprefix(".")
