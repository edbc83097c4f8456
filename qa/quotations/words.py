"""The words of a text as quotations are compared: without markup, quotation marks and hyphens.

White space, line breaks and the ways to write a character make no difference. Each word keeps its
place in the text. A quotation is in pieces, between what it leaves out and what it adds in
brackets.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from index import Mark, Span
from index.text import INVISIBLE, UNSPACED

# Punctuation of all scripts but Latin: commas and the like, which may change what a text says, and
# others, such as hyphens. The marks of Hebrew numbers and short words are written as quotation
# marks just as well. The scripts end before the pictures.
_FIRST_GREEK, _FIRST_PICTURE = 0x370, 0x1F000
_PUNCTUATION = [
    character
    for character in map(chr, range(_FIRST_GREEK, _FIRST_PICTURE))
    if unicodedata.category(character).startswith("P")
]
_NAMED_BELOW = re.compile("[\u05f3\u05f4\u2010-\u205f\uff00-\uff64]")
_COMMAS = "".join(
    character
    for character in _PUNCTUATION
    if unicodedata.category(character) == "Po" and not _NAMED_BELOW.match(character)
)
# Letters, their accents and whatever else is neither space nor punctuation.
_LETTER = (
    r"[^\s\x00-/:-@\[-`{-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7\u2010-\u205f\u2190-\u2bff"
    r"\u3000-\u3004\u3008-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
    rf"{re.escape(''.join(_PUNCTUATION))}{UNSPACED}]"
)
_NUMBER = rf"(?:(?<![\w.)\]])[-−–](?=\d))?\d+(?:[.,٫٬]\d+)*(?!{_LETTER})"
# Words in the sense of comparing, in scripts without spaces each character; then punctuation that
# may change what a text says.
_WORD = re.compile(
    rf"(?P<word>{_NUMBER}|[{UNSPACED}]|{_LETTER}+(?:['’ʼ]{_LETTER}+)*)"
    r"|(?P<left_out>\.(?:[ \xa0]?\.)+|…)"
    rf"|[.,;:!?()/%&@=+<>$€£¥§°×÷±≤≥≠‰、。，；：！？（）{_COMMAS}]"
)
# What stands before each line of a quotation in mail, and in plain text.
_BEFORE_QUOTED_LINE = re.compile(r"^[ \t]*>[> \t]*", re.MULTILINE)
# The number of a note, which stands in a text and does not belong to what it says.
_NOTE = re.compile(
    r"\[(?:\^\w{1,20}|\d{1,3}(?:[,–-] ?\d{1,3}){0,9}|[a-z])\](?!\w)|(?<=[^\W\d_]{4})[⁰¹²³⁴-⁹]+"
)
# What people do not see, or not as it is written.
_UNSEEN = frozenset(("hidden", "space", "shown"))
_INVISIBLE = re.compile(INVISIBLE)
# Letters that a character of a script without spaces stands for, about.
_LETTERS_OF_UNSPACED = 3
_APOSTROPHES = str.maketrans("’ʼ−–", "''--")
# Such a mark may begin so far before a stretch that it reaches into.
_FARTHEST_MARK_CHARACTERS = 5_000
_WORD_WITHOUT_SPACE = re.compile(f"[{UNSPACED}]")
# Words of the source that stand for "[…]" at most, and for words in brackets.
_MOST_LEFT_OUT, _MOST_REPLACED = 400, 12
# Pieces of a quotation at most: the last one is all the rest. Each is looked for at many places.
_MOST_PIECES = 50
_BREAK = re.compile(
    r"(?P<left_out>[\[(][ \xa0]?(?:…|\.(?:[ \xa0]?\.)+)[ \xa0]?[\])]|…|\.(?:[ \xa0]?\.)+)"
    r"|(?P<sic>[\[(]sic[!.]?[\])])"
    r"|(?P<inserted>\[(?=(?:[^\w\[\]\r\n]|\d){0,200}+[^\W\d])(?![^\W\d_]\])[^\]\r\n]{1,200}+\](?!\())",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SeenText:
    """A text of which people do not see all, such as Markdown, and the marks that say what."""

    text: str
    marks: Sequence[Mark] = ()

    @classmethod
    def of(cls, text: str, marks: Iterable[Mark], *, code: bool = True) -> SeenText:
        """A text with the marks of its structure; code within a paragraph is seen, or not."""
        kinds = _UNSEEN if code else {*_UNSEEN, "code"}
        return cls(text, [mark for mark in marks if mark.kind in kinds])

    def blank(self, span: Span) -> str:
        """A stretch of the text as people see it, with spaces for the rest: as long as it is."""
        seen = list(span.of(self.text)) if self.marks else []
        first = bisect_left(
            self.marks, span.start - _FARTHEST_MARK_CHARACTERS, key=lambda mark: mark.span.start
        )
        for at in range(first, len(self.marks)):
            mark = self.marks[at]
            if mark.span.start >= span.end:
                break
            part = mark.span.clip(span)
            if len(part):
                drawn = mark.text if mark.kind == "shown" and part == mark.span else ""
                blank = drawn.ljust(len(part)) if len(drawn) <= len(part) else " " * len(part)
                seen[part.start - span.start : part.end - span.start] = blank
        return "".join(seen) if seen else span.of(self.text)


@dataclass(frozen=True)
class Words:
    """Words and punctuation of a text, in order, with their places in it.

    The forms are as they are compared: in small letters, in one way of writing; `written` has
    capitals.
    """

    forms: Sequence[str]
    written: Sequence[str]
    spans: Sequence[Span]

    def __len__(self) -> int:
        return len(self.forms)

    def __getitem__(self, part: slice) -> Words:
        return Words(self.forms[part], self.written[part], self.spans[part])

    @property
    def span(self) -> Span:
        """From the first word to the last."""
        return Span(self.spans[0].start, self.spans[-1].end)

    @cached_property
    def joined(self) -> str:
        """All forms without anything between."""
        return "".join(self.forms)

    @cached_property
    def edges(self) -> Sequence[int]:
        """Where each word begins in `joined`, and the end."""
        return [0, *accumulate(map(len, self.forms))]

    def find_edge(self, offset: int) -> int | None:
        """The number of the word that begins at an offset of `joined`; None within a word."""
        number = bisect_left(self.edges, offset)
        return number if self.edges[number] == offset else None

    @property
    def are_capitals(self) -> bool:
        """Whether these are several words in capitals."""
        return len(self) > 1 and self.write().isupper()

    def write(self) -> str:
        """All words with their capitals, without anything between."""
        return "".join(self.written)

    def locate(self, part: slice) -> Span:
        """Where a part of the words stands; if it is empty, after the word before it."""
        if part.start < part.stop:
            return Span(self.spans[part.start].start, self.spans[part.stop - 1].end)
        at = self.spans[part.start - 1].end if part.start else self.spans[0].start
        return Span(at, at)

    def count(self) -> int:
        """How many words these are; two characters of Chinese or Japanese count as one."""
        spaced = sum(form[0].isalnum() and not _is_unspaced(form) for form in self.forms)
        return spaced + sum(map(_is_unspaced, self.forms)) // 2

    def trim(self) -> Words:
        """The words without punctuation at both ends."""
        start, end = 0, len(self)
        while start < end and is_punctuation(self.forms[start]):
            start += 1
        while end > start and is_punctuation(self.forms[end - 1]):
            end -= 1
        return self[start:end]


def is_punctuation(form: str) -> bool:
    """Whether a form is not a word."""
    return not any(map(str.isalnum, form))


def are_unspaced(forms: Sequence[str]) -> bool:
    """Whether most of some forms are characters of a script without spaces."""
    return 2 * sum(map(_is_unspaced, forms)) > len(forms)


def count_word_letters(forms: Iterable[str]) -> int:
    """How many letters and digits words have; a character of Chinese stands for several."""
    return sum(
        _LETTERS_OF_UNSPACED if _is_unspaced(form) else len(form)
        for form in forms
        if form[0].isalnum()
    )


def _is_unspaced(form: str) -> bool:
    return len(form) == 1 and _WORD_WITHOUT_SPACE.match(form) is not None


def split_seen_words(source: SeenText, span: Span) -> Words:
    """The words of a stretch of a text, without numbers of notes and dots for what is left out."""
    seen = source.blank(span)
    if "[" in seen or not seen.isascii():
        seen = _NOTE.sub(lambda note: " " * len(note[0]), seen)
    if ">" in seen:
        seen = _BEFORE_QUOTED_LINE.sub(lambda sign: " " * len(sign[0]), seen)
    forms, written, spans = [], [], []
    for match in _WORD.finditer(seen):
        if match["left_out"] is None and (word := _write_plainly(match[0])):
            written.append(word)
            forms.append(word.casefold())
            start, end = match.span()
            spans.append(Span(span.start + start, span.start + end))
    return Words(forms, written, spans)


def _write_plainly(word: str) -> str:
    """A word in one of the ways to write it: ligatures as letters, no soft hyphens."""
    if word.isascii():
        return word
    word = _INVISIBLE.sub("", word).translate(_APOSTROPHES)
    return unicodedata.normalize("NFKC", word)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that follow each other in the source, before which so many may be left out."""

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
    """The pieces of a quotation that stands in a text: so many at most that all are soon found."""
    seen = source.blank(span)
    breaks = list(_BREAK.finditer(seen))
    parts = []
    start, most, first = span.start, 0, True
    for found in [*breaks[: _MOST_PIECES - 1], None]:
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
