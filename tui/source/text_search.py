"""Search for words in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.source.span_set import NO_SPANS, SpanSet

if TYPE_CHECKING:
    from tui.source.rendering.rendering import Rendering

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


def find_words_as_read(text: str, rendering: Rendering, words: str) -> SpanSet:
    """All places of the words in a document as it reads; where there are none, in its markup.

    Args:
        text: of the document, which the places are in.
    """
    matches = find_words(rendering.text, words)
    return rendering.offsets.locate(matches) if len(matches) else find_words(text, words)


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
