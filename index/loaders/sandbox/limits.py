"""What one file may cost, and all files of a run together."""

from __future__ import annotations

import math
from dataclasses import dataclass

from index.loaders.sandbox.bounds import MOST_PARTS, Bounds
from index.loaders.shared.container import LARGEST

# Shorter paragraphs, and more than a million of them, are in no table that people keep.
_LEAST_BYTES_A_PART = 8


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
    """What is left of the time of a run: it bounds what many files that take long cost.

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
