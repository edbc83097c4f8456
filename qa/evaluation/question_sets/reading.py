"""Reading the files of question sets, gzipped or not, and what is wrong with them and where.

None may hold more than people put in one.
"""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
import stat
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO, cast

from index import QuotebackError

# Characters shown of a name that is not ours.
LONGEST_NAME = 80
# No file that people make is larger, and no line of one longer.
_MOST_BYTES, _MOST_CHARACTERS = 2_000_000_000, 50_000_000
# JSON packs to a tenth: what unpacks to far more is there to do harm.
_RATIO, _HARMLESS = 100, 4 * 2**20
READ_ERRORS = (OSError, EOFError, zlib.error)


class BadQuestionSet(QuotebackError):
    """A question set cannot be used; the message says where it is wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a question set.

    Attributes:
        where: "line 3", "answer in line 3", a file's name and line, …
        fatal: the set cannot be used; else it is a warning.
    """

    where: str
    text: str
    fatal: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text

    @property
    def sort_key(self) -> list[str | int]:
        """Sorts problems as they stand in the file: line 10 after line 9."""
        parts = re.split(r"([0-9]+)", self.where)
        return [int(part) if at % 2 else part for at, part in enumerate(parts)]


def name_shortly(name: str) -> str:
    """A name that may be of any length, cut."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def warn_of_unknown(
    where: str, what: str, name: str, known: Sequence[str], more: int = 0
) -> Problem:
    """A warning of a key or column that means nothing here; `more`: how often it comes again."""
    near = get_close_matches(name[:LONGEST_NAME], known, 1)
    suggestion = f': did you mean "{near[0]}"?' if near else ""
    again = f" (and in {more} more)" if more else ""
    text = f'the {what} "{name_shortly(name)}" is not known and means nothing{again}{suggestion}'
    return Problem(where, text, fatal=False)


def read_bytes(path: Path) -> bytes:
    """A file's bytes, unzipped if its name ends in `.gz`.

    Raises one of `READ_ERRORS` if it cannot be read, is a device, or too large.
    """
    with _open(path) as (file, most):
        most = min(most, _MOST_BYTES)
        if os.fstat(file.fileno()).st_size > most:
            raise _TooLarge(most)
        data = file.read(most + 1)
    if len(data) > most:
        raise _TooLarge(most)
    return data


def read_lines(path: Path) -> Iterator[str]:
    """A file's lines, unzipped if its name ends in `.gz`.

    Raises one of `READ_ERRORS`, or `UnicodeDecodeError`, if it cannot be read, is a device, unpacks
    to far too much, or a line is too long.
    """
    with _open(path) as (file, most), io.TextIOWrapper(file, "utf-8-sig", newline="\n") as text:
        characters = 0
        while line := text.readline(_MOST_CHARACTERS + 1):
            if len(line) > _MOST_CHARACTERS:
                raise OSError(errno.EFBIG, f"a line has more than {_MOST_CHARACTERS:,} characters")
            characters += len(line)
            if path.suffix.lower() == ".gz" and characters > most:
                raise _TooLarge(most)
            yield line


def describe_read_error(error: Exception) -> str:
    """Why a file cannot be read, in words."""
    if isinstance(error, gzip.BadGzipFile):
        return "is not gzipped, as a name that ends in .gz says"
    if isinstance(error, EOFError | zlib.error):
        return "cannot be unzipped: it is cut short or damaged"
    return f"cannot be read ({getattr(error, 'strerror', None) or error})"


@contextmanager
def _open(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """A file, and how many bytes are read of it; a pipe will do, a device has no end."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode):
            raise OSError(errno.EINVAL, "it is a device", str(path))
        if path.suffix.lower() != ".gz":
            yield file, _MOST_BYTES
            return
        is_known = stat.S_ISREG(status.st_mode)
        most = max(_HARMLESS, _RATIO * status.st_size) if is_known else _MOST_BYTES
        with gzip.open(file) as unpacked:
            yield cast(BinaryIO, unpacked), most


class _TooLarge(OSError):
    """A file holds more than a question set."""

    def __init__(self, most: int) -> None:
        super().__init__(errno.EFBIG, f"it holds more than {most:,} bytes")
