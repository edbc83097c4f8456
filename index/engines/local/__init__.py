"""The engine of an index in a folder: the store in SQLite, with vectors and keywords beside it."""

from __future__ import annotations

from pathlib import Path

from index.engines.local.engine import LocalEngine
from index.engines.local.storage.create import create_index
from index.engines.local.storage.schema import is_index
from index.reports import ProgressCallback

__all__ = ["LocalEngine", "create_index", "is_index", "open_engine"]


def open_engine(folder: Path, progress: ProgressCallback) -> LocalEngine:
    """Open the index in a folder.

    Raises:
        NotAnIndex, OtherFormat, DamagedIndex, CannotRead, CannotWrite: see there.
    """
    return LocalEngine(folder, progress)
