"""What one file may cost, and all files of a run together; how much may come back from a file.

The process that parses a file explains what is too much of it, and the program refuses it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec

from index.loaders.shared.container import LARGEST, Container, show_line

# Bytes for a character in UTF-8, at the very most.
_BYTES_A_CHARACTER = 4
# Cells of rows for each part.
_CELLS_A_PART = 4
# Bytes of MessagePack for a part, which took 21 for a paragraph and 60 for a table without columns,
# and for the words beside the text: titles, headings, names of columns and of files.
_PART_BYTES, _WORDS_BYTES = 24, 8 * 2**20
# Bytes of a block with its cells; a mark takes less.
_BLOCK_BYTES = 4 * (7 + 2 * _CELLS_A_PART)
# No file has more of any part, however large it is.
MOST_PARTS = 2**22
# Characters of a reason.
_LONGEST_REASON = 500
# Deeper than headings and lists go.
_DEEPEST_LEVEL = 1_000_000
# Shorter paragraphs, and more than a million of them, are in no table that people keep.
_LEAST_BYTES_A_PART = 8


class Bounds(msgspec.Struct, frozen=True):
    """How much may come back from a file.

    Attributes:
        characters: of its text; of its headings and names of columns together as many again.
        parts: of its paragraphs, blocks, marks, headings, pages, tables, columns and files left
            out, of each.
        members: bytes of the files in it, together.
    """

    characters: int
    parts: int
    members: int

    @property
    def cells(self) -> int:
        """The most cells that its rows may have together."""
        return _CELLS_A_PART * self.parts

    @property
    def most_bytes_of_text(self) -> int:
        return _BYTES_A_CHARACTER * self.characters

    @property
    def most_bytes_beside_text(self) -> int:
        return _WORDS_BYTES + _PART_BYTES * self.parts

    @property
    def most_bytes_of_blocks(self) -> int:
        """The most bytes of all blocks, and of all marks."""
        return _BLOCK_BYTES * self.parts


def explain_excess(container: Container, bounds: Bounds) -> str | None:
    """What a file holds too much of; None if it holds too much of nothing."""
    content = container.content
    columns = sum(len(table.columns) for table in content.tables)
    blocks = content.structure.blocks
    parts = (content.headings, content.page_starts, content.tables, blocks, content.marks)
    most = max(columns, len(container.left_out), *map(len, (content.paragraphs or (), *parts)))
    if most > bounds.parts or blocks.count_cells() > bounds.cells:
        return f"holds more than {bounds.parts:,} paragraphs, headings or names"
    words = len(content.title or "")
    words += sum(len(heading.text) for heading in content.headings)
    words += sum(len(table.caption) + sum(map(len, table.columns)) for table in content.tables)
    if max(len(content.text), words) > bounds.characters:
        return f"holds more than {bounds.characters:,} characters of text"
    if not all(1 <= heading.level <= _DEEPEST_LEVEL for heading in content.headings):
        return "has headings of levels that cannot be"
    return None


def show_reason(reason: str) -> str:
    """A reason in one line, without control characters, as long as a reason may be."""
    shown = " ".join(show_line(" ".join(reason[: _LONGEST_REASON + 1].split())).split())
    return shown if len(reason) <= _LONGEST_REASON else shown[:_LONGEST_REASON] + "…"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost.

    Attributes:
        seconds: of processor time; and another `seconds_a_megabyte` for each megabyte of the
            file, up to ten times as much. By the clock, on a busy machine, five times that.
        memory: bytes of address space beside what the file takes.
        text: characters of extracted text; as many as the file has bytes are always allowed.
        parts: paragraphs of the text, or headings; one for each eight bytes of the file is always
            allowed, up to four million.
        overtime: seconds that all files of a run together may take beyond what is usual for
            files of their size: `usual_seconds`, and `usual_a_megabyte` for each megabyte. When
            they are spent, no file gets more than is usual. What is not used is not lost.
    """

    seconds: int = 60
    seconds_a_megabyte: int = 20
    memory: int = 2**30
    text: int = 32 * 2**20
    parts: int = 2**20
    overtime: int = 300
    usual_seconds: int = 5
    usual_a_megabyte: int = 10

    def most_seconds(self, size: int) -> int:
        """How long a file of so many bytes may take."""
        return min(self.seconds + self.seconds_a_megabyte * (size >> 20), 10 * self.seconds)

    def bound(self, size: int, *, holds_files: bool) -> Bounds:
        """How much may come back from a file of so many bytes, unpacked."""
        return Bounds(
            max(self.text, size),
            min(MOST_PARTS, max(self.parts, size // _LEAST_BYTES_A_PART)),
            LARGEST if holds_files else 0,
        )

    def usual(self, size: int) -> int:
        """How long files of so many bytes take at most, but for few."""
        usual = self.usual_seconds + self.usual_a_megabyte * size / 2**20
        return min(math.ceil(usual), self.most_seconds(size))


# Reading text in pictures takes seconds a page, and much memory.
PICTURES = Limits(
    seconds=600,
    seconds_a_megabyte=200,
    memory=3 * 2**30,
    overtime=3_600,
    usual_seconds=60,
    usual_a_megabyte=100,
)


class Budget:
    """The time that is left of a run, so that many slow files do not take for ever.

    So a run takes no longer than the overtime and what is usual for its files.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._left = float(self.limits.overtime)

    def allow(self, size: int) -> int:
        """Seconds of processor time that a file of so many bytes may take now."""
        usual = self.limits.usual(size)
        return min(self.limits.most_seconds(size), usual + math.ceil(max(0.0, self._left)))

    def is_short(self, size: int) -> bool:
        """Whether a file of so many bytes gets less time than it would get alone."""
        return self.allow(size) < self.limits.most_seconds(size)

    def charge(self, size: int, seconds: float) -> None:
        """Note how long a file has taken."""
        self._left = min(
            self._left - (seconds - self.limits.usual(size)), float(self.limits.overtime)
        )
