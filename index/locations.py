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


def default_index() -> Path:
    """The index to use where no other is given: `$QUOTEBACK_INDEX`, else one in the data folder."""
    chosen = os.environ.get("QUOTEBACK_INDEX")
    return Path(chosen) if chosen else data_folder() / "index"
