"""Which characters of a document stand where in what is drawn of it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.source.span_set import NO_SPANS, SpanSet

Offsets = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class OffsetMap:
    """Pieces of a document, in order, each with the piece that is drawn for it.

    Where both are of one length, characters stand for each other one by one; else the whole of
    one stands for the whole of the other. Between pieces, the document has what is not drawn,
    and the drawn text has what is not in the document.

    Attributes:
        starts, ends: of the pieces in the document.
        drawn_starts, drawn_ends: of the pieces in the drawn text.
    """

    starts: Offsets
    ends: Offsets
    drawn_starts: Offsets
    drawn_ends: Offsets

    @classmethod
    def identity(cls, length: int) -> OffsetMap:
        """The whole document is drawn as it is."""
        return cls.from_pieces([0, length, 0, length])

    @classmethod
    def from_pieces(cls, flat: Sequence[int]) -> OffsetMap:
        """From four numbers for each piece: start, end, start as drawn, end as drawn."""
        pieces = np.array(flat, np.int32).reshape(-1, 4)
        return cls(*(np.ascontiguousarray(column) for column in pieces.T))

    def to_drawn(self, offset: int) -> int:
        """Where a character is drawn; of one that is not, where the next one is."""
        here, there = (self.starts, self.ends), (self.drawn_starts, self.drawn_ends)
        return int(_map_offsets(np.array([offset], np.int32), *here, *there)[0])

    def to_document(self, offset: int) -> int:
        """The character that is drawn at an offset; if none is, the next one."""
        return int(self._locate(np.array([offset], np.int32))[0])

    def map_spans(self, spans: SpanSet) -> SpanSet:
        """The drawn spans of spans of the document; without those of which nothing is drawn."""
        starts = np.frombuffer(spans.starts, np.int32) if len(spans) else np.zeros(0, np.int32)
        ends = np.frombuffer(spans.ends, np.int32) if len(spans) else starts
        first = self.ends.searchsorted(starts, "right")
        past = np.maximum(self.starts.searchsorted(ends, "left"), first)
        counts = past - first
        span = np.repeat(np.arange(len(starts)), counts)
        piece = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts) + first[span]
        size = self.ends[piece] - self.starts[piece]
        drawn_size = self.drawn_ends[piece] - self.drawn_starts[piece]
        left = np.where(size == drawn_size, starts[span] - self.starts[piece], 0)
        right = np.where(size == drawn_size, self.ends[piece] - ends[span], 0)
        drawn_starts = self.drawn_starts[piece] + np.maximum(left, 0)
        drawn_ends = self.drawn_ends[piece] - np.maximum(right, 0)
        return _to_span_set(drawn_starts, drawn_ends)

    def locate(self, spans: SpanSet) -> SpanSet:
        """The spans of the document that drawn spans stand for, with what is hidden within them."""
        if not len(spans) or not len(self.starts):
            return NO_SPANS
        firsts = np.frombuffer(spans.starts, np.int32)
        lasts = np.frombuffer(spans.ends, np.int32) - 1
        return _to_span_set(self._locate(firsts), self._locate(lasts) + 1)

    def _locate(self, offsets: Offsets) -> Offsets:
        """As `to_document`, for many offsets."""
        return _map_offsets(offsets, self.drawn_starts, self.drawn_ends, self.starts, self.ends)


def _map_offsets(
    offsets: Offsets, starts: Offsets, ends: Offsets, to_starts: Offsets, to_ends: Offsets
) -> Offsets:
    """Where offsets in pieces lie in the pieces that these stand for, or in the next ones."""
    if not len(ends):
        return np.zeros_like(offsets)
    number = ends.searchsorted(offsets, "right")
    piece = np.minimum(number, len(ends) - 1)
    into = np.maximum(offsets - starts[piece], 0)
    is_copy = ends[piece] - starts[piece] == to_ends[piece] - to_starts[piece]
    inside = to_starts[piece] + np.where(is_copy, into, 0)
    return np.where(number == len(ends), to_ends[-1], inside)


def _to_span_set(starts: Offsets, ends: Offsets) -> SpanSet:
    drawn = ends > starts
    # Two spans may share what is drawn for both, such as a character that stands for several.
    kept = drawn & np.concatenate([[True], starts[1:] >= ends[:-1]])[: len(starts)]
    return SpanSet(_to_array(starts[kept]), _to_array(ends[kept]))


def _to_array(numbers: Offsets) -> array[int]:
    return array("i", numbers.astype(np.int32).tobytes())
