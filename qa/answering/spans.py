"""Spans as a person would have marked them: whole words and addresses, nothing stray."""

from __future__ import annotations

import re
import unicodedata

from index import Passage, Span
from index.text import UNSPACED, split_sentences

_STRAY_BEFORE = ",;:.!?–—-•*_#>|·…)]}”»`、，；：。！？」』）،؛؟।"
_STRAY_AFTER = ",;:–—-•*_#|·([{`„、，；：「『（¿¡،؛"
# What opens the part that each closes; quotation marks are turned round in some languages.
_OPENING = {**dict(zip(")]}）」』»«", "([{（「『«»", strict=True)), "”": "“„", "“": "„"}
# Vowels of Thai and Lao that follow their letter, and are no marks.
_VOWELS_AFTER = "\u0e30\u0e32\u0e33\u0e45\u0eb0\u0eb2\u0eb3"
_FULL_STOPS, _OTHER_ENDS = ".।۔。", "!?…！？؟"
_ABBREVIATION = re.compile(r"(?<![\w.@/-])\d*(?:[^\W\d_]{1,4}\.-?){2,}\Z")
_UNSPACED = re.compile(f"[{UNSPACED}]")
# Letters within which the rest of a number or an address is looked for.
_MOST_LETTERS_BESIDE = 60
_DIGITS = r"(?<!\d)(?<!\d[.,٫٬’'])\d++(?:[.,٫٬’']\d++)*+"
_CURRENCY = r"(?:[A-Z]{0,3}[$£¥€¢฿\u20a0-\u20cf]|(?:[A-Z]{3}|kr|Fr|Rs|Rp)\.?)[ \xa0\u202f]?"
# What says something else without its ends: -€ 5, .75, +39, "12,–" and 5.00-; addresses.
_WHOLE = re.compile(
    rf"(?<![\w)\]}}%])(?<!\d[ \xa0])(?:[-−–－+±△▲](?:{_CURRENCY})?|\.){_DIGITS}"
    rf"(?:[.,][-–—]{{1,2}}(?![ \xa0]?\d|\w))?"
    rf"|{_DIGITS}(?:[.,][-–—]{{1,2}}|(?<=[.,]\d\d)[-−])(?![ \xa0]?\d|\w)"
    r"|(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[^\s,;<>\"]+[^\s,;<>\".)!?]"
)


def tidy_span(text: str, span: Span) -> Span:
    """The span grown to whole words, amounts and addresses, without punctuation at its edges.

    Its punctuation stays if nothing else would be left.
    """
    start, end = span.start, span.end
    while start > 0 and start < len(text) and _is_inside_word(text, start):
        start -= 1
    while 0 < end < len(text) and _is_inside_word(text, end):
        end += 1
    words = Span(start, end)
    start, end = _strip_punctuation(text, start, end)
    start, end = _complete(text, start, end)
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


def _complete(text: str, start: int, end: int) -> tuple[int, int]:
    """The span grown to the whole of an address, and to the sign of a number."""
    for whole in _WHOLE.finditer(
        text, max(0, start - _MOST_LETTERS_BESIDE), end + _MOST_LETTERS_BESIDE
    ):
        if whole.start() < end and start < whole.end():
            start, end = min(start, whole.start()), max(end, whole.end())
    return start, end


def _is_inside_word(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if _is_mark(after):
        return True
    letters = before.isalnum() or _is_mark(before), after.isalnum()
    return all(letters) and not _UNSPACED.search(before + after)


def _is_mark(character: str) -> bool:
    """Whether it belongs to the letter before it: an accent, or a vowel sign."""
    return character in _VOWELS_AFTER or unicodedata.category(character).startswith("M")


def _strip_punctuation(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in _STRAY_BEFORE):
        start += 1
    while end > start and (text[end - 1].isspace() or _ends_in_stray_mark(text[start:end])):
        end -= 1
    return start, end


def _ends_in_stray_mark(words: str) -> bool:
    """Whether words end in what is no part of an answer, such as a bracket without its partner.

    A full stop mostly ends the sentence; some end an abbreviation, or words that are a sentence.
    """
    mark = words[-1]
    if opening := _OPENING.get(mark):
        return words.count(mark) > sum(map(words.count, opening))
    if mark in _FULL_STOPS:
        word = words.split()[-1]
        is_short = len(word) <= 3 and word[:1].isupper() and word[:-1].isalpha()
        return not (is_short or _ABBREVIATION.search(word) or words.count(" ") > 7)
    return mark in _STRAY_AFTER or (mark in _OTHER_ENDS and " " not in words)
