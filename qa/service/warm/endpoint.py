"""Where a service listens for the command line: a socket that only its owner can reach.

On systems without Unix sockets it is a port of the loopback address, and a file beside says
which, with a token.
"""

from __future__ import annotations

import os
import socket
import stat
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from index import EngineUrl, name_location, runtime_folder

HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX")
# The system allows no longer path of a socket.
_LONGEST_PATH = 100


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The place of one index.

    Attributes:
        path: of the socket, or of the file that names the port and the token.
        lock: of a file that the one service that listens keeps locked.
    """

    path: Path

    @property
    def lock(self) -> Path:
        return self.path.with_suffix(".lock")

    @property
    def is_usable(self) -> bool:
        """Whether the system takes a socket at this path."""
        return len(os.fsencode(self.path)) <= _LONGEST_PATH


def locate_endpoint(index: str | os.PathLike[str] | EngineUrl) -> Endpoint:
    """Where a service for an index listens, if one runs."""
    name = blake2b(os.fsencode(name_location(index)), digest_size=8).hexdigest()
    return Endpoint(runtime_folder() / f"{name}.sock")


def may_be_served(index: str | os.PathLike[str] | EngineUrl) -> bool:
    """Whether a service listens for an index, or has left its socket; it costs next to nothing."""
    return locate_endpoint(index).path.exists()


def is_private(path: Path) -> bool:
    """Whether something is ours, and nobody else can write to it or replace it.

    A folder in a place that all users share may have been made by another one.
    """
    if not hasattr(os, "getuid"):
        return True
    try:
        status = path.lstat()
    except OSError:
        return False
    ours = status.st_uid == os.getuid() and not stat.S_ISLNK(status.st_mode)
    return ours and not status.st_mode & 0o077


def make_private_folder(folder: Path) -> bool:
    """Make a folder that is ours alone; False where that cannot be had."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return False
    return is_private(folder)
