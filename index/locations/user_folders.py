"""The folders of the user where things are kept on this machine; no other module knows them.

Nothing here makes a folder: whoever writes into one does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from index.errors import QuotebackError
from index.filesystem.private_files import is_private

_PROGRAM = "quoteback"


def data_folder() -> Path:
    """The user's data: indexes, conversations.

    Raises:
        QuotebackError: there is no home folder, here and for the other folders.
    """
    return _find_folder("data", "XDG_DATA_HOME", ".local/share")


def configuration_folder() -> Path:
    """The user's settings."""
    return _find_folder("config", "XDG_CONFIG_HOME", ".config")


def cache_folder() -> Path:
    """What can be made again, such as compiled models: `$QUOTEBACK_CACHE`, else the platform's."""
    if chosen := os.environ.get("QUOTEBACK_CACHE"):
        return Path(chosen)
    return _find_folder("cache", "XDG_CACHE_HOME", ".cache")


def runtime_folder() -> Path:
    """What is kept only while a process runs, such as sockets."""
    return _find_folder("runtime", "XDG_RUNTIME_DIR")


def home_folder(variable: str) -> Path:
    """The home folder, if a variable of the environment names no other one in its place.

    Raises:
        QuotebackError: there is none.
    """
    try:
        return Path.home()
    except RuntimeError:
        raise QuotebackError(f"you have no home folder: set $HOME, or ${variable}") from None


def _find_folder(kind: str, variable: str, usual: str = "") -> Path:
    """A folder of the user: on Linux by the XDG specification, in the simple cases.

    `platformdirs` knows all systems and gives the same folders, but importing it takes as long
    as the rest of a command that a running service answers.
    """
    if sys.platform == "linux":
        chosen = os.environ.get(variable)
        base = home_folder(variable) / usual if usual and not chosen else Path(chosen or "")
        # The variable may be another user's, as after `su`.
        if base.is_absolute() and (kind != "runtime" or is_private(base)):
            return base / _PROGRAM
    import platformdirs

    folder: Path = getattr(platformdirs, f"user_{kind}_path")(_PROGRAM, appauthor=False)
    return folder
