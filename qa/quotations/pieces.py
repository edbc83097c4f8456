"""The pieces of a quotation between what it leaves out and what it adds in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index import Span
from qa.quotations.words import SeenText, Words, split_seen_words

# Words of the source that stand for "[…]" at most, and for words in brackets.
_MOST_LEFT_OUT, _MOST_REPLACED = 400, 12
_BREAK = re.compile(
    r"(?P<left_out>[\[(][ \xa0]?(?:…|\.(?:[ \xa0]?\.)+)[ \xa0]?[\])]|…|\.(?:[ \xa0]?\.)+)"
    r"|(?P<sic>[\[(]sic[!.]?[\])])"
    r"|(?P<inserted>\[(?=(?:[^\w\[\]\r\n]|\d){0,200}+[^\W\d])(?![^\W\d_]\])[^\]\r\n]{1,200}+\](?!\())",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that follow each other in the source; so many of its words may be left out before them."""

    words: Words
    most_before: int = 0


@dataclass(frozen=True, slots=True)
class Pieces:
    """A quotation in pieces, and all that stands in it, brackets and all, as one piece.

    It may leave something out ("[…]"), insert words in brackets, and say "[sic]".
    """

    whole: Piece
    parts: tuple[Piece, ...]
    leaves_out: bool = False
    inserts: bool = False
    is_sic: bool = False


def split_pieces(source: SeenText, span: Span) -> Pieces:
    """The pieces of a quotation that stands in a text."""
    seen = source.blank(span)
    breaks = list(_BREAK.finditer(seen))
    parts = []
    start, most, first = span.start, 0, True
    for found in [*breaks, None]:
        end = span.end if found is None else span.start + found.start()
        words = split_seen_words(source, Span(start, end)).trim()
        if len(words):
            parts.append(Piece(words, 0 if first else most))
            most, first = 0, False
        if found is not None:
            start = span.start + found.end()
            most = max(most, _count_left_out(found))
    kinds = {found.lastgroup for found in breaks}
    whole = Piece(split_seen_words(source, span).trim())
    # If all of it stands in brackets, these are its own.
    return Pieces(
        whole,
        tuple(parts) or (whole,),
        "left_out" in kinds,
        "inserted" in kinds,
        is_sic="sic" in kinds,
    )


def _count_left_out(found: re.Match[str]) -> int:
    if found["left_out"] is not None:
        return _MOST_LEFT_OUT
    return _MOST_REPLACED if found["inserted"] is not None else 0


def cut_long_pieces(parts: tuple[Piece, ...], most_words: int) -> Iterator[Piece]:
    """The same pieces, of so many words at most: those of one piece have nothing between them."""
    for part in parts:
        for start in range(0, len(part.words), most_words):
            words = part.words[start : start + most_words]
            yield Piece(words, part.most_before if not start else 0)
