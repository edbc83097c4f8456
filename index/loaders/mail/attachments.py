"""Files that came with a message: they are named in it, and are documents of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from index.loaders.shared.assembly import Assembly
from index.loaders.shared.container import MemberList

# Of a name that holds a path, only its end is one of a file.
_SEPARATOR = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message."""

    name: str
    data: bytes


def add_attachments(
    assembly: Assembly, attached: Iterable[Attachment], level: int, members: MemberList
) -> None:
    """Add the names of files to the text, and the files to the members.

    Args:
        assembly: the text.
        attached: the files.
        level: of the message's subject.
        members: gets the files, each under a name of its own.
    """
    named = [each for each in attached if each.name]
    if not named:
        return
    assembly.begin_part("", level + 1)
    assembly.add_block("Attachments: " + ", ".join(each.name for each in named))
    for each in named:
        name = _number(_SEPARATOR.split(each.name)[-1], members)
        if members.wants(name):
            members.add(name, each.data)


def _number(name: str, members: MemberList) -> str:
    """The name, with a number where another file has it."""
    path, count, free = PurePath(name), 1, name
    while members.has(free):
        count += 1
        free = f"{path.stem} ({count}){path.suffix}"
    return free
