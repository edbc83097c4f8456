"""The abstention threshold that is kept with an index, and with its backup."""

from __future__ import annotations

from pathlib import Path
from typing import SupportsFloat

from index.errors import IndexInUse, translate_disk_errors
from index.reports import ProgressCallback
from index.storage.backup import write_backup
from index.storage.locking import writer_lock
from index.storage.rows import write_setting
from index.storage.store import UNFINISHED, Store


def keep_threshold(
    store: Store, folder: Path, threshold: float, progress: ProgressCallback
) -> None:
    """Keep a threshold in the store of the index in a folder, and in the backup.

    Raises:
        TypeError: it is no number.
        ValueError: it is not from 0 to 1.
    """
    # Any kind of number, NumPy's too, but no truth value.
    if isinstance(threshold, bool) or not isinstance(threshold, SupportsFloat):
        raise TypeError(f"a threshold is a number from 0 to 1, not {threshold!r}")
    number = float(threshold)
    if not 0 <= number <= 1:
        raise ValueError(f"a threshold is a confidence from 0 to 1, not {number}")
    try:
        with writer_lock(folder, progress), translate_disk_errors(folder):
            was_unfinished = store.is_unfinished
            with store.writing() as connection:
                write_setting(connection, "threshold", repr(number))
                # The backup has yet to follow.
                write_setting(connection, UNFINISHED, "yes")
            write_backup(store)
            if not was_unfinished:
                store.mark_finished()
    except IndexInUse:
        # The other writer writes the backup at its end.
        store.set_setting("threshold", repr(number))
