"""Finding words in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.source.span_set import NO_SPANS, SpanSet

# Characters searched in one go: other threads wait for no more than that. What lies across
# the edge is found if it reaches no further than this beyond it.
_WINDOW, _BEYOND = 200_000, 2_000


def matches(text: str, words: str) -> SpanSet:
    """Where the words stand in the text, whatever their case and the white space between."""
    parts = words.split()
    if not parts:
        return NO_SPANS
    pattern = re.compile(r"\s+".join(map(re.escape, parts)), re.IGNORECASE)
    return SpanSet.of_pairs(_spans(text, pattern))


def _spans(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        edge = at + _WINDOW
        for match in pattern.finditer(text, at, edge + _BEYOND):
            if match.start() >= edge:
                break
            yield match.span()
            at = match.end()
        at = max(at, edge)
