"""The address of an index in Milvus: that of a server with a name, or a file of Milvus Lite.

The file is a folder that one process at a time has open.
"""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote

from index.errors import (
    BadLocation,
    CannotRead,
    IndexInUse,
    NotAnIndex,
    translate_permission_errors,
)
from index.locations import EngineUrl

TOKEN = "MILVUS_TOKEN"
DEFAULT_PORT = 19_530
# How far readers may lag behind, as Milvus names it.
_LEVELS = {level.lower(): level for level in ("Strong", "Bounded", "Session", "Eventually")}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
_SERVER = re.compile(
    r"(?:(?P<user>[^@]*)@)?(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"/(?P<name>[^/?#]*)(?:\?(?P<query>[^#]*))?",
    re.DOTALL,
)
_EXAMPLE = "milvus://HOST:PORT/NAME"
# Locked by the process that has the file open.
_LOCK = "LOCK"


@dataclass(frozen=True, slots=True)
class Address:
    """Where an index is.

    Attributes:
        shown: the address as people see it.
        uri: of the server, or the path of the file.
        name: begins the names of the collections.
        token: `user:password` or a key; "" if there is none. Never to be shown.
        database: of the server; "" for the default one.
        consistency: what readers wait for.
        is_file: whether Milvus Lite opens it, in this process and in no other.
    """

    shown: str
    uri: str
    name: str = "quoteback"
    token: str = field(default="", repr=False)
    database: str = ""
    consistency: str = "Strong"
    is_file: bool = False


def read_address(location: EngineUrl) -> Address:
    """The address that a URL names; raises `BadLocation`."""
    if location.scheme == "milvus+file":
        if not location.rest.endswith(".db"):
            raise BadLocation(f"{location}: a file of Milvus Lite has to end in .db")
        return Address(str(location), location.rest, is_file=True)
    match = _SERVER.fullmatch(location.rest)
    if match is None or not _NAME.fullmatch(match["name"]):
        raise BadLocation(
            f"{location} is not an address of Milvus: write {_EXAMPLE}, whose NAME begins with a "
            f"letter and holds letters, digits and _"
        )
    options = {name: values[-1] for name, values in parse_qs(match["query"] or "").items()}
    level = _LEVELS.get(options.pop("consistency", "strong").lower())
    tls = options.pop("tls", "no").lower()
    database = options.pop("db", "")
    if level is None or options or tls not in ("yes", "no") or int(match["port"] or 1) > 65_535:
        raise BadLocation(
            f"{location}: the port is at most 65535, and after ? there may be db=NAME, tls=yes, "
            f"and consistency={'|'.join(_LEVELS)}"
        )
    return Address(
        str(location),
        f"{'https' if tls == 'yes' else 'http'}://{match['host']}:{match['port'] or DEFAULT_PORT}",
        match["name"],
        unquote(match["user"]) if match["user"] else os.environ.get(TOKEN, ""),
        database,
        level,
    )


def is_file_of_lite(path: Path) -> bool:
    """Whether there is a file of Milvus Lite at a path; raises `NotAnIndex`, `CannotRead`."""
    with translate_permission_errors():
        if not path.exists():
            return False
        if path.is_dir() and ((path / _LOCK).exists() or not any(path.iterdir())):
            return (path / _LOCK).exists()
    raise NotAnIndex(f"{path} is not a file of Milvus Lite: choose another --index")


def check_unused(path: Path, place: str) -> None:
    """Make sure that no other process has a file open; raises `IndexInUse`, `CannotRead`."""
    try:
        if not path.exists():
            path.mkdir(mode=0o700, parents=True)
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(lock)
    except BlockingIOError:
        raise IndexInUse(
            f"{place} is in use by another process: Milvus Lite lets in one at a time, a server "
            f"(milvus://HOST:PORT/NAME) lets in all"
        ) from None
    except OSError as error:
        raise CannotRead(
            f"{place} cannot be opened ({error.strerror}): change its permissions, or choose "
            f"another --index"
        ) from error


def close_file(path: str) -> None:
    """Close a file, so that other processes can open it."""
    from milvus_lite.server_manager import server_manager_instance

    with suppress(Exception):
        server_manager_instance.release_server(path)
