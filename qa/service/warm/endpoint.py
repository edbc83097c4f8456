"""Where a service listens for the command line: a socket that only its owner can reach.

On systems without Unix sockets it is a port of the loopback address, and a file in the place of
the socket says which, with a token.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from zlib import crc32

from index.filesystem import is_private
from index.locations import EngineUrl, name_location, runtime_folder

HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX")
# Bytes of a socket's path: systems allow hardly more.
_LONGEST_PATH_BYTES = 100


def locate_socket(index: str | os.PathLike[str] | EngineUrl) -> Path:
    """Where a service for an index listens, if one runs."""
    # CRC-32 is short and cheap to import. If two names share one, the service says that it has
    # another index.
    name = crc32(os.fsencode(name_location(index)))
    return runtime_folder() / f"{name:08x}.sock"


def locate_lock(path: Path) -> Path:
    """The file that the one service that listens on a socket keeps locked."""
    return path.with_suffix(".lock")


def is_usable(path: Path) -> bool:
    """Whether a path is short enough for a socket."""
    return len(os.fsencode(path)) <= _LONGEST_PATH_BYTES


def may_be_served(index: str | os.PathLike[str] | EngineUrl) -> bool:
    """Whether a service may listen for an index: its socket is there. Cheap to ask."""
    return locate_socket(index).exists()


def prepare_folder(folder: Path) -> bool:
    """Make a folder that only we can enter; False if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return False
    return is_private(folder)
