"""The abstention threshold that is kept with an index, and with its backup."""

from __future__ import annotations

from index.engines.local.storage.backup import write_backup
from index.engines.local.storage.rows import write_setting
from index.engines.local.storage.store import UNFINISHED, Store
from index.engines.setting_names import THRESHOLD
from index.errors import IndexInUse, translate_disk_errors
from index.filesystem.locking import writer_lock
from index.reports import ProgressCallback


def keep_threshold(store: Store, threshold: str, progress: ProgressCallback) -> None:
    """Keep a threshold in the store, and in the backup beside it."""
    folder = store.path.parent
    try:
        with writer_lock(folder, progress), translate_disk_errors(folder):
            was_unfinished = store.is_unfinished
            with store.writing() as connection:
                write_setting(connection, THRESHOLD, threshold)
                # The backup has yet to follow.
                write_setting(connection, UNFINISHED, "yes")
            write_backup(store)
            if not was_unfinished:
                store.mark_finished()
    except IndexInUse:
        # The other writer writes the backup at its end.
        store.set_setting(THRESHOLD, threshold)
