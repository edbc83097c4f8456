"""A new index: made aside and renamed in, so that it appears whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

from index.errors import NotAnIndex
from index.schema import FILE_NAME, create_store


def create_index(folder: Path, model: str) -> None:
    """Make an empty index.

    Raises:
        NotAnIndex: there is something else at its place.
    """
    if folder.exists() and not folder.is_dir():
        raise NotAnIndex(f"{folder} is a file: choose another folder with --index")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".quoteback-", dir=folder.parent) as aside:
        made = Path(aside, "index")
        made.mkdir()
        create_store(made, {"model": model})
        try:
            # A folder takes the place of an empty one only.
            made.rename(folder)
        except OSError as error:
            # Another process may have been first.
            if not (folder / FILE_NAME).exists():
                raise NotAnIndex(
                    f"{folder} exists and is not an index: choose another folder with --index"
                ) from error
