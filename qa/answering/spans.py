"""Spans as a person would have marked them: whole words, names and addresses, nothing stray."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from index import Passage, Span
from index.text import UNSPACED, split_sentences

_STRAY_BEFORE = ",;:.!?–—-•*_#>|·…)]}”»`、，；：。！？」』）،؛؟।"
_STRAY_AFTER = ",;:–—-•*_#|·([{“«`„、，；：「『（¿¡،؛"
# Vowels of Thai and Lao that follow their letter, and are no marks.
_VOWELS_AFTER = "\u0e30\u0e32\u0e33\u0e45\u0eb0\u0eb2\u0eb3"
_ENDS = ".!?…。！？؟।۔"
_UNSPACED = re.compile(f"[{UNSPACED}]")
# What no address goes on behind; and the characters within which it is looked for.
_BREAK = re.compile(rf"[\s{UNSPACED}]")
_LONGEST_BESIDE = 2_000
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[^\s,;<>\"]+[^\s,;<>\".)!?]"
)
# Not within a word, nor behind another mark.
_NOT_WITHIN = r"(?<![^\s(\[{<«“‘„\"'`])"
# What belongs to the number or the name that it begins: -5, .75, --verbose, .NET, #help,
# __init__.py; not _emphasis_.
_BEGINS_WORD = re.compile(
    r"[-–.](?=\d)"
    rf"|{_NOT_WITHIN}(?:(?:--?|\.|\#)(?=[^\W\d_])|__[^\W_]{{1,60}}__(?=\.\w|\())"
)

# Names whose parts are joined without a space: std::sort, numpy.linalg, max_tokens, --dry_run.
# In prose, a slash or a hyphen joins words that stand alone, too, and a full stop without a space
# may end a sentence: it joins what goes on in small letters.
_PROSE_NAME = re.compile(
    rf"(?:{_NOT_WITHIN}(?:--(?=[a-z])|\.(?=[^\W\d_])|__(?=[^\W_]{{1,60}}__(?:\.\w|\())))?+"
    r"[^\W_]++(?:(?:_*+(?:::|->|@|\$(?!\d)|(?<=[^\W\d])\.(?=_*+[a-z]))_*+|_{1,2}+)[^\W_]++)*+"
)
# In code they all join, and more may begin a name: /etc/hosts, ~/.profile, $HOME, @property, -v.
_CODE_NAME = re.compile(
    rf"(?:{_NOT_WITHIN}[-.$@~/]{{1,3}}+(?=\w))?+\w++(?:(?:::|->|[-.$@/\\#])\w++)*+"
)


def tidy_span(text: str, span: Span, code: Sequence[Span] = ()) -> Span:
    """The span grown to whole words, names and addresses, without punctuation at its edges.

    Its punctuation stays if nothing else would be left. Names are longer in the stretches of the
    text that are `code`.
    """
    start, end = span.start, span.end
    while start > 0 and start < len(text) and _is_inside_word(text, start):
        start -= 1
    while 0 < end < len(text) and _is_inside_word(text, end):
        end += 1
    words = Span(start, end)
    start, end = _strip_punctuation(text, start, end)
    start, end = _complete_names(text, start, end, code)
    start, end = _complete_address(text, start, end)
    return Span(start, end) if start < end else words


def sentence_around(passage: Passage, span: Span) -> Span:
    """The sentence or sentences of a passage that hold a span of its text."""
    start, end = span.start, span.end
    for first, last in split_sentences(passage.text, passage.language):
        if first < span.end and last > span.start:
            start, end = min(start, first), max(end, last)
    without_marker = strip_marker(passage, Span(start, end))
    return without_marker if without_marker.start <= span.start else Span(start, end)


def strip_marker(passage: Passage, sentence: Span) -> Span:
    """A sentence of a passage without the marker of the item that it begins."""
    for item in passage.own_blocks:
        if item.begin <= sentence.start < item.span.start < sentence.end:
            return Span(item.span.start, sentence.end)
    return sentence


def find_code(passage: Passage) -> tuple[Span, ...]:
    """The stretches of a passage's text that are code: blocks of it, and within paragraphs."""
    within = (mark.span.shift(-passage.span.start) for mark in passage.marks if mark.kind == "code")
    return (*(block.span for block in passage.own_blocks if block.kind == "code"), *within)


def _complete_names(text: str, start: int, end: int, code: Sequence[Span]) -> tuple[int, int]:
    """The span grown to the whole of the names that it begins and ends in."""
    if start < end:
        start = _find_name(text, start, start, code).start
        end = _find_name(text, end - 1, end, code).end
    return start, end


def _find_name(text: str, within: int, edge: int, code: Sequence[Span]) -> Span:
    """The name in which an edge and the character `within` lie; empty if they lie in none."""
    # Most edges lie beside white space, which is in no name.
    if text[max(0, edge - 1) : edge].isspace() or text[edge : edge + 1].isspace():
        return Span(edge, edge)
    first, last = edge - len(_read_before(text, edge)), edge + len(_read_behind(text, edge))
    pattern = _PROSE_NAME
    for stretch in code:
        if stretch.start <= within < stretch.end:
            pattern = _CODE_NAME
            first, last = max(first, stretch.start), min(last, stretch.end)
    for name in pattern.finditer(text[first:last]):
        begin, stop = first + name.start(), first + name.end()
        if begin < edge < stop and begin <= within:
            return Span(begin, stop)
    return Span(edge, edge)


def _read_before(text: str, at: int) -> str:
    return _BREAK.split(text[max(0, at - _LONGEST_BESIDE) : at])[-1]


def _read_behind(text: str, at: int) -> str:
    return _BREAK.split(text[at : at + _LONGEST_BESIDE], maxsplit=1)[0]


def _complete_address(text: str, start: int, end: int) -> tuple[int, int]:
    """The span grown to the whole of an e-mail or web address, and to the "+" of a number."""
    if start and text[start - 1] == "+" and text[start : start + 1].isdigit():
        start -= 1
    first = start - len(_read_before(text, start))
    for address in _ADDRESS.finditer(text[first : end + len(_read_behind(text, end))]):
        begin, stop = first + address.start(), first + address.end()
        if begin < end and start < stop:
            start, end = min(start, begin), max(end, stop)
    return start, end


def _is_inside_word(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if _is_mark(after):
        return True
    letters = before.isalnum() or _is_mark(before), after.isalnum()
    return all(letters) and not _UNSPACED.search(before + after)


def _is_mark(character: str) -> bool:
    """Whether it belongs to the letter before it: an accent, or a vowel sign."""
    if character.isascii():
        return False
    return character in _VOWELS_AFTER or unicodedata.category(character).startswith("M")


def _strip_punctuation(text: str, start: int, end: int) -> tuple[int, int]:
    while (
        start < end
        and (text[start].isspace() or text[start] in _STRAY_BEFORE)
        and not _BEGINS_WORD.match(text, start, end)
    ):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _STRAY_AFTER):
        if text[end - 1] == "#" and end - start > 1 and text[end - 2].isalpha():
            break
        end -= 1
    # A full stop mostly ends the sentence, not the answer.
    if end - start > 1 and text[end - 1] in _ENDS and not _keeps_final_mark(text, start, end):
        end -= 1
    return start, end


def _keeps_final_mark(text: str, start: int, end: int) -> bool:
    """Whether the mark at the end belongs to an abbreviation, or the span is a sentence."""
    if text[end - 1] != ".":
        return " " in text[start:end]
    word = text[start:end].split()[-1]
    whole_sentence = " " in text[start:end].strip() and text[start:end].count(" ") > 7
    return "." in word[:-1] or (len(word) <= 3 and word[:1].isupper()) or whole_sentence
