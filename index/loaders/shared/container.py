"""Files that hold documents: mail with what is attached, mailboxes, archives.

A container is a file whose members are documents, too, with a path below its own:
`letter.eml/report.pdf`, `mail.mbox/12`, `notes.zip/2024/rain.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath

from index.documents import Content
from index.formats import read_suffix
from index.loaders.registry import UNSUPPORTED
from index.loaders.shared.decoding import UnreadableFile
from index.reports import ChosenSkip
from index.sizes import describe_size

# A container has at most so many members, a mailbox so many messages, and they have so many bytes
# together.
MOST_MEMBERS, MOST_MESSAGES, LARGEST = 10_000, 100_000, 256 * 2**20
SAME_NAME = "of the same name as another in its container"
_LONGEST_NAME, _MOST_DEEP = 1_000, 50
_DRIVE = re.compile("[A-Za-z]:")
# Characters that no honest name holds: controls, separators of lines, halves of characters, and
# what turns the direction of writing.
_HIDDEN = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def explain_name(name: str) -> str | None:
    """Why nothing in a container can have this name; None if it can."""
    parts = name.split("/")
    if _HIDDEN.search(name):
        return "control characters in its name"
    if name.startswith("/") or _DRIVE.match(name):
        return "a name from the root"
    if ".." in parts:
        return "a name that leads out of its container"
    if not name or len(name) > _LONGEST_NAME or len(parts) > _MOST_DEEP:
        return "too long a name, or none"
    if any(part.startswith(".") for part in parts):
        return ChosenSkip.HIDDEN
    if "" in parts or "\\" in name:
        return "a name that is no path"
    return None


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a container.

    Raises:
        ValueError: it cannot have this name.

    Attributes:
        name: its path below the container; its parts are parted by "/".
        suffix: what tells its kind, as `suffix_of` gives it.
    """

    name: str
    data: bytes
    suffix: str

    def __post_init__(self) -> None:
        if (reason := explain_name(self.name)) is not None:
            raise ValueError(f"{self.name!r}: {reason}")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file in a container that is not read, and why in a few words.

    Attributes:
        failed: whether it is of a kind that is read, so that somebody may miss it.
    """

    name: str
    reason: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """A file with the files in it. Most files have none.

    Attributes:
        content: of the file itself: for mail the message, for others the list of its members.
    """

    content: Content
    members: tuple[Member, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(slots=True)
class MemberList:
    """Grows member by member; says which of them are to be read.

    Attributes:
        kinds: the suffixes of files that are to be read.
    """

    kinds: frozenset[str]
    most: int = MOST_MEMBERS
    members: list[Member] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _numbers: dict[str, int] = field(default_factory=dict)
    _wanted: int = 0
    _size: int = 0

    def number(self, name: str) -> str:
        """The name, with a number if another file has it, in whatever case."""
        path, folded, free = PurePath(name), name.casefold(), name
        count = self._numbers.get(folded, 1)
        while free.casefold() in self._seen:
            count += 1
            free = f"{path.stem} ({count}){path.suffix}"
            # So that many files of one name take no longer.
            self._numbers[folded] = count
        return free

    def wants(self, name: str) -> bool:
        """Whether a file is to be read, by its name; if not, it is noted why."""
        reason = explain_name(name)
        if reason is None and name.casefold() in self._seen:
            reason = SAME_NAME
        if reason is None:
            self._seen.add(name.casefold())
            self.names.append(name)
            if read_suffix(name, self._reads) not in self.kinds:
                reason = UNSUPPORTED
        if reason is not None:
            self.leave_out(name, reason)
        return reason is None

    def add(self, name: str, data: bytes, suffix: str | None = None) -> None:
        """Add a file that is wanted.

        Raises:
            UnreadableFile: there are too many of them, or too large ones, in all.
        """
        self._count()
        self._size += len(data)
        if self._size > LARGEST:
            raise UnreadableFile(
                f"unpacks to more than {describe_size(LARGEST)}: unpack it yourself"
            )
        suffix = read_suffix(name, self._reads) if suffix is None else suffix
        self.members.append(Member(name, data, suffix))

    def _reads(self, suffix: str) -> bool:
        return suffix in self.kinds

    def leave_out(self, name: str, reason: str, *, failed: bool = False) -> None:
        """Note a file that is not read; raises `UnreadableFile` if they are too many."""
        if failed:
            self._count()
        if len(self.left_out) == MOST_MESSAGES:
            raise UnreadableFile(f"holds more than {MOST_MESSAGES:,} files: unpack it")
        self.left_out.append(LeftOut(show_name(name), reason, failed))

    def _count(self) -> None:
        self._wanted += 1
        if self._wanted > self.most:
            raise UnreadableFile(f"holds more than {self.most:,} files that can be read: unpack it")

    def finish(self, content: Content) -> Container:
        return Container(content, tuple(self.members), tuple(self.left_out))


def list_names(names: list[str]) -> Content:
    """The content of a file that is nothing but what is in it; no passage is made of it."""
    return Content("\n".join(names), paragraphs=())


def clean_name(name: str) -> str:
    """A name as archives write it, without what changes nothing: `./a//b/` is `a/b`."""
    root = "/" if name.startswith("/") else ""
    return root + "/".join(part for part in name.split("/") if part not in ("", "."))


def show_name(name: str) -> str:
    """A name without characters that no honest name holds, as long as a name may be."""
    shown = show_line(name[: _LONGEST_NAME + 1])
    return shown if len(shown) <= _LONGEST_NAME else shown[:_LONGEST_NAME] + "…"


def show_line(text: str) -> str:
    """A text with U+FFFD for what is not part of one line that can be seen, one for one."""
    return _HIDDEN.sub("\ufffd", text)
