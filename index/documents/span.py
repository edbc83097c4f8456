"""A stretch of a document's text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a document's text: code points `start` to `end` (exclusive)."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The quoted text."""
        return text[self.start : self.end]

    def strip(self, text: str) -> Span:
        """The span without the white space at its ends; empty at its end if it has nothing else."""
        start, end = self.start, self.end
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return Span(start, end)

    def shift(self, by: int) -> Span:
        """The span so many characters further on; further back if that is negative."""
        return Span(self.start + by, self.end + by)

    def clip(self, outer: Span) -> Span:
        """The part of the span that lies within another one; empty if they do not overlap."""
        start = max(self.start, outer.start)
        return Span(start, max(start, min(self.end, outer.end)))

    def holds(self, other: Span) -> bool:
        """Whether the other span lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share text, if neither is empty."""
        return self.start < other.end and other.start < self.end
