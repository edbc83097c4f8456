"""Passages found by keyword: grouped by document, with the words marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from index import Document, Hit
from tui.source.rendering.passage_words import PassageWords

# Characters shown of a passage, and those before the first word found.
_EXCERPT = 240
# A word is compared without its last letters, which vary, but never by fewer than the least.
_ENDING, _LEAST = 3, 5
_MARKED = "bold $foreground on $accent 35%"


@dataclass(frozen=True, slots=True)
class DocumentHits:
    """The passages of one document that were found, in reading order."""

    document: Document
    hits: tuple[Hit, ...]


def group_by_document(hits: Sequence[Hit]) -> list[DocumentHits]:
    """The hits by document: the document of the best hit first."""
    grouped: dict[int, list[Hit]] = {}
    for hit in hits:
        grouped.setdefault(hit.document.id, []).append(hit)
    return [
        DocumentHits(group[0].document, tuple(sorted(group, key=lambda hit: hit.passage.span)))
        for group in grouped.values()
    ]


def draw_excerpt(hit: Hit, words: str, room: int) -> Content:
    """The part of a passage where the first of the words stands, with all of them marked.

    Args:
        room: columns there are for it: a quarter goes to what stands before the first word.
    """
    pattern = _compile_words(words)
    text = PassageWords.of(hit).quote(hit.passage.span)
    first = pattern.search(text) if pattern else None
    start = max(0, first.start() - room // 4) if first else 0
    if start:
        start = text.rfind(" ", 0, start) + 1
    line = text[start : start + _EXCERPT].strip()
    pieces: list[str | tuple[str, str]] = ["… "] if start else []
    at = 0
    for match in pattern.finditer(line) if pattern else ():
        pieces += [line[at : match.start()], (match[0], _MARKED)]
        at = match.end()
    pieces.append(line[at:] + (" …" if start + _EXCERPT < len(text) else ""))
    return Content.assemble(*pieces)


def _compile_words(words: str) -> re.Pattern[str] | None:
    """Matches the words that begin as those searched for do; None without a word."""
    stems = {
        word[: max(_LEAST, len(word) - _ENDING)]
        for word in re.findall(r"\w+", words)
        if len(word) > 1
    }
    if not stems:
        return None
    joined = "|".join(re.escape(stem) for stem in sorted(stems, key=len, reverse=True))
    return re.compile(rf"\b(?:{joined})\w*", re.IGNORECASE)
