"""A new index: made aside and renamed in, so that it appears whole or not at all."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from index.errors import CannotWrite, NotAnIndex
from index.schema import FILE_NAME, create_store, no_store


def create_index(folder: Path, model: str) -> None:
    """Make an empty index.

    Raises:
        NotAnIndex: there is something else at its place.
        DamagedIndex: there was an index, of which the truth is lost.
        CannotWrite: there is no room for it, or no permission.
    """
    if folder.exists() and not folder.is_dir():
        raise NotAnIndex(f"{folder} is a file: choose another folder with --index")
    try:
        _create(folder, model)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise CannotWrite(f"{folder} cannot be made ({why}): choose another --index") from error


def _create(folder: Path, model: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".quoteback-", dir=folder.parent) as aside:
        made = Path(aside, "index")
        made.mkdir()
        create_store(made, {"model": model})
        try:
            # A folder takes the place of an empty one only.
            made.rename(folder)
        except OSError as error:
            # Another process may have been first.
            if (folder / FILE_NAME).exists():
                return
            if not folder.exists():
                raise
            otherwise = f"{folder} exists and is not an index: choose another folder with --index"
            raise no_store(folder, otherwise) from error
