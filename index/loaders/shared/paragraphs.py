"""The paragraphs of a text that blank lines part."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.documents import Span

_PARAGRAPH = re.compile(r"\S[^\r\n]*(?:(?>\r\n|\n|\r)[ \t\f\v]*[^\s][^\r\n]*)*")


def find_paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    """The paragraphs between two places of a text."""
    for paragraph in _PARAGRAPH.finditer(text, start, max(start, end)):
        yield Span(*paragraph.span())
