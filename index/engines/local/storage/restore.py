"""Replacing a damaged store by a new one, which keeps what is sound in it.

The new store is made under another name. From then on it counts: whoever opens the index first
puts it in its place, however often that is interrupted. It knows which folders have yet to be
read again, and the index is not sound before they are. The damaged store stays beside it.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

from index.defaults import DEFAULT_MODEL
from index.documents import Content
from index.engines.local.storage.backup import Backup, BadBackup, read_backup
from index.engines.local.storage.damage import REQUIRED, DamagedFile, salvage_rows
from index.engines.local.storage.database import Database
from index.engines.local.storage.schema import (
    FILE_NAME,
    RESTORED_NAME,
    check_store_format,
    create_store,
)
from index.engines.local.storage.store import UNFINISHED, Store
from index.engines.model import cut_for
from index.engines.settings import is_valid
from index.errors import CannotWrite, DamagedIndex, translate_disk_errors
from index.filesystem.locking import writer_lock
from index.filesystem.private_files import make_private_folder, rename
from index.models.encoder import Encoder
from index.models.load import load_encoder
from index.reports import ProgressCallback, as_stage_callback
from index.text.passages import NewPassage
from index.web.kept_pages import list_pages

# Loads the model of a name.
_ModelLoader = Callable[[str], Encoder]


def restore_index(folder: Path, encoder: Encoder | None, progress: ProgressCallback) -> None:
    """Make a damaged index open again; what its store has lost must then be read again.

    Args:
        encoder: one of the caller's own, in place of a model.

    Raises:
        DamagedIndex: there is no record of what was in it.
        IndexInUse: another process is writing, and has been for some seconds.
        ModelError: a text has to be cut again, and the model cannot be loaded.
    """

    def load(model: str) -> Encoder:
        show = as_stage_callback(progress)
        return encoder or load_encoder(model, progress=show, by_person=False)

    with writer_lock(folder, progress), translate_disk_errors(folder):
        restore_store(folder, load, encoder.name if encoder else DEFAULT_MODEL, progress)


def restore_store(
    folder: Path, load: _ModelLoader, model: str, progress: ProgressCallback
) -> list[str]:
    """Replace a damaged store. The caller holds the writer's lock, and has no store open.

    Args:
        load: called if a text has to be cut into passages again.
        model: the name of the model, if neither the store nor the backup tells it.

    Returns:
        what is lost for good, or has to be looked at, a line each.

    Raises:
        DamagedIndex: nothing can be read, and there is no backup.
        CannotWrite: no room, or no permission.
    """
    lost: list[str] = []
    if not (folder / RESTORED_NAME).exists():
        try:
            lost = _make_store(folder, load, model, progress)
        except sqlite3.Error as error:
            raise CannotWrite(
                f"{folder} cannot be written to ({error}): what is in it stays; "
                f"the same command goes on from there"
            ) from error
    _replace_store(folder)
    return lost


def finish_restoring(folder: Path, progress: ProgressCallback) -> None:
    """Put a restored store in its place, if a process was killed before it did so."""
    if (folder / RESTORED_NAME).exists():
        with writer_lock(folder, progress):
            if (folder / RESTORED_NAME).exists():
                _replace_store(folder)


def _make_store(
    folder: Path, load: _ModelLoader, model: str, progress: ProgressCallback
) -> list[str]:
    with suppress(DamagedIndex):
        if (folder / FILE_NAME).is_file():
            with closing(Database(folder / FILE_NAME)) as file, file.reading() as connection:
                return _make_store_from(DamagedFile(connection), folder, load, model, progress)
    return _make_store_from(DamagedFile(None, is_broken=True), folder, load, model, progress)


def _make_store_from(
    damaged: DamagedFile,
    folder: Path,
    load: _ModelLoader,
    model: str,
    progress: ProgressCallback,
) -> list[str]:
    backup: Backup | None = None
    with suppress(BadBackup):
        backup = read_backup(folder)
    settings = _salvage_settings(damaged, folder, backup, model)

    def cut(content: Content) -> list[NewPassage]:
        return cut_for(load(settings["model"]), content)

    aside = folder / "store.part"
    shutil.rmtree(aside, ignore_errors=True)
    make_private_folder(aside)
    create_store(aside, settings)
    with closing(Store(aside)) as store:
        lost = salvage_rows(damaged, store, backup, list_pages(folder), cut, progress)
        if backup is None and not (
            damaged.is_whole or store.find_documents() or store.given().roots
        ):
            raise DamagedIndex(
                f"{folder} cannot be read, and there is no record of what was in it: "
                f"remove the folder and index your documents again"
            )
    with sqlite3.connect(aside / FILE_NAME) as connection:
        # Only one file is renamed: so all must be in it, and nothing in the log.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    rename(aside / FILE_NAME, folder / RESTORED_NAME)
    shutil.rmtree(aside, ignore_errors=True)
    return lost


def _salvage_settings(
    damaged: DamagedFile, folder: Path, backup: Backup | None, model: str
) -> dict[str, str]:
    """The settings of the new store: the sound ones, and what the backup has of the others.

    Raises `OtherFormat`. `model` is its name, if nothing else tells it.
    """
    stored = {name: row[1] for name, row in damaged.scan_sealed("settings").items()}
    sound = {name: value for name, value in stored.items() if is_valid(str(name), value)}
    if len(sound) < len(stored) or not sound.keys() >= set(REQUIRED):
        damaged.has_losses = True
    if "format" in sound:
        check_store_format(folder, sound["format"])
    # At least what it was.
    commits = str(int(sound["commits"]) + 1) if "commits" in sound else str(time.time_ns())
    settings = {"index_id": uuid4().hex, "model": model, **sound, "commits": commits}
    if not damaged.is_whole:
        if backup is not None:
            settings = {**settings, **backup.settings, **sound, "commits": commits}
        if not {"fingerprint", "vectors"} <= sound.keys():
            # It is not known which version of the model made the vectors.
            settings.pop("fingerprint", None)
            settings["vectors"] = f"vectors-{uuid4().hex[:16]}"
    return {**settings, UNFINISHED: "yes"}


def _replace_store(folder: Path) -> None:
    name, number = "damaged.sqlite", 1
    while (folder / name).exists():
        number += 1
        name = f"damaged-{number}.sqlite"
    # A log must never lie beside another store than its own: so it is moved first.
    for end in ("-wal", "-shm", ""):
        if (folder / f"{FILE_NAME}{end}").exists():
            rename(folder / f"{FILE_NAME}{end}", folder / f"{name}{end}")
    rename(folder / RESTORED_NAME, folder / FILE_NAME)
