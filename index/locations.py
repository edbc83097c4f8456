"""Where things are: an index, in a folder or an engine that a URL names; the folders of the user.

A URL may hold a password, which nobody shall see: not in a message, not in a log. So the text of a
location leaves it out; only `raw` has it.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from index.errors import BadLocation, NotLocal, QuotebackError
from index.filesystem.private_files import is_private

_PROGRAM = "quoteback"
# A scheme has two characters or more: a single letter is a drive of Windows.
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://(?P<rest>.*)", re.DOTALL)
# Ends the scheme of a URL that names a file on this machine.
_FILE = "+file"
_LONGEST = 4_096
# What begins like a path can only be one; and the beginning of a URL that lacks its scheme.
_FOLDER = re.compile(r"\.{0,2}/(?!/)|[A-Za-z]:[\\/]")
_LOGIN = re.compile(r"[^/\\:@]+:[^@]*@")
_SECRET = re.compile(r"pass|pwd|token|secret|key", re.IGNORECASE)
# What begins like a URL, also with a slip: `postgresql:/`, `postgres //`, `Milvus;`, `//`.
_BEGINNING = re.compile(
    r"(?:(?<![a-z0-9+.-])[0-9+.-]*+[a-z][a-z0-9+.-]++\s*+(?::\s*+/+|//+)|(?<![^\s'\"`(])//+|"
    r"\b(?:postgre(?:s(?:ql)?)?|milvus)(?:\+[a-z0-9]++)?(?=\s*+(?:[:;]|//)))[\s:;/\\]*",
    re.IGNORECASE,
)
# A colon between a host and its port, or those of several hosts, begins no password.
_PORTS = re.compile(r"[0-9]{1,5}+(?:,[^,:@/]*+:[0-9]{1,5}+)*+")
_AFTER_PORTS = re.compile(r"[/?#\s'\"`)]|$")
# Nor does it in the address of a page, which may hold the other sign later on.
_PAGE = re.compile(r"https?:", re.IGNORECASE)
_USER = re.compile(r"[^\s:/?#@\[\]'\"]*")
# Milvus takes a key in the place of a user.
_KEY = re.compile(r"[^\s:/?#@'\"]*")
_QUERY = re.compile(r"\?([^\s'\"]*)")
_WORD = re.compile(r"[^\s'\"`]*")
_HOST = re.compile(r"[^/?#\s'\"`]*")


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
        return _show_url(self.scheme, self.rest)


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


def data_folder() -> Path:
    """The user's data: indexes, conversations. None of these functions makes its folder.

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


def hide_passwords(text: str) -> str:
    """A text in which URLs, and what was meant to be one, have no passwords.

    Rather too much is left out than too little.
    """
    if ":" not in text and "//" not in text:
        return text
    return "\n".join(map(_hide_in_line, text.split("\n")))


def _show_url(scheme: str, rest: str) -> str:
    """A whole URL without its password, whatever signs that holds."""
    start, mark, rest = hide_passwords(f"{scheme}://{rest}").partition("://")
    if "@" in rest:
        user = re.split(r"[:/?#@]", rest, maxsplit=1)[0]
        rest = f"{user}@{rest.rpartition('@')[2]}"
    return f"{start}{mark}{rest}"


class _Ends:
    """Where the stretches of a line end that a pattern matches, asked for from left to right.

    What is within a stretch ends with it, so that each character is looked at only once.
    """

    def __init__(self, pattern: re.Pattern[str], line: str) -> None:
        self._pattern = pattern
        self._line = line
        self._end = 0

    def find(self, at: int) -> int:
        if at >= self._end:
            match = self._pattern.match(self._line, at)
            self._end = match.end() if match else at
        return self._end


def _hide_in_line(line: str) -> str:
    shown, at = "", 0
    last = line.rfind("@")
    keys, users, ports = _Ends(_KEY, line), _Ends(_USER, line), _Ends(_PORTS, line)
    words, hosts = _Ends(_WORD, line), _Ends(_HOST, line)
    # Of the word that was looked at last.
    word_end, sign = 0, -1
    while beginning := _BEGINNING.search(line, at):
        shown += line[at : beginning.end()]
        at = beginning.end()
        is_milvus = beginning[0].lower().startswith("milvus")
        if is_milvus and line.startswith("@", key_end := keys.find(at)):
            at = key_end + 1
            continue
        user_end = users.find(at)
        if not line.startswith(":", user_end):
            continue
        password = user_end + 1
        if words.find(password) != word_end:
            word_end = words.find(password)
            sign = line.rfind("@", password, word_end)
        # A port stands there, unless an "@" later in the word says that it is a password of digits.
        is_login = sign >= password and not _PAGE.match(beginning[0])
        ports_end = ports.find(password)
        if ports_end > password and _AFTER_PORTS.match(line, ports_end) and not is_login:
            continue
        shown += line[at:user_end]
        # What lacks its host has no "@".
        at = last if last >= password else hosts.find(password)
    return _QUERY.sub(_keep_options, shown + line[at:])


def _keep_options(query: re.Match[str]) -> str:
    options = re.split("[&;]", query[1])
    kept = [option for option in options if not _SECRET.search(unquote(option.partition("=")[0]))]
    if len(kept) == len(options):
        return query[0]
    return f"?{'&'.join(kept)}" if kept else ""
