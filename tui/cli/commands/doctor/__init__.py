"""The command `doctor`: what is wrong with the installation and the index, and what mends it.

People paste what it says where all can read it. So a finding holds no name of a document, a folder,
a user or a server: places are written as a shell takes them, and what else is private is left to
another command, which the finding names.
"""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from index import name_reinstallation
from index.locations import runtime_folder
from tui.cli.options import FAILURE, add_index_option, add_json_option
from tui.cli.output import print_beside, print_json

_DESCRIPTION = """\
Say what is wrong with the installation and the index, each with the command that mends it. Nothing
private is in what it prints, so that it can be pasted into an issue. It changes nothing.
"""
_NAME_WIDTH = 18
# How a folder is called that has a name of its own, which may be private.
ABOVE = "a folder above it"
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
    state: Literal["fine", "note", "wrong"] = "fine"

    @classmethod
    def wrong(cls, name: str, text: str, remedy: str) -> Finding:
        """A finding of something that is wrong, with the command that mends it."""
        return cls(name, text, remedy, "wrong")

    @classmethod
    def note(cls, name: str, text: str, remedy: str = "") -> Finding:
        """A finding of something that could be better."""
        return cls(name, text, remedy, "note")


def add_doctor_options(parser: argparse.ArgumentParser) -> None:
    parser.description = _DESCRIPTION
    add_index_option(parser)
    add_json_option(parser)


def run_doctor(options: argparse.Namespace) -> int:
    from tui.cli.commands.doctor import installation, storage

    checks: dict[str, Callable[[], Iterable[Finding]]] = {
        "packages": installation.check_packages,
        "processor": installation.check_processor,
        "models": installation.check_models,
        "parser": installation.check_parser,
        "cache": storage.check_cache,
        "data": storage.check_data,
        "disk": storage.check_room,
        "index": partial(storage.check_index, options.index),
        "settings": installation.check_settings,
        "terminal": installation.check_terminal,
        "clipboard": installation.check_clipboard,
        "service": partial(installation.check_service, options.index),
        "parts": installation.check_parts,
    }
    versions = installation.describe_versions()
    findings = [found for name, check in checks.items() for found in _find(name, check)]
    wrong = sum(each.state == "wrong" for each in findings)
    if options.json:
        records = [asdict(each) for each in findings]
        print_json({"sound": not wrong, "versions": versions, "findings": records})
        return FAILURE if wrong else 0
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    print_beside(f"{'':6}versions", named, _NAME_WIDTH)
    for each in findings:
        state = "" if each.state == "fine" else each.state
        print_beside(f"{state:6}{each.name}", each.text, _NAME_WIDTH)
        if each.remedy:
            # Whole, so that it can be copied.
            print(f"{'':{_NAME_WIDTH}}{each.remedy}")
    print(f"{wrong} of {len(findings)} need mending." if wrong else "All is well.")
    return FAILURE if wrong else 0


def _find(name: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What a check finds; if it fails itself, that is a finding, and stops no other check."""
    try:
        yield from check()
    except Exception as error:
        # What is broken may raise anything; its message may be private.
        kind = type(error).__name__
        yield Finding.wrong(name, f"cannot be checked ({kind})", name_reinstallation())


def show_place(path: Path) -> str:
    """A path as a shell takes it: from a variable, the home folder, or of a socket.

    Any other is `ABOVE`: it leads to the folder that a variable names.
    """
    path = Path(os.path.abspath(path))
    bases = {f'"${name}"': base for name in _VARIABLES if (base := os.environ.get(name))}
    # Without a home folder nothing lies there.
    with suppress(RuntimeError):
        bases["~"] = str(Path.home())
    for shown, base in bases.items():
        if path.is_relative_to(folder := os.path.abspath(base)):
            rest = path.relative_to(folder)
            return shown if rest == Path() else f"{shown}/{shlex.quote(str(rest))}"
    # What the system calls the folder of sockets tells nothing of its user but a number.
    return shlex.quote(str(path)) if path.is_relative_to(runtime_folder()) else ABOVE
