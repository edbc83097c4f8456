"""Replacing a store that cannot be read by an empty one that remembers what was given.

The new store is made under another name. From then on it counts: whoever opens the index first
puts it in its place, however often that is interrupted. It knows which folders have yet to be
read again, and the index is not sound before they are. The damaged store stays beside it.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from index.engines.local.storage.backup import Backup, BadBackup, read_backup
from index.engines.local.storage.pages import list_pages
from index.engines.local.storage.roots import mark_unread, write_removed, write_roots
from index.engines.local.storage.schema import FILE_NAME, RESTORED_NAME, create_store
from index.engines.local.storage.store import Store
from index.errors import CannotWrite, DamagedIndex
from index.filesystem.locking import writer_lock
from index.filesystem.private_files import make_private_folder, rename
from index.reports import ProgressCallback


def restore_store(folder: Path) -> None:
    """Replace a store that cannot be read. The caller holds the writer's lock.

    Raises:
        DamagedIndex: there is no backup to restore it from.
        CannotWrite: no room, or no permission.
    """
    if not (folder / RESTORED_NAME).exists():
        _make_store(folder)
    _replace_store(folder)


def finish_restoring(folder: Path, progress: ProgressCallback) -> None:
    """Put a restored store in its place, if a process was killed before it did so.

    Raises:
        IndexInUse, CannotWrite: as `writer_lock` does.
    """
    if (folder / RESTORED_NAME).exists():
        with writer_lock(folder, progress):
            if (folder / RESTORED_NAME).exists():
                _replace_store(folder)


def _make_store(folder: Path) -> None:
    try:
        backup = read_backup(folder)
    except BadBackup as error:
        raise DamagedIndex(
            f"{folder} cannot be read, and there is no record of what was in it: "
            f"remove the folder and index your documents again"
        ) from error
    try:
        _make_store_from(backup, folder)
    except sqlite3.Error as error:
        raise CannotWrite(
            f"{folder} cannot be written to ({error}): what is in it stays; "
            f"the same command goes on from there"
        ) from error


def _make_store_from(backup: Backup, folder: Path) -> None:
    aside = folder / "store.part"
    shutil.rmtree(aside, ignore_errors=True)
    make_private_folder(aside)
    create_store(aside, backup.settings)
    store = Store(aside)
    write_roots(store, backup.roots)
    write_removed(store, backup.removed)
    mark_unread(store, [*(root.path for root in backup.roots), *list_pages(folder)])
    store.close()
    with sqlite3.connect(aside / FILE_NAME) as connection:
        # Only one file is renamed: so all must be in it, and nothing in the log.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    rename(aside / FILE_NAME, folder / RESTORED_NAME)
    shutil.rmtree(aside, ignore_errors=True)


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
