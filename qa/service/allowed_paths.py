"""Which paths a program may have added to an index: those in folders that a person allowed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from index import MissingPath, QuotebackError
from index.filesystem import is_within


class NotAllowed(QuotebackError):
    """The person who started the service has not allowed this."""


def check_allowed(path: str, folders: Iterable[str]) -> str:
    """The path without "..", if it lies in one of the folders, also with all links followed.

    Raises:
        NotAllowed: it does not, or it is relative.
        MissingPath: there is nothing at it.
    """
    if not Path(path).is_absolute() or "\0" in path:
        raise NotAllowed(f"{path!r} is no absolute path")
    plain = os.path.abspath(path)
    for folder in folders:
        # A link may lead out of the folder.
        if is_within(plain, folder) and is_within(
            os.path.realpath(plain), os.path.realpath(folder)
        ):
            if not Path(plain).exists():
                raise MissingPath(f"{path}: no such file or folder")
            return plain
    raise NotAllowed(f"{path!r} is in none of the folders that are allowed")
