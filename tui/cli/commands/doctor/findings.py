"""What the doctor says: a finding for each thing that it looks at, with nothing private in it.

People paste it where all can read it. So a finding holds no name of a document, a folder, a user or
a server: places are written as a shell takes them, and what else is private is left to another
command, which the finding names.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index import name_reinstallation
from index.locations import runtime_folder

State = Literal["fine", "note", "wrong"]

# Variables that say where things lie.
_VARIABLES = (
    "QUOTEBACK_INDEX",
    "QUOTEBACK_CACHE",
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing.

    Attributes:
        name: of the thing, a word.
        text: what was found, in one line.
        remedy: the command that mends it, or that gets what is missing; "" if there is nothing to
            do.
        state: "note" if nothing is wrong, but something could be better.
    """

    name: str
    text: str
    remedy: str = ""
    state: State = "fine"

    @classmethod
    def wrong(cls, name: str, text: str, remedy: str) -> Finding:
        """A finding of something that is wrong, with the command that mends it."""
        return cls(name, text, remedy, "wrong")

    @classmethod
    def note(cls, name: str, text: str, remedy: str = "") -> Finding:
        """A finding of something that could be better."""
        return cls(name, text, remedy, "note")


def find_all(checks: Iterable[tuple[str, Callable[[], Iterable[Finding]]]]) -> Iterator[Finding]:
    """What each check finds. One that fails itself is a finding, and stops no other.

    Args:
        checks: pairs of a name and a function.
    """
    for name, check in checks:
        try:
            yield from check()
        except Exception as error:
            # What is broken may raise anything; its message may be private.
            kind = type(error).__name__
            yield Finding.wrong(name, f"cannot be checked ({kind})", name_reinstallation())


def show_place(path: Path) -> str:
    """A path as a shell takes it: from a variable, the home folder, or of a socket.

    Of any other, only the last name is shown.
    """
    for name in _VARIABLES:
        if base := os.environ.get(name):
            shown = _show_below(path, Path(os.path.abspath(base)), f'"${name}"')
            if shown:
                return shown
    # Without a home folder nothing lies there.
    with suppress(RuntimeError):
        if shown := _show_below(path, Path.home(), "~"):
            return shown
    # What the system calls the folder of sockets tells nothing of its user but a number.
    is_open = path.is_relative_to(runtime_folder())
    return shlex.quote(str(path) if is_open else path.name)


def _show_below(path: Path, base: Path, shown: str) -> str:
    """A path below a folder, which is written in its own way; "" if it is not below it."""
    if not path.is_relative_to(base):
        return ""
    rest = path.relative_to(base)
    return shown if rest == Path() else f"{shown}/{shlex.quote(str(rest))}"
