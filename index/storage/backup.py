"""A backup of what was given to be indexed, and a new store made from it.

The documents themselves are in their files. What only the store knows is which files and
folders were given, by which patterns, and what a person has removed from them. So that is
copied to a small file beside the store, for the day when the store can no longer be read.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path

from index.errors import DamagedIndex
from index.storage.roots import Root, read_removed, read_roots, write_removed, write_roots
from index.storage.schema import BACKUP_NAME, DAMAGED_NAME, FILE_NAME, create_store
from index.storage.store import Store

_SETTINGS = ("model", "threshold")


def write_backup(store: Store) -> None:
    """Bring the backup up to date with the store; no backup is kept where nothing was given."""
    path = store.path.with_name(BACKUP_NAME)
    roots = read_roots(store).values()
    if not roots:
        path.unlink(missing_ok=True)
        return
    settings = {name: store.setting(name) for name in _SETTINGS}
    backup = json.dumps(
        {
            "settings": {name: value for name, value in settings.items() if value is not None},
            "roots": [[root.path, root.include, root.exclude] for root in roots],
            "removed": sorted(read_removed(store)),
        },
        indent=1,
    )
    with suppress(OSError, ValueError):
        if path.read_text(encoding="utf-8") == backup:
            return
    aside = path.with_suffix(".part")
    aside.write_text(backup, encoding="utf-8")
    aside.replace(path)


def restore_store(folder: Path) -> None:
    """Replace a store that cannot be read by an empty one that remembers what was given.

    The caller holds the writer's lock. The damaged store is kept beside the new one.

    Raises:
        DamagedIndex: there is no backup to restore it from.
    """
    try:
        backup = json.loads((folder / BACKUP_NAME).read_bytes())
        roots = [Root(path, tuple(include), tuple(out)) for path, include, out in backup["roots"]]
        settings, removed = dict(backup["settings"]), list(backup["removed"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedIndex(
            f"{folder} cannot be read, and there is no record of what was in it: "
            f"remove the folder and index your documents again"
        ) from error
    aside = folder / "store.part"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    create_store(aside, settings)
    store = Store(aside)
    write_roots(store, roots)
    write_removed(store, removed)
    store.close()
    for path in (folder / FILE_NAME, folder / f"{FILE_NAME}-wal", folder / f"{FILE_NAME}-shm"):
        with suppress(FileNotFoundError):
            path.rename(folder / path.name.replace(FILE_NAME, DAMAGED_NAME))
    (aside / FILE_NAME).rename(folder / FILE_NAME)
    shutil.rmtree(aside, ignore_errors=True)
