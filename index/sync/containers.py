"""The documents in one file, and how far we are: most hold one, others many, in files in them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from index.documents import Content
from index.loaders import UnreadableFile, is_archive, open_container
from index.loaders.sandbox.parent import Sandbox
from index.reports import Progress, ProgressCallback, Skipped
from index.sizes import describe_size

# The deepest nesting that is opened: of archives, and of containers of any kind.
_MOST_ARCHIVES, _MOST_DEEP = 2, 5
# What one file holds, however deep: documents, bytes, and how many seconds these may take.
_MOST_DOCUMENTS, _LARGEST = 100_000, 2**30
_SECONDS, _SECONDS_A_MEGABYTE = 1_200, 60


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """What was found at a path of a file, and read.

    Attributes:
        content: None if it could not be read, or need not.
        error: why it could not.
        size: bytes that it was read from.
    """

    path: str
    content: Content | None = None
    error: UnreadableFile | None = None
    size: int = 0

    @property
    def is_done(self) -> bool:
        """Whether it was read before."""
        return self.content is None and self.error is None


@dataclass(slots=True)
class FileReader:
    """Reads one file, with the documents in it.

    Attributes:
        sandbox: where they are parsed.
        kinds: the suffixes of what is read in a file; see `list_kinds`.
        skipped: gets what is left out in the file, and why.
        show: called with the path of what is read next.
        reason_to_skip: why the document at a path is left out, if it is.
        is_done: whether the document at a path need not be read again.
        paths: met so far, in lower case; a second file of the same name is skipped.
        size: bytes of what has been met.
    """

    sandbox: Sandbox
    kinds: frozenset[str]
    skipped: Skipped
    show: Callable[[str], object]
    reason_to_skip: Callable[[str], str | None]
    is_done: Callable[[str], bool]
    paths: set[str] = field(default_factory=set)
    size: int = 0
    started: float = field(default_factory=time.monotonic)

    def read(
        self, path: str, suffix: str, data: bytes, deep: int = 1, archives: int = 0
    ) -> Iterator[FoundDocument]:
        """The documents of a file, one after the other, and last the one at its own path.

        Args:
            path, suffix, data: the file.
            deep: in how many files it lies, itself included.
            archives: in how many archives.

        Raises:
            UnreadableFile: the file itself cannot be read.
        """
        archives += is_archive(suffix)
        container = open_container(suffix, data, self.kinds, self.sandbox)
        for left in container.left_out:
            if left.failed:
                yield FoundDocument(_join(path, left.name), error=UnreadableFile(left.reason))
            else:
                self.skipped.add(f"{path}{os.sep}{left.name}", left.reason)
        for member in container.members:
            inner = _join(path, member.name)
            self.size += len(member.data)
            reason = self.reason_to_skip(inner)
            if inner.casefold() in self.paths:
                reason = "of the same name as another in its container"
            elif archives >= _MOST_ARCHIVES and is_archive(member.suffix):
                reason = f"more than {_MOST_ARCHIVES} archives deep"
            elif deep >= _MOST_DEEP:
                reason = f"in more than {_MOST_DEEP} files, one in the other"
            if reason is not None:
                self.skipped.add(inner, reason)
                continue
            self.paths.add(inner.casefold())
            if self.is_done(inner):
                yield FoundDocument(inner)
                continue
            self.show(inner)
            try:
                self._check_limits()
                yield from self.read(inner, member.suffix, member.data, deep + 1, archives)
            except _TooMuch:
                raise
            except UnreadableFile as error:
                yield FoundDocument(inner, error=error, size=len(member.data))
        yield FoundDocument(path, container.content, size=len(data))

    def _check_limits(self) -> None:
        """Raises `_TooMuch`."""
        seconds = _SECONDS + _SECONDS_A_MEGABYTE * (self.size >> 20)
        if len(self.paths) > _MOST_DOCUMENTS:
            raise _TooMuch(f"holds more than {_MOST_DOCUMENTS:,} documents: unpack it")
        if self.size > _LARGEST:
            raise _TooMuch(
                f"unpacks to more than {describe_size(_LARGEST)} in all: unpack it yourself"
            )
        if time.monotonic() - self.started > seconds:
            raise _TooMuch(f"took longer than {seconds} s to read, with all that is in it")


class _TooMuch(UnreadableFile):
    """A file costs too much, with all that is in it."""


def _join(path: str, name: str) -> str:
    return os.path.join(path, *name.split("/"))


@dataclass(slots=True)
class FileProgress:
    """Shows which of all files is read. What the callback raises stops the run, also in a file."""

    progress: ProgressCallback
    total: int
    _step: Progress = field(default_factory=lambda: Progress("reading", 0, 0))
    _path: str = ""

    def begin(self, number: int, path: str) -> None:
        """Show that a file is read next."""
        self._step = Progress("reading", number, self.total)
        self.show(path)

    def show(self, path: str) -> None:
        """Show the path of a document in the file at hand."""
        self._path = path
        self._step = replace(self._step, current=path)
        self.repeat()

    def show_page(self, number: int, of: int) -> None:
        """Show which page of the document is read next."""
        self._step = replace(self._step, current=f"{self._path}, page {number} of {of}")
        self.repeat()

    def repeat(self) -> None:
        """Show the same step again: it takes long."""
        self.progress(self._step)

    def end(self) -> None:
        """Show that all files are read."""
        self.progress(Progress("reading", self.total, self.total))
