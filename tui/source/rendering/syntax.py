"""The colours of code, found as it is drawn: a piece at a time, however long the code is.

A lexer may take for ever on what was written for that: tokens are read where time is limited.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.source.rendering.rendering import CodeBlock, Rendering

if TYPE_CHECKING:
    from pygments.lexer import Lexer

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

# Code is read in pieces of about this many characters, some hundredths of a second each. A longer
# piece begins at a line that is not indented, where a new statement is likely to.
_PIECE = 12_000
# A line of more characters is data.
_LONGEST_LINE = 2_000
# Pieces kept.
_MOST_PIECES = 64

# The start and end of a token, and the name of its style.
Token = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class CodePiece:
    """A piece of code whose colours are wanted.

    Attributes:
        first, past: where it stands in the drawn text.
        start: where what is read of it begins, so that it is understood.
        text: what is read.
    """

    first: int
    past: int
    start: int
    language: str
    text: str


class SyntaxColours:
    """The colours of the code of one document, as far as they are known."""

    def __init__(self, rendering: Rendering) -> None:
        self._text = rendering.text
        self._blocks = rendering.code
        self._pieces: dict[int, list[Token]] = {}
        self._wanted: dict[int, CodeBlock] = {}

    def colour(self, start: int, end: int) -> list[Token]:
        """The coloured tokens of a part of the drawn text, each cut to it.

        What is not known yet is wanted from now on.
        """
        tokens: list[Token] = []
        at = bisect_right(self._blocks, start, key=lambda block: block.end)
        while at < len(self._blocks) and self._blocks[at].start < end:
            tokens += self._colour_block(self._blocks[at], start, end)
            at += 1
        return tokens

    @property
    def is_wanting(self) -> bool:
        """Whether colours are wanted that are not known yet."""
        return bool(self._wanted)

    def take_wanted(self) -> CodePiece | None:
        """The piece that was wanted last, and is not any more then; None if there is none."""
        if not self._wanted:
            return None
        first, block = self._wanted.popitem()
        past = min(first + _PIECE, block.end)
        start = self._find_statement(block, first)
        # To the end of the last line.
        end = self._text.find("\n", past, min(past + _LONGEST_LINE, block.end))
        text = self._text[start : past if end < 0 else end]
        return CodePiece(first, past, start, block.language, text)

    def keep(self, piece: CodePiece, tokens: Iterable[Token]) -> None:
        """Keep the coloured tokens of a piece.

        Args:
            tokens: their places are in the text of the piece.
        """
        if len(self._pieces) >= _MOST_PIECES:
            self._pieces.clear()
        self._pieces[piece.first] = [
            (max(piece.start + at, piece.first), min(piece.start + end, piece.past), style)
            for at, end, style in tokens
            if piece.start + at < piece.past and piece.start + end > piece.first
        ]

    def give_up(self) -> None:
        """Want no more colours."""
        self._blocks = ()
        self._wanted.clear()

    def _colour_block(self, block: CodeBlock, start: int, end: int) -> list[Token]:
        start, end = max(start, block.start), min(end, block.end)
        if end - start > _LONGEST_LINE:
            return []
        tokens: list[Token] = []
        number = (start - block.start) // _PIECE
        while (first := block.start + number * _PIECE) < end:
            piece = self._pieces.get(first)
            if piece is None:
                self._wanted[first] = block
                piece = []
            here = bisect_right(piece, start, key=lambda token: token[1])
            past = bisect_left(piece, end, key=lambda token: token[0])
            tokens += [(max(a, start), min(b, end), name) for a, b, name in piece[here:past]]
            number += 1
        return tokens

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


def read_tokens(language: str, text: str) -> list[Token]:
    """The tokens of code that have a colour; none where the language is not known.

    Args:
        language: as Pygments names it.
    """
    lexer = _load_lexer(language)
    # One for one; lexers know no other line ends.
    lines = text.replace("\r\n", " \n") + "\n"
    return [
        (at, min(at + len(value), len(text)), style)
        for at, kind, value in (lexer.get_tokens_unprocessed(lines) if lexer else ())
        if (style := _find_style(str(kind).removeprefix("Token.")))
    ]


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
