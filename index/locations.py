"""Where things are kept on this machine: the one place that knows the folders.

Nothing here makes a folder: whoever writes into one does.
"""

from __future__ import annotations

import os
from pathlib import Path

_PROGRAM = "quoteback"


def data_folder() -> Path:
    """The user's data: indexes, conversations."""
    from platformdirs import user_data_path

    return user_data_path(_PROGRAM, appauthor=False)


def configuration_folder() -> Path:
    """The user's settings."""
    from platformdirs import user_config_path

    return user_config_path(_PROGRAM, appauthor=False)


def cache_folder() -> Path:
    """What can be made again, such as compiled models: `$QUOTEBACK_CACHE`, else the platform's."""
    if chosen := os.environ.get("QUOTEBACK_CACHE"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path(_PROGRAM, appauthor=False)


def default_index() -> Path:
    """The index to use where none is named: `$QUOTEBACK_INDEX`, else in the data folder."""
    chosen = os.environ.get("QUOTEBACK_INDEX")
    return Path(chosen) if chosen else data_folder() / "index"
