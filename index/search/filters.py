"""Which documents a search is confined to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.files import Given, listed
from index.path_patterns import compile_patterns
from index.storage.store import Ids, Store

_NS = 10**9
# What compressed files have after the suffix that tells what they are.
_PACKED = ".gz"


@dataclass(frozen=True, slots=True, init=False)
class Filter:
    """Confines a search to some documents; a condition that is empty holds for all.

    Attributes:
        paths: patterns as in `.gitignore`, of which a document's path matches one: a name
            anywhere (`*.md`, `drafts/`), or a path from the working folder or from the root
            (`notes/2024/*.md`, `/home/ann/notes/`).
        types: suffixes without the dot (`pdf`, `md`), of which it has one.
        since: its file has not changed before; naive times are local ones.
    """

    paths: tuple[str, ...]
    types: tuple[str, ...]
    since: datetime | None

    def __init__(self, paths: Given = (), types: Given = (), since: datetime | None = None) -> None:
        """One alone may be given as it is, and several as a list."""
        if not isinstance(since, datetime | None):
            raise TypeError(f"since is a datetime, not {since!r}")
        object.__setattr__(self, "paths", tuple(listed(paths)))
        object.__setattr__(self, "types", tuple(listed(types)))
        object.__setattr__(self, "since", since)

    def __bool__(self) -> bool:
        """Whether it confines anything."""
        return bool(self.paths or self.types or self.since)


def allowed_by(chosen: Filter, store: Store) -> Ids:
    """Ids of the passages of the documents that a filter lets through, ascending.

    Raises:
        BadPattern: one of its paths is no pattern.
    """
    matches = _matcher(chosen)
    since = chosen.since.timestamp() * _NS if chosen.since else None
    return store.passage_ids(
        [
            number
            for number, path, changed in store.paths_and_times()
            if (since is None or (changed is not None and changed >= since)) and matches(path)
        ]
    )


def _matcher(chosen: Filter) -> Callable[[str], bool]:
    types = {kind.lower().removeprefix(".") for kind in chosen.types}
    spec = compile_patterns(map(_from_the_top, chosen.paths))

    def matches(path: str) -> bool:
        if types and _type(path) not in types:
            return False
        return not chosen.paths or spec.match_file(path.lstrip("/"))

    return matches


def _type(path: str) -> str:
    # A Path would take six times as long, for each of all documents.
    _, suffix = os.path.splitext(path.lower().removesuffix(_PACKED))  # noqa: PTH122
    return suffix.removeprefix(".")


def _from_the_top(pattern: str) -> str:
    """A pattern with a path in it, made to start from the root of the file system."""
    if "/" not in pattern.rstrip("/"):
        return pattern
    folder = "/" * pattern.endswith("/")
    # The working folder is to be taken literally.
    here = "".join("\\" + c if c in "\\*?[" else c for c in str(Path.cwd()))
    return os.path.normpath(here / Path(pattern).expanduser()) + folder
