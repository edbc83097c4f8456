"""SpanSet of a text: many of them, found quickly by where they stand."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from index import Span


@dataclass(frozen=True, slots=True, eq=False)
class SpanSet:
    """Spans that are not empty, ascending, and do not overlap: from `starts[i]` to `ends[i]`."""

    starts: array[int]
    ends: array[int]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> SpanSet:
        """In any order; those that overlap become one."""
        merged: list[list[int]] = []
        for span in sorted(spans):
            if len(span) == 0:
                continue
            if merged and span.start < merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], span.end)
            else:
                merged.append([span.start, span.end])
        return cls.of_pairs(merged)

    @classmethod
    def of_pairs(cls, pairs: Iterable[Iterable[int]]) -> SpanSet:
        """Starts and ends that are in order already."""
        flat = array("i", chain.from_iterable(pairs))
        return cls(flat[::2], flat[1::2])

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, number: int) -> Span:
        return Span(self.starts[number], self.ends[number])

    def after(self, offset: int) -> int:
        """Number of the first that ends after an offset; as many as there are if none does."""
        return bisect_right(self.ends, offset)

    def hold(self, offset: int) -> bool:
        """Whether the character at an offset is in one of them."""
        at = self.after(offset)
        return at < len(self) and self.starts[at] <= offset

    def edges(self, start: int, end: int) -> set[int]:
        """Where they start and end, strictly between two offsets."""
        first, past = self.after(start), bisect_left(self.starts, end)
        both = (*self.starts[first:past], *self.ends[first:past])
        return {edge for edge in both if start < edge < end}


NO_SPANS = SpanSet.of(())
