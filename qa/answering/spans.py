"""Spans as a person would have marked them: whole words, dates, addresses, nothing stray."""

from __future__ import annotations

import re

from index import Span
from index.text import BULLET, ITEM_NUMBER, LONGEST_RECORD_KEY, MONTH, RECORD_KEY, split_sentences

_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "‘": "’", "«": "»", "„": "“", "「": "」"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_STRAY_BEFORE = " \t\r\n,;:.!?–—-•*_#>|·…)]}”»`"
_STRAY_AFTER = " \t\r\n,;:–—-•*_#|·([{“«`"
_ENDS = ".!?…。！？"
# Where the next item of a list begins, or the next record: "lock_code:7714".
_ITEM = re.compile(rf"\n(?:[^\S\n]*+(?:{BULLET}|{ITEM_NUMBER})\s|{RECORD_KEY}[:=](?!//|[:=])\S)")
# A task that is done or to do: "- [x] pack the tent".
_CHECKBOX = re.compile(r"\[[ xX]\]\s*")
_MARKER = re.compile(rf"(?:{BULLET}|{ITEM_NUMBER})\s+(?:{_CHECKBOX.pattern})?")
_ASKING_LINE = re.compile(r"[ \t]*(?:Q|Question)[ ]?\d{0,3}[:.)][ \t]")
_ORDINAL = re.compile(
    r"^[ \t]*(?:#+[ \t]+|(?:chapter|section|step|part|appendix|figure|table)[ \t]+)?"
    r"(\d{1,3}(?:\.\d{1,3})*[.)]?)(?=[ \t]+[^\W\d])(?:(?<=[.)])|(?<=\d\.\d)|(?<=\d\.\d\d))",
    re.MULTILINE | re.IGNORECASE,
)
# Where the next cell of a row begins, and the next row.
_CELL = re.compile(r"\t")
_ROW = re.compile(r"\n(?=[^\n]*\t)")
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[^\s,;<>\"]+[^\s,;<>\".)!?]"
)
_MONTH = re.compile(rf"{MONTH}\b")
_DAY_BEFORE = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)? (?:of )?$")
# Digits before a span that starts with one, and after one that ends with one: 2024-|10-28.
_DIGITS_BEFORE, _DIGITS_AFTER = (
    re.compile(r"\d+(?:[-/.:]\d+)*[-/.:]$"),
    re.compile(r"(?:[-/.:]\d+)+"),
)
# "212 metres long": the measure says it all.
_MEASURE = re.compile(r"(?<!\S)\d[\d.,]*\s?[^\W\d]\S*(?P<adjective> (?:long|wide|deep))\Z")
# Characters within which the other half of a pair, or the rest of an address, is looked for.
_PAIR_REACH = 60


def tidy_span(text: str, span: Span) -> Span:
    """The span grown to whole words, dates and brackets, without punctuation at its edges.

    It ends before a list item or a record of which it holds only the beginning, and in the table
    cell in which it starts. Its punctuation stays where nothing else would be left.
    """
    start, end = _cut_partial_end(text, span.start, span.end)
    if (box := _CHECKBOX.match(text, start, end)) and box.end() < end:
        start = box.end()
    while start > 0 and start < len(text) and _is_inside_word(text, start):
        start -= 1
    while 0 < end < len(text) and _is_inside_word(text, end):
        end += 1
    words = Span(start, end)
    start, end = _strip_punctuation(text, start, end)
    start, end = _balance_pairs(text, start, end)
    start, end = _strip_punctuation(text, start, end)
    start, end = _drop_outer_brackets(text, start, end)
    start, end = _complete_dates(text, start, end)
    start, end = _complete_address(text, start, end)
    measure = _MEASURE.search(text[start:end])
    end -= len(measure["adjective"]) if measure else 0
    return Span(start, end) if start < end else words


def sentence_around(text: str, span: Span) -> Span:
    """The sentence or sentences that hold the span."""
    start, end = span.start, span.end
    for first, last in split_sentences(text):
        if first < span.end and last > span.start:
            start, end = min(start, first), max(end, last)
    without_marker = strip_marker(text, Span(start, end))
    return without_marker if without_marker.start <= span.start else Span(start, end)


def strip_marker(text: str, sentence: Span) -> Span:
    """A sentence without the mark of a list's item before it."""
    marker = _MARKER.match(text, sentence.start, sentence.end)
    # A mark alone is all there is to quote.
    return Span(marker.end(), sentence.end) if marker and marker.end() < sentence.end else sentence


def is_checkbox(text: str, span: Span) -> bool:
    """Whether a span is the box of a task, or a part of it."""
    box = _CHECKBOX.match(text, max(0, text.rfind("[", 0, span.end)))
    return box is not None and box.start() <= span.start and span.end <= box.end()


def is_in_question(text: str, span: Span) -> bool:
    """Whether a span stands in a line that asks: "Q: How deep is it?"."""
    return _ASKING_LINE.match(text, text.rfind("\n", 0, span.start) + 1, span.end) is not None


def is_ordinal_mark(text: str, span: Span) -> bool:
    """Whether a span is the number of a heading or of a list's item: "3." or "2.1" at its start."""
    return any(
        mark.start(1) <= span.start and span.end <= mark.end(1)
        for mark in _ORDINAL.finditer(text, max(0, text.rfind("\n", 0, span.start)), span.end + 3)
    )


def _cut_partial_end(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without a part of another item or cell at its end."""
    reach = min(len(text), end + LONGEST_RECORD_KEY + 8)
    items = [item for item in _ITEM.finditer(text, start, reach) if item.start() < end]
    if items:
        last = items[-1]
        after = text.find("\n", last.end())
        item_ends = len(text) if after < 0 else after
        if end < len(text[:item_ends].rstrip(" .;,")) and text[start : last.start()].strip():
            end = last.start()
    cells = text[start:end].strip("\t ")
    lead = text.index(cells, start) if cells else start
    for border in (_CELL.search(text, lead), _ROW.search(text, lead)):
        if border and lead < border.start() < end:
            start, end = lead, border.start()
    return start, end


def _complete_address(text: str, start: int, end: int) -> tuple[int, int]:
    """The span grown to the whole of an e-mail or web address, and to the "+" of a number."""
    if start and text[start - 1] == "+" and text[start : start + 1].isdigit():
        start -= 1
    for address in _ADDRESS.finditer(text, max(0, start - _PAIR_REACH), end + _PAIR_REACH):
        if address.start() < end and start < address.end():
            start, end = min(start, address.start()), max(end, address.end())
    return start, end


def _complete_dates(text: str, start: int, end: int) -> tuple[int, int]:
    """The span grown to whole dates and times: 27 June, 2024-10-28, 03:30."""
    if start >= end:
        return start, end
    if _MONTH.match(text, start) and (day := _DAY_BEFORE.search(text, max(0, start - 12), start)):
        start = day.start()
    if text[start].isdigit() and (digits := _DIGITS_BEFORE.search(text, max(0, start - 12), start)):
        start = digits.start()
    if text[end - 1].isdigit() and (digits := _DIGITS_AFTER.match(text, end)):
        end = digits.end()
    return start, end


def _is_inside_word(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if not (before.isalnum() and after.isalnum()):
        # A combining mark belongs to the letter before it.
        return not after.isspace() and not after.isprintable()
    return not (_is_cjk(before) or _is_cjk(after))


def _is_cjk(character: str) -> bool:
    return "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff"


def _strip_punctuation(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _STRAY_BEFORE and not _starts_number(text, start, end):
        start += 1
    while end > start and text[end - 1] in _STRAY_AFTER:
        end -= 1
    # A full stop mostly ends the sentence, not the answer.
    if end - start > 1 and text[end - 1] in _ENDS and not _keeps_final_mark(text, start, end):
        end -= 1
    return start, end


def _starts_number(text: str, start: int, end: int) -> bool:
    """A sign or point before a digit: -5, .75."""
    return text[start] in "-–." and start + 1 < end and text[start + 1].isdigit()


def _keeps_final_mark(text: str, start: int, end: int) -> bool:
    """Whether the mark at the end belongs to an abbreviation, or the span is a sentence."""
    if text[end - 1] != ".":
        return " " in text[start:end]
    word = text[start:end].split()[-1]
    whole_sentence = " " in text[start:end].strip() and text[start:end].count(" ") > 7
    return "." in word[:-1] or (len(word) <= 3 and word[:1].isupper()) or whole_sentence


def _balance_pairs(text: str, start: int, end: int) -> tuple[int, int]:
    """Fetch the missing half of a bracket or quotation nearby, else drop the half that is there."""
    open_at: list[int] = []
    for at in range(start, end):
        character = text[at]
        if character in _PAIRS:
            open_at.append(at)
        elif character in _CLOSERS and character != "’":
            if open_at:
                open_at.pop()
                continue
            opener = text.rfind(_CLOSERS[character], max(0, start - _PAIR_REACH), start)
            if opener >= 0:
                start = opener
            elif at == end - 1:
                end = at
    for at in reversed(open_at):
        closer = text.find(_PAIRS[text[at]], end, end + _PAIR_REACH)
        if closer >= 0:
            end = closer + 1
        elif at == start:
            start = at + 1
        elif text[at] != "‘":
            end = at
    if text[start:end].count('"') % 2:
        start, end = _balance_straight_quote(text, start, end)
    return start, end


def _drop_outer_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without round brackets around all of it: 1908 of (1908)."""
    inner = text[start + 1 : end - 1]
    if text[start:end] == f"({inner})" and inner.strip() and not set(inner) & set("()"):
        return _strip_punctuation(text, start + 1, end - 1)
    return start, end


def _balance_straight_quote(text: str, start: int, end: int) -> tuple[int, int]:
    if text[start] == '"' or (end < len(text) and text[end] == '"'):
        if end < len(text) and text[end] == '"':
            return start, end + 1
        closer = text.find('"', end, end + _PAIR_REACH)
        return (start, closer + 1) if closer >= 0 else (start + 1, end)
    if text[end - 1] == '"' or (start > 0 and text[start - 1] == '"'):
        if start > 0 and text[start - 1] == '"':
            return start - 1, end
        opener = text.rfind('"', max(0, start - _PAIR_REACH), start)
        return (opener, end) if opener >= 0 else (start, end - 1)
    return start, end
