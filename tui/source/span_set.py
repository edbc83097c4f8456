"""Many spans of a text, found quickly by their place; the spans of words."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from index import Span

if TYPE_CHECKING:
    Numbers = array[int]
else:
    # What sends it to another process reads the types of its fields.
    Numbers = array


@dataclass(frozen=True, slots=True, eq=False)
class SpanSet:
    """Spans in order, none empty, none overlapping: span `i` is `starts[i]` to `ends[i]`."""

    starts: Numbers
    ends: Numbers

    @classmethod
    def from_spans(cls, spans: Iterable[Span]) -> SpanSet:
        """From spans in any order; overlapping ones are merged, empty ones left out."""
        merged: list[list[int]] = []
        for span in sorted(spans):
            if len(span) == 0:
                continue
            if merged and span.start < merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], span.end)
            else:
                merged.append([span.start, span.end])
        return cls.from_pairs(merged)

    @classmethod
    def from_pairs(cls, pairs: Iterable[Iterable[int]]) -> SpanSet:
        """From starts and ends that are in order already."""
        flat = array("i", chain.from_iterable(pairs))
        return cls(flat[::2], flat[1::2])

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, number: int) -> Span:
        return Span(self.starts[number], self.ends[number])

    def first_after(self, offset: int) -> int:
        """Index of the first span that ends after an offset; the number of spans if none does."""
        return bisect_right(self.ends, offset)

    def contains(self, offset: int) -> bool:
        """Whether the character at an offset is in one of the spans."""
        at = self.first_after(offset)
        return at < len(self) and self.starts[at] <= offset

    def edges_between(self, start: int, end: int) -> set[int]:
        """Starts and ends of spans that lie strictly between two offsets."""
        first, past = self.first_after(start), bisect_left(self.starts, end)
        both = (*self.starts[first:past], *self.ends[first:past])
        return {edge for edge in both if start < edge < end}


NO_SPANS = SpanSet.from_spans(())

# Characters searched in one call: other threads wait that long. A match across the edge is
# found if it ends within `_BEYOND` characters after it.
_WINDOW, _BEYOND = 200_000, 2_000


def find_words(text: str, words: str) -> SpanSet:
    """All places of the words in the text; case and the white space between them do not count."""
    parts = words.split()
    if not parts:
        return NO_SPANS
    pattern = re.compile(r"\s++".join(map(re.escape, parts)), re.IGNORECASE)
    return SpanSet.from_pairs(_iterate_matches(text, pattern))


def _iterate_matches(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        edge = at + _WINDOW
        for match in pattern.finditer(text, at, edge + _BEYOND):
            if match.start() >= edge:
                break
            yield match.span()
            at = match.end()
        at = max(at, edge)
