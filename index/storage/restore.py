"""A store that can no longer be read is made anew: a copy of what was named lies beside it.

The documents are in their files; what nobody could tell again is which of them, by what
rules, and what was left out by hand.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path

from index.errors import DamagedIndex
from index.storage.roots import Root, leave_out, read_removed, read_roots, remember
from index.storage.schema import COPY_NAME, DAMAGED_NAME, FILE_NAME, create_store
from index.storage.store import Store

_SETTINGS = ("model", "threshold")


def keep_copy(store: Store) -> None:
    """Bring the copy in step with the store; there is none where nothing was named."""
    path = store.path.with_name(COPY_NAME)
    roots = read_roots(store).values()
    if not roots:
        path.unlink(missing_ok=True)
        return
    settings = {name: store.setting(name) for name in _SETTINGS}
    copy = json.dumps(
        {
            "settings": {name: value for name, value in settings.items() if value is not None},
            "roots": [[root.path, root.include, root.exclude] for root in roots],
            "removed": sorted(read_removed(store)),
        },
        indent=1,
    )
    with suppress(OSError, ValueError):
        if path.read_text(encoding="utf-8") == copy:
            return
    aside = path.with_suffix(".part")
    aside.write_text(copy, encoding="utf-8")
    aside.replace(path)


def make_anew(folder: Path) -> None:
    """Put an empty store that remembers what was named in place of one that cannot be read.

    Needs the right to write. What the old one is stays beside it.

    Raises:
        DamagedIndex: there is no copy to make it from.
    """
    try:
        copy = json.loads((folder / COPY_NAME).read_bytes())
        roots = [Root(path, tuple(include), tuple(out)) for path, include, out in copy["roots"]]
        settings, removed = dict(copy["settings"]), list(copy["removed"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedIndex(
            f"{folder} cannot be read, nor what tells what was in it: "
            f"remove the folder and index your documents again"
        ) from error
    made = folder / "store.part"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    create_store(made, settings)
    store = Store(made)
    remember(store, roots)
    leave_out(store, removed)
    store.close()
    for path in (folder / FILE_NAME, folder / f"{FILE_NAME}-wal", folder / f"{FILE_NAME}-shm"):
        with suppress(FileNotFoundError):
            path.rename(folder / path.name.replace(FILE_NAME, DAMAGED_NAME))
    (made / FILE_NAME).rename(folder / FILE_NAME)
    shutil.rmtree(made, ignore_errors=True)
