"""Stretches of a text: many of them, found quickly by where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import Span

Offsets = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Spans that are not empty, ascending, and do not overlap: from `starts[i]` to `ends[i]`."""

    starts: Offsets
    ends: Offsets

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Stretches:
        """In any order; those that overlap become one."""
        merged: list[list[int]] = []
        for span in sorted(spans):
            if len(span) == 0:
                continue
            if merged and span.start < merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], span.end)
            else:
                merged.append([span.start, span.end])
        pairs = np.array(merged, np.int32).reshape(-1, 2)
        return cls(pairs[:, 0].copy(), pairs[:, 1].copy())

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, number: int) -> Span:
        return Span(int(self.starts[number]), int(self.ends[number]))

    def after(self, offset: int) -> int:
        """Number of the first that ends after an offset; as many as there are if none does."""
        return int(self.ends.searchsorted(np.int32(offset), "right"))

    def hold(self, offset: int) -> bool:
        """Whether the character at an offset is in one of them."""
        at = self.after(offset)
        return at < len(self) and bool(self.starts[at] <= offset)

    def edges(self, start: int, end: int) -> set[int]:
        """Where they start and end, strictly between two offsets."""
        first = self.after(start)
        past = int(self.starts.searchsorted(np.int32(end), "left"))
        both = (*self.starts[first:past].tolist(), *self.ends[first:past].tolist())
        return {edge for edge in both if start < edge < end}


NONE = Stretches.of(())
