"""Restoring an index that does not open, as its store is damaged."""

from __future__ import annotations

from pathlib import Path

from index.defaults import DEFAULT_MODEL
from index.engines.local.storage.repair import repair_settings
from index.engines.local.storage.restore import restore_store
from index.errors import translate_disk_errors
from index.filesystem.locking import writer_lock
from index.models.encoder import Encoder
from index.reports import ProgressCallback


def restore_settings_and_store(
    folder: Path, encoder: Encoder | None, progress: ProgressCallback
) -> None:
    """Repair a damaged index so far that it opens; its documents must then be read again.

    Raises:
        DamagedIndex: there is no record of what was in it.
        IndexInUse: another process is writing, and has been for some seconds.
    """
    with writer_lock(folder, progress), translate_disk_errors(folder):
        if not repair_settings(folder, encoder.name if encoder else DEFAULT_MODEL):
            restore_store(folder)
