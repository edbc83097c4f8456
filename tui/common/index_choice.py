"""Which index to use: the one named, the person's own, or the samples if that is empty."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from index import DamagedIndex, IndexInUse, NotAnIndex, OtherFormat, OtherModel, holds_documents
from index.locations import EngineUrl, Location, default_index, read_location
from qa import sample_folder
from tui.locations import samples_index

if TYPE_CHECKING:
    from index import Index, Progress

USING_SAMPLES = (
    "Nothing is indexed yet: using the sample documents. Add your own with `quoteback index PATH`."
)


def choose_index(named: str | None) -> Location | None:
    """The index to ask; None stands for the samples, if nothing is indexed yet.

    Args:
        named: the folder or URL that a person names; the default one if None.

    Raises:
        NotAnIndex: the folder named is not an index, or the default one holds something else.
    """
    if named is not None:
        return require_index(named)
    location = default_index()
    try:
        return location if holds_documents(location) else None
    except NotAnIndex:
        if isinstance(location, EngineUrl):
            raise
        if location.exists() and (not location.is_dir() or any(location.iterdir())):
            raise
        return None


def require_index(named: str | None) -> Location:
    """The index that is named, or the default one; never the samples.

    Raises:
        NotAnIndex: there is none.
    """
    location = read_location(named) if named is not None else default_index()
    if named is None and isinstance(location, Path) and not location.exists():
        raise NotAnIndex("Nothing is indexed yet: add documents with `quoteback index PATH`")
    # It raises an error if there is no index.
    holds_documents(location)
    return location


def open_index(
    chosen: Location | None, progress: Callable[[Progress], None], model: str | None = None
) -> Index:
    """Open the index that `choose_index` gave. The samples are indexed, or updated, first.

    Args:
        model: the one that an index other than the samples must have been made with.
    """
    from index import Index

    if chosen is not None:
        return Index.open(chosen, model=model, progress=progress)
    folder = samples_index()
    try:
        return _open_samples(folder, progress)
    except (OtherModel, OtherFormat, DamagedIndex):
        # It holds nothing of the person's own, so it can simply be made again.
        shutil.rmtree(folder)
        return _open_samples(folder, progress)


def open_or_create(
    location: Location, model: str | None, progress: Callable[[Progress], None]
) -> Index:
    """Open an index; if there is none, make an empty one.

    Args:
        model: embeds the documents of a new index; the default one if None.

    Raises:
        NotAnIndex: something else is in its place.
        OtherFormat, DamagedIndex, CannotRead: see there.
    """
    from index import Index

    try:
        return Index.open(location, progress=progress)
    except NotAnIndex:
        return Index.open(location, create=True, model=model, progress=progress)


def _open_samples(folder: Path, progress: Callable[[Progress], None]) -> Index:
    from index import Index

    index = Index.open(folder, create=True, progress=progress)
    samples = sample_folder()
    strays = {Path(document.path).parent for document in index.documents()} - {samples}
    try:
        if strays:
            # Another copy of this program made the index.
            index.remove(strays)
        index.add([samples], progress=progress)
    except IndexInUse:
        # Another process is updating the samples: what is there already can be asked.
        pass
    # Raises if another version of the model made the vectors.
    _ = index.encoder
    return index
