"""A new index: made aside and renamed in, so that it appears whole or not at all."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from index.errors import CannotWrite, NotAnIndex
from index.reports import silence
from index.storage.locking import writer_lock
from index.storage.schema import FILE_NAME, create_store, no_store


def create_index(folder: Path, model: str) -> None:
    """Make an empty index; one that another process is just making is waited for.

    Raises:
        NotAnIndex: there is something else at its place.
        DamagedIndex: there was an index, of which the truth is lost.
        CannotWrite: there is no room for it, or no permission.
        IndexInUse: another process has been making it for some seconds.
    """
    if folder.exists() and not folder.is_dir():
        raise NotAnIndex(f"{folder} is a file: choose another folder with --index")
    try:
        _create(folder, model)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise CannotWrite(f"{folder} cannot be made ({why}): choose another --index") from error


def _create(folder: Path, model: str) -> None:
    # Of the same name each time: what a process that was killed has left is taken over.
    aside = folder.parent / f".quoteback-{folder.name}.part"
    try:
        aside.mkdir(parents=True, exist_ok=True)
        with writer_lock(aside, silence):
            if not (folder / FILE_NAME).exists():
                _make(aside / "index", folder, model)
    except (CannotWrite, OSError):
        # Another process may have been first, and has cleared away just now.
        if not (folder / FILE_NAME).exists():
            raise
    finally:
        # Another process may have begun to wait for the lock.
        with suppress(OSError):
            (aside / "lock").unlink()
            aside.rmdir()


def _make(made: Path, folder: Path, model: str) -> None:
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    try:
        create_store(made, {"model": model})
        # A folder takes the place of an empty one only.
        made.rename(folder)
    except OSError as error:
        if not folder.exists():
            raise
        otherwise = f"{folder} exists and is not an index: choose another folder with --index"
        raise no_store(folder, otherwise) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
