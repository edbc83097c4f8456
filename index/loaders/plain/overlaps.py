"""Whether a stretch of a text is taken by others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from index.documents import Span


def overlaps_any(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span overlaps one of others, which are in order and apart."""
    at = bisect_right(others, span.start, key=lambda other: other.end)
    return at < len(others) and others[at].overlaps(span)
