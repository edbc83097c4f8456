"""Which indexed document a question set means by a name."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath


def make_resolver(paths: Iterable[str], folder: Path | None) -> Callable[[str], str | None]:
    """A function from a name in a question set to the path of an indexed document.

    A name is the path itself, a path relative to `folder` or to the working folder, or
    the end of one path only ("manual.md", "notes/manual.md"). None for a name that
    fits no document, or several.
    """
    known = set(paths)
    by_name: dict[str, list[str]] = defaultdict(list)
    for path in known:
        by_name[PurePath(path).name].append(path)

    def resolve(name: str) -> str | None:
        if name in known:
            return name
        for base in (folder, Path()):
            if base is not None and (path := os.path.abspath(base / name)) in known:
                return path
        wanted = PurePath(name).parts
        matches = [
            path
            for path in by_name.get(PurePath(name).name, ())
            if PurePath(path).parts[-len(wanted) :] == wanted
        ]
        return matches[0] if len(matches) == 1 else None

    return resolve
