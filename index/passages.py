"""Text to passages: paragraphs, the long ones split at sentences, short neighbours joined."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.documents import Content, Span
from index.segmentation import sentences

# A passage shorter than this (in characters) does not stand alone where it has a neighbour.
SHORT = 120
# Tokens kept free for the title and headings that are encoded with a passage.
CONTEXT_TOKENS = 40
# The reader sees a question beside the passage, so longer encoders get no longer passages.
MOST_TOKENS = 220

TokenCounter = Callable[[Sequence[str]], list[int]]

_BLANK_LINES = re.compile(r"(?:\r\n|\n|\r)[^\S\n\r]*(?:\r\n|\n|\r)\s*")
_WORD = re.compile(r"\s*\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage before it has an id."""

    span: Span
    heading: str | None
    page: int | None


def passage_tokens(encoder_tokens: int) -> int:
    """How many tokens a passage may have for an encoder that takes `encoder_tokens` in all."""
    return max(16, min(MOST_TOKENS, encoder_tokens - 2 - CONTEXT_TOKENS))


def passages(content: Content, count_tokens: TokenCounter, most_tokens: int) -> list[Piece]:
    """Cut a document into passages.

    Every character that is neither white space nor part of a heading is in
    exactly one passage; spans ascend and never overlap.

    Args:
        content: what the loader read.
        count_tokens: the encoder's number of tokens of each text.
        most_tokens: no passage has more.
    """
    text = content.text
    cutter = _Cutter(text, count_tokens, most_tokens)
    found: list[Piece] = []
    for heading, blocks in _sections(content):
        for span in _joined(text, [part for block in blocks for part in cutter.cut(block)], cutter):
            found.append(Piece(span, heading, _page(content.page_starts, span.start)))
    return found


def _sections(content: Content) -> Iterator[tuple[str | None, list[Span]]]:
    """The paragraphs between one heading and the next, with the path of headings above them."""
    path: list[tuple[int, str]] = []
    at = 0
    blocks = list(content.blocks if content.blocks is not None else _paragraphs(content.text))
    blocks.reverse()

    def until(end: int) -> list[Span]:
        taken = []
        while blocks and blocks[-1].start < end:
            taken.append(blocks.pop())
        return taken

    for heading in content.headings:
        yield _joined_path(path), until(heading.span.start)
        path = [(level, words) for level, words in path if level < heading.level]
        path.append((heading.level, heading.text))
        at = heading.span.end
    yield _joined_path(path), until(max(at, len(content.text)) + 1)


def _joined_path(path: Sequence[tuple[int, str]]) -> str | None:
    return " › ".join(words for _, words in path) or None


def _paragraphs(text: str) -> Iterator[Span]:
    start = 0
    for gap in _BLANK_LINES.finditer(text):
        yield Span(start, gap.start())
        start = gap.end()
    yield Span(start, len(text))


class _Cutter:
    """Cuts a block into parts that fit, at sentences where it can, else at words."""

    def __init__(self, text: str, count_tokens: TokenCounter, most: int) -> None:
        self._text, self._count, self._most = text, count_tokens, most

    def fits(self, span: Span) -> bool:
        # A token has at least one character: short text needs no counting.
        return len(span) <= self._most or self._tokens([span])[0] <= self._most

    def cut(self, block: Span) -> list[Span]:
        block = _trimmed(self._text, block)
        if not len(block):
            return []
        if self.fits(block):
            return [block]
        parts = [
            Span(block.start + start, block.start + end)
            for start, end in sentences(block.of(self._text))
        ]
        return self._packed(self._small(parts))

    def _small(self, parts: Sequence[Span]) -> list[tuple[Span, int]]:
        """The parts with their token counts; one too long is cut at words, a long word anywhere."""
        found = []
        for part, tokens in zip(parts, self._tokens(parts), strict=True):
            if tokens <= self._most:
                found.append((part, tokens))
                continue
            words = [
                piece
                for match in _WORD.finditer(self._text, part.start, part.end)
                for piece in self._short_words(_trimmed(self._text, Span(*match.span())))
            ]
            found += zip(words, self._tokens(words), strict=True)
        return found

    def _short_words(self, word: Span) -> list[Span]:
        starts = range(word.start, word.end, self._most)
        return [Span(start, min(start + self._most, word.end)) for start in starts]

    def _packed(self, parts: Sequence[tuple[Span, int]]) -> list[Span]:
        """As few windows as hold the parts in order, of about the same size each."""
        total = sum(tokens for _, tokens in parts)
        windows = -(-total // self._most)
        wanted = total / windows
        found: list[Span] = []
        start, filled = parts[0][0].start, 0
        end = start
        for part, tokens in parts:
            if filled and (filled + tokens > self._most or filled >= wanted):
                found.append(Span(start, end))
                start, filled = part.start, 0
            end, filled = part.end, filled + tokens
        found.append(Span(start, end))
        return found

    def _tokens(self, spans: Sequence[Span]) -> list[int]:
        return self._count([span.of(self._text) for span in spans])


def _joined(text: str, parts: Sequence[Span], cutter: _Cutter) -> list[Span]:
    """Join what is too short to stand alone, or announces what follows, with its neighbour."""
    found: list[Span] = []
    for part in parts:
        if found and (len(found[-1]) < SHORT or found[-1].of(text).endswith((":", "："))):
            both = Span(found[-1].start, part.end)
            if cutter.fits(both):
                found[-1] = both
                continue
        found.append(part)
    if len(found) > 1 and len(found[-1]) < SHORT:
        both = Span(found[-2].start, found[-1].end)
        if cutter.fits(both):
            found[-2:] = [both]
    return found


def _trimmed(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _page(page_starts: Sequence[int], offset: int) -> int | None:
    return bisect_right(page_starts, offset) if page_starts else None
