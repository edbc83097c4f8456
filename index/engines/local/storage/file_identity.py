"""The identity of the store's file, which tells that another index has taken the place of one."""

from __future__ import annotations

import os
from pathlib import Path

from index.engines.local.storage.schema import FILE_NAME
from index.errors import CannotRead, NotAnIndex


def identify_store(folder: str | os.PathLike[str]) -> tuple[int, int]:
    """Device and inode number of the file of an index's store.

    Raises:
        NotAnIndex: there is none, or no longer.
        CannotRead: the folder may not be read.
    """
    try:
        status = Path(folder, FILE_NAME).stat()
    except (FileNotFoundError, NotADirectoryError):
        raise NotAnIndex(f"{folder} is gone, or is no index any more") from None
    except OSError as error:
        raise CannotRead(f"{folder} may not be read ({error.strerror})") from error
    return status.st_dev, status.st_ino
