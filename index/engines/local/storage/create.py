"""Making a new index: beside its folder, then renamed, so that it appears whole or not at all."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from index.engines.local.storage.schema import FILE_NAME, create_store, missing_store_error
from index.errors import CannotWrite, IndexMoved, NotAnIndex
from index.filesystem.locking import writer_lock
from index.filesystem.private_files import make_private_folder, rename, sync_folder
from index.reports import ignore_progress


def create_index(folder: Path, model: str) -> None:
    """Make an empty index, unless another process is making it at this moment.

    Raises:
        NotAnIndex: the folder is a file, or holds something else.
        DamagedIndex: the folder holds an index that has lost its store.
        CannotWrite: there is no room for it, or no permission.
        IndexInUse: another process has been making it for some seconds.
    """
    if folder.exists() and not folder.is_dir():
        raise NotAnIndex(f"{folder} is a file: choose another folder with --index")
    try:
        _create_once(folder, model)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise CannotWrite(f"{folder} cannot be made ({why}): choose another --index") from error


def _create_once(folder: Path, model: str) -> None:
    # Always the same name, so that what a killed process left there is used again.
    aside = folder.parent / f".quoteback-{folder.name}.part"
    try:
        make_private_folder(aside)
        with writer_lock(aside, ignore_progress):
            if not (folder / FILE_NAME).exists():
                _make_and_rename(aside / "index", folder, model)
    except (CannotWrite, IndexMoved, OSError):
        # Another process may have made it, and removed `aside`, at this very moment.
        if not (folder / FILE_NAME).exists():
            raise
    finally:
        # Another process may have begun to wait for the lock.
        with suppress(OSError):
            (aside / "turn").unlink()
            (aside / "lock").unlink()
            aside.rmdir()
            sync_folder(folder.parent)


def _make_and_rename(made: Path, folder: Path, model: str) -> None:
    shutil.rmtree(made, ignore_errors=True)
    make_private_folder(made)
    try:
        create_store(made, {"model": model})
        # A folder can only take the place of an empty one.
        rename(made, folder)
    except OSError as error:
        if not folder.exists():
            raise
        otherwise = f"{folder} exists and is not an index: choose another folder with --index"
        raise missing_store_error(folder, otherwise) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
