"""Lists in a text, found whole from one of their members."""

from __future__ import annotations

import re

from index import BULLET, ITEM_NUMBER, Span
from qa.answering.spans import sentence_around, tidy_span

# Lines may be wrapped within a member, but it ends where an item or a paragraph begins.
_MEMBER = r"(?:[^,;:.()\n]|\n(?![ \t]*(?:\n|[-*•]|\d))){1,60}?"
# ", hay and grains": what a list goes on with, and its end.
_REST = re.compile(
    rf"(?:,\s+(?!(?:and|or)\b){_MEMBER}(?=,|\s+(?:and|or)\s))*"
    rf",?\s+(?:and|or)\s+{_MEMBER}(?=[.;:,)]|\s*\(|$)"
)
_JOINED = re.compile(r"\b(?:and|or)\b")
_ITEM = re.compile(rf"^[ \t]*(?:{BULLET}|{ITEM_NUMBER})[ \t]+(\S.*)$", re.MULTILINE)
# What announces a list in the same sentence: "the full list: Armenia, Brazil".
_LABEL = re.compile(r"[^,;:.\n]{1,40}:\s+")
# A span stands for a list item that it begins, or of which it holds at least this share.
_LEAST_SHARE = 0.8


def extend_to_list_end(text: str, span: Span) -> Span:
    """The span, extended to the last member of the list in its sentence."""
    if _JOINED.search(span.of(text)):
        return span
    rest = _REST.match(text, span.end)
    if rest is None or rest.end() > sentence_around(text, span).end:
        return span
    return Span(span.start, rest.end())


def strip_list_label(text: str, listed: Span) -> Span:
    """The list without the label before it; unchanged where several parts have labels."""
    label = _LABEL.match(text, listed.start, listed.end)
    if label is None or ": " in text[label.end() : listed.end]:
        return listed
    return Span(label.end(), listed.end)


def find_list_items(text: str, span: Span) -> tuple[Span, ...]:
    """All items, a line each, of the list that the span is an item of; none where it is in none."""
    items = list(_ITEM.finditer(text))
    for number, item in enumerate(items):
        start, end = item.span(1)
        if start <= span.start and span.end <= end:
            if span.start > start and len(span) < _LEAST_SHARE * (end - start):
                return ()
            first = last = number
            while first > 0 and _are_adjacent(text, items[first - 1], items[first]):
                first -= 1
            while last + 1 < len(items) and _are_adjacent(text, items[last], items[last + 1]):
                last += 1
            return tuple(tidy_span(text, Span(*item.span(1))) for item in items[first : last + 1])
    return ()


def _are_adjacent(text: str, above: re.Match[str], below: re.Match[str]) -> bool:
    return not text[above.end() : below.start()].strip()
