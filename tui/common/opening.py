"""Which index a question is asked of: one's own, or the sample documents where it is empty."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from index import (
    DamagedIndex,
    IndexInUse,
    NotAnIndex,
    OtherFormat,
    OtherModel,
    default_index,
    holds_documents,
)
from qa import sample_folder
from tui.locations import samples_index

if TYPE_CHECKING:
    from index import Index, Progress

NOTICE = (
    "Nothing is indexed yet: using the sample documents. Add your own with `quoteback index PATH`."
)


def chosen_index(folder: str | None) -> Path | None:
    """The index to ask; None for the sample documents, where nothing is indexed yet.

    Raises:
        NotAnIndex: a folder was named that is none, or the default one holds something else.
    """
    if folder is not None:
        named = Path(folder).absolute()
        holds_documents(named)
        return named
    default = default_index()
    try:
        return default if holds_documents(default) else None
    except NotAnIndex:
        if default.exists() and (not default.is_dir() or any(default.iterdir())):
            raise
        return None


def open_chosen(chosen: Path | None, progress: Callable[[Progress], None]) -> Index:
    """Open the index to ask; that of the sample documents is made, or brought in step, first."""
    from index import Index

    if chosen is not None:
        return Index.open(chosen, progress=progress)
    samples = samples_index()
    try:
        return _in_step(samples, progress)
    except (OtherModel, OtherFormat, DamagedIndex):
        # Nothing of the person's own is in it, so it can simply be made anew.
        shutil.rmtree(samples)
        return _in_step(samples, progress)


def _in_step(samples: Path, progress: Callable[[Progress], None]) -> Index:
    from index import Index

    index = Index.open(samples, create=True, progress=progress)
    folder = sample_folder()
    strays = {Path(document.path).parent for document in index.documents()} - {folder}
    try:
        if strays:
            # Another copy of this program made it.
            index.remove(strays)
        index.add([folder], progress=progress)
    except IndexInUse:
        # Another process is bringing the samples in: what is there can be asked.
        pass
    # Raises where another version of the model made the vectors.
    _ = index.encoder
    return index
