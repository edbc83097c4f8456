"""Where an index is: in a folder of this machine, or in an engine that a URL names.

A URL may hold a password. So it shows itself without one, and is spelt out only where it is
asked for by `raw`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from index.errors import BadLocation

# A drive of Windows has a single letter.
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://(?P<rest>.*)", re.DOTALL)
_SECRET = re.compile(r"pass|pwd|token|secret|key", re.IGNORECASE)
# Of a URL that names a file on this machine.
_FILE = "+file"
_LONGEST = 4_096


class EngineUrl:
    """The URL of an index in an engine.

    No data class: what makes these takes long to import, and every command has to read where its
    index is.

    Attributes:
        raw: the URL as it was given, with the password that it may hold; never to be shown.
        scheme: what names the engine, in lower case.
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
        rest = self.rest
        if "@" in rest:
            # A password need not be encoded: what it may be is left out, rather than too little.
            user = re.split(r"[:/?#@]", rest, maxsplit=1)[0]
            rest = f"{user}@{rest.rpartition('@')[2]}"
        rest, mark, query = rest.partition("?")
        shown = [each for each in query.split("&") if not _SECRET.search(each.partition("=")[0])]
        return f"{self.scheme}://{rest}{mark if shown else ''}{'&'.join(shown)}"


# A folder is absolute.
Location = Path | EngineUrl


def read_location(given: str | os.PathLike[str] | EngineUrl) -> Location:
    """The place of an index, from a folder or a URL.

    Raises:
        BadLocation: it can be neither.
    """
    if isinstance(given, EngineUrl):
        return given
    match = _URL.fullmatch(given) if isinstance(given, str) else None
    if match is None:
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


def name_location(given: str | os.PathLike[str] | EngineUrl) -> str:
    """The same name for all ways to write where an index is; it holds no password.

    Raises:
        BadLocation: as `read_location` does.
    """
    location = read_location(given)
    return str(location) if isinstance(location, EngineUrl) else os.path.realpath(location)
