"""The folders where things are kept on this machine; no other module knows them.

Nothing here makes a folder: whoever writes into one does.
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import (
    user_cache_path,
    user_config_path,
    user_data_path,
    user_runtime_path,
)

from index.index_location import EngineUrl, Location, read_location

_PROGRAM = "quoteback"


def data_folder() -> Path:
    """The user's data: indexes, conversations."""
    return user_data_path(_PROGRAM, appauthor=False)


def configuration_folder() -> Path:
    """The user's settings."""
    return user_config_path(_PROGRAM, appauthor=False)


def cache_folder() -> Path:
    """What can be made again, such as compiled models: `$QUOTEBACK_CACHE`, else the platform's."""
    if chosen := os.environ.get("QUOTEBACK_CACHE"):
        return Path(chosen)
    return user_cache_path(_PROGRAM, appauthor=False)


def runtime_folder() -> Path:
    """What lives only as long as a process, such as sockets."""
    return user_runtime_path(_PROGRAM, appauthor=False)


def default_index() -> Location:
    """The index to use where no other is given: `$QUOTEBACK_INDEX`, else one in the data folder.

    Raises:
        BadLocation: the variable holds a URL that is none.
    """
    chosen = os.environ.get("QUOTEBACK_INDEX")
    return read_location(chosen) if chosen else data_folder() / "index"


def describe_to_process(index: Location) -> dict[str, str]:
    """The variables for a process of ours whose default index this is.

    A URL may hold a password, which must not be seen in a list of processes.
    """
    return {"QUOTEBACK_INDEX": index.raw if isinstance(index, EngineUrl) else str(index)}
