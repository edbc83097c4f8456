"""The colours of code, found as it is drawn: a piece at a time, whatever the length of the code."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.source.rendering.rendering import CodeBlock, Rendering

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# Code is read in pieces of about this many characters, some hundredths of a second each. A longer
# piece begins at a line that is not indented, where a new statement is likely to.
_PIECE = 12_000
# A line of more characters is data.
_LONGEST_LINE = 2_000
# Pieces kept.
_MOST_PIECES = 64

# Kinds of tokens as Pygments names them → names of styles; the longest beginning holds.
_STYLES = {
    "Comment": "comment",
    "Keyword": "keyword",
    "Keyword.Constant": "number",
    "Keyword.Type": "type",
    "Name.Attribute": "name",
    "Name.Builtin": "type",
    "Name.Class": "name",
    "Name.Decorator": "name",
    "Name.Exception": "type",
    "Name.Function": "name",
    "Name.Tag": "keyword",
    "Operator.Word": "keyword",
    "Literal.Date": "number",
    "Literal.Number": "number",
    "Literal.String": "string",
    "Generic.Heading": "keyword",
    "Generic.Subheading": "keyword",
    "Generic.Deleted": "number",
    "Generic.Inserted": "string",
    "Generic.Prompt": "comment",
}

# The start and end of a token in the drawn text, and the name of its style.
Token = tuple[int, int, str]


class SyntaxColours:
    """Colours the code of one document."""

    def __init__(self, rendering: Rendering) -> None:
        self._text = rendering.text
        self._blocks = rendering.code
        self._pieces: dict[int, list[Token]] = {}

    def colour(self, start: int, end: int) -> list[Token]:
        """The coloured tokens of a part of the drawn text, each cut to it."""
        tokens: list[Token] = []
        at = bisect_right(self._blocks, start, key=lambda block: block.end)
        while at < len(self._blocks) and self._blocks[at].start < end:
            tokens += self._colour_block(self._blocks[at], start, end)
            at += 1
        return tokens

    def _colour_block(self, block: CodeBlock, start: int, end: int) -> list[Token]:
        start, end = max(start, block.start), min(end, block.end)
        if end - start > _LONGEST_LINE:
            return []
        tokens: list[Token] = []
        number = (start - block.start) // _PIECE
        while (first := block.start + number * _PIECE) < end:
            piece = self._read_piece(block, first)
            here = bisect_right(piece, start, key=lambda token: token[1])
            past = bisect_left(piece, end, key=lambda token: token[0])
            tokens += [(max(a, start), min(b, end), name) for a, b, name in piece[here:past]]
            number += 1
        return tokens

    def _read_piece(self, block: CodeBlock, first: int) -> list[Token]:
        """The coloured tokens that begin in the piece of a block which begins at an offset."""
        if first not in self._pieces:
            if len(self._pieces) >= _MOST_PIECES:
                self._pieces.clear()
            past = min(first + _PIECE, block.end)
            start = self._find_statement(block, first)
            lexer = _load_lexer(block.language)
            # To the end of the last line.
            end = self._text.find("\n", past, min(past + _LONGEST_LINE, block.end))
            # One for one; lexers know no other line ends.
            text = self._text[start : past if end < 0 else end].replace("\r\n", " \n") + "\n"
            self._pieces[first] = [
                (max(start + at, first), min(start + at + len(value), past), style)
                for at, kind, value in (lexer.get_tokens_unprocessed(text) if lexer else ())
                if (style := _find_style(str(kind).removeprefix("Token.")))
                and start + at < past
                and start + at + len(value) > first
            ]
        return self._pieces[first]

    def _find_statement(self, block: CodeBlock, first: int) -> int:
        """Where to begin to read so that a piece is understood: a line that is not indented."""
        at = first
        while at > block.start and first - at < _PIECE // 2:
            at = self._text.rfind("\n", block.start, at - 1) + 1
            if at <= block.start:
                return block.start
            if not self._text[at].isspace() and self._text[at] not in ")]}#/*'\"":
                return at
        return first


@lru_cache(maxsize=64)
def _find_style(kind: str) -> str:
    while kind and kind not in _STYLES:
        kind = kind.rpartition(".")[0]
    return _STYLES.get(kind, "")


@lru_cache(maxsize=32)
def _load_lexer(language: str) -> Lexer | None:
    """What reads a language, by one of its names; None where there is no such language."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None
