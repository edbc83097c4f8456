"""Where an index is: in a folder of this machine, or in an engine that a URL names.

A URL may hold a password. So its text leaves the password out; only `raw` has it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from index.errors import BadLocation, NotLocal
from index.locations.passwords import hide_passwords, show_url
from index.locations.user_folders import data_folder

# A scheme has two characters or more: a single letter is a drive of Windows.
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://(?P<rest>.*)", re.DOTALL)
# Ends the scheme of a URL that names a file on this machine.
_FILE = "+file"
_LONGEST = 4_096
# What begins like a path can only be one; and the beginning of a URL that lacks its scheme.
_FOLDER = re.compile(r"\.{0,2}/(?!/)|[A-Za-z]:[\\/]")
_LOGIN = re.compile(r"[^/\\:@]+:[^@]*@")


class EngineUrl:
    """The URL of an index in an engine.

    Not a dataclass: `dataclasses` takes long to import, and every command reads a location.

    Attributes:
        raw: the URL as it was given, with any password; never to be shown.
        scheme: names the engine, in lower case.
        rest: what comes after `scheme://`, as it is in `raw`.
    """

    __slots__ = ("raw", "rest", "scheme")

    def __init__(self, raw: str, scheme: str, rest: str) -> None:
        self.raw = raw
        self.scheme = scheme
        self.rest = rest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EngineUrl) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"EngineUrl({str(self)!r})"

    def __str__(self) -> str:
        """The URL without a password."""
        return show_url(self.scheme, self.rest)


# The path of a folder is absolute.
Location = Path | EngineUrl


def read_location(given: str | os.PathLike[str] | EngineUrl) -> Location:
    """The location that a folder or a URL names.

    Raises:
        BadLocation: the URL is invalid.
    """
    if isinstance(given, EngineUrl):
        return given
    match = _URL.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        if isinstance(given, str) and _may_hold_password(given):
            # Not a folder whose name everybody would see.
            raise BadLocation(
                "the address of the index seems to hold a password, and is not one: write "
                "SCHEME://USER@HOST/NAME, and ./ before the name of a folder"
            )
        return Path(os.path.abspath(given))
    if len(match[0]) > _LONGEST or not match[0].isprintable():
        raise BadLocation(
            f"the {match['scheme']} address of the index is too long, or holds characters that "
            f"cannot be printed: check --index, or $QUOTEBACK_INDEX"
        )
    scheme, rest = match["scheme"].lower(), match["rest"]
    if not rest:
        raise BadLocation(f"{scheme}:// names no index: say where it is")
    if scheme.endswith(_FILE):
        rest = os.path.abspath(rest)
    return EngineUrl(f"{scheme}://{rest}", scheme, rest)


def _may_hold_password(given: str) -> bool:
    """Whether what is not a URL was meant to be one with a password."""
    return not _FOLDER.match(given) and (
        _LOGIN.match(given) is not None or hide_passwords(given) != given
    )


def name_location(given: str | os.PathLike[str] | EngineUrl) -> str:
    """The same name for all ways to write where an index is; it holds no password.

    Raises:
        BadLocation: as `read_location` does.
    """
    location = read_location(given)
    return str(location) if isinstance(location, EngineUrl) else os.path.realpath(location)


def require_folder(location: Location, what: str) -> Path:
    """The folder of an index. Raises `NotLocal` if it has none; `what` is as in `not_local`."""
    if isinstance(location, EngineUrl):
        raise not_local(location, what)
    return location


def not_local(location: Location, what: str) -> NotLocal:
    """The error if only an index in a folder will do; `what` is a verb phrase: "has a path"."""
    return NotLocal(f"{location} is not a folder: only an index in a folder {what}")


def default_index() -> Location:
    """The index to use if no other is given: `$QUOTEBACK_INDEX`, else one in the data folder.

    Raises:
        BadLocation: the variable holds an invalid URL.
    """
    chosen = os.environ.get("QUOTEBACK_INDEX")
    return read_location(chosen) if chosen else data_folder() / "index"


def describe_to_process(index: Location) -> dict[str, str]:
    """Environment variables that make this the default index of a process that we start.

    A URL may hold a password, which arguments would show in a list of processes.
    """
    return {"QUOTEBACK_INDEX": index.raw if isinstance(index, EngineUrl) else str(index)}
