"""The folders with models that the person at this machine has named.

Anybody may have made an index, and anything may lie in a folder that it calls its model. So such a
folder is read only if the person has named it before, in a command or a call, and it is as it was
then. Nothing is looked at in the place of any other: that alone could wait for a network, or for
ever.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from index.filesystem.private_files import make_private_folder, read_file, write_file
from index.models.cache import ModelSource, open_cache


def note_folder(source: ModelSource) -> None:
    """Note that a person has named a model's folder; where nothing can be written, do nothing.

    Raises:
        ModelError: another user owns the cache, or can write to it.
    """
    if not was_named(source.folder):
        record = _find_record(source.folder)
        with suppress(OSError):
            make_private_folder(record.parent)
            write_file(record, source.stamp().encode(), suffix=f".{os.getpid()}")


def was_named(folder: Path) -> bool:
    """Whether a person has named a folder, and the model in it was not changed since.

    Raises:
        ModelError: another user owns the cache, or can write to it.
    """
    try:
        return read_file(_find_record(folder)) == ModelSource.of(folder).stamp().encode()
    except OSError:
        return False


def _find_record(folder: Path) -> Path:
    path = os.path.abspath(folder).encode("utf-8", "surrogatepass")
    return open_cache() / "folders" / hashlib.sha256(path).hexdigest()
