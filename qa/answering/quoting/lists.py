"""Lists, quoted whole from one of their members.

If the source has items, they are the members. A list in running text is what the reader makes of
it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit, Passage, Span
from qa.answering.quoting.item_lists import find_own_items, find_quoted_item, find_whole_list
from qa.answering.spans import sentence_around, strip_marker
from qa.reader.reading import Reading, ScoredSpan

# Lines may be wrapped within a member, but it ends where an item or a paragraph begins.
_MEMBER = r"(?:[^,;:.()\n]|\n(?![ \t]*(?:\n|[-*•]|\d))){1,60}?"
# ", hay and grains": what a list goes on with, and its end.
_REST = re.compile(
    rf"(?:,\s++(?!(?:and|or)\b){_MEMBER}(?=,|\s++(?:and|or)\s))*"
    rf",?\s++(?:and|or)\s++{_MEMBER}(?=[.;:,)]|\s*+\(|$)"
)
_JOINED = re.compile(r"\b(?:and|or)\b")
# An item that names something and goes on to say what it is: "NULL. The value is a null value".
_NAMED_ITEM = re.compile(
    r"(?P<name>[^\s.:;,(][^.:;,\n]{0,40}?)(?P<mark>[.:]|[ ][–—-])\s+(?P<rest>\D.*)", re.DOTALL
)
_MOST_NAME_WORDS, _LEAST_REST_WORDS = 4, 4
_BLANK_LINE = "\n\n"
_LINE = re.compile(r"^[ \t]*(?P<words>\S(?:.*\S)?)[ \t]*$", re.MULTILINE)
_LEAST_LINES, _LONGEST_LINE = 3, 48
# What a line ends in that is, or goes on with, a sentence.
_LINE_GOES_ON = ".,;:!?-–("
# A member of a list scores at most this gap below the best one, and at least this (log odds).
_MEMBER_GAP = 1.5
_LEAST_MEMBER = -1.0
# A list is quoted whole if this share of its items hold a span that scores at most so much
# lower (log odds) than the best. On 441 questions on real documents that answers four more, and
# changes nothing on 400 of SQuAD.
_LEAST_RIVALS, _RIVAL_GAP = 0.5, 2.0
_LEAST_RIVAL_SENTENCE = 0.5
_SHORTEST_LIST = 3
# A longer span is quoted if it scores at most this much (log odds) lower.
_FULLER_GAP = 0.5
# So is the whole list of a sentence, if the question does not ask for one. A gap of 1 costs
# half a point of exact match on SQuAD.
_SPELLED_GAP = 0.3
# Three members at least.
_ENUMERATION = re.compile(r"[^,;:.]+,\s(?:[^,;:.]+,\s)*[^,;:.]*\b(?:and|or)\s[^,;:.]+")
_SEVERAL = re.compile(r",|;|\n| and | or |、")


@dataclass(frozen=True, slots=True)
class QuotedList:
    """The members of a list that are quoted.

    Attributes:
        passage: they are quoted from it: the one that was found, or a longer one if the list goes
            on in the next passages.
        members: in the text of that passage, in reading order.
        more: how many members more the list has in its source.
    """

    passage: Passage
    members: tuple[Span, ...]
    more: int = 0


def find_members(hit: Hit, best: Span, reading: Reading) -> QuotedList:
    """The members of a list: its items, one span that spells it out, or spans that stand apart.

    Args:
        best: the best span of the hit's passage.
        reading: of the passage, with tidy spans.
    """
    passage, text = hit.passage, hit.passage.text
    item = find_quoted_item(passage, best)
    if item is not None and len(find_own_items(passage, item).items) > 1:
        found = find_whole_list(hit, item)
        names = find_item_names(found.passage.text, found.members)
        return QuotedList(found.passage, names or found.members, found.more)
    lines = find_short_lines(passage, best)
    if lines:
        return QuotedList(passage, lines)
    wider = _list_wider_spans(passage, best, reading, _FULLER_GAP)
    # A whole sentence around the list may score nearly as well.
    spelled = next((span for span in wider if _ENUMERATION.fullmatch(span.of(text))), None)
    whole = spelled or extend_to_list_end(passage, max(wider, key=len))
    if _SEVERAL.search(whole.of(text)) or not reading.spans:
        return QuotedList(passage, (whole,))
    lowest = max(reading.spans[0].score - _MEMBER_GAP, _LEAST_MEMBER)
    members = [best]
    for scored in reading.spans:
        span = scored.span
        if scored.score >= lowest and not any(span.overlaps(other) for other in members):
            members.append(span)
    return QuotedList(passage, tuple(sorted(members)))


def find_rival_items(
    hit: Hit, best: Span, reading: Reading, sentences: Sequence[ScoredSpan]
) -> QuotedList | None:
    """All items of the list that the best span is in, if the reader can't tell them apart.

    It can't if most of them hold a span, or are a sentence, that scores nearly as well as the
    best. None if it can, or if there is no list. What a sentence lists is one item, and the reader
    scores it as a whole.

    Args:
        sentences: the passage's.
    """
    passage = hit.passage
    lowest = reading.spans[0].score - _RIVAL_GAP
    near = [scored.span for scored in reading.spans if scored.score >= lowest]
    item = find_quoted_item(passage, best)
    items = find_own_items(passage, item).members if item else ()
    if item and len(items) >= _SHORTEST_LIST and any(item.holds(best) for item in items):
        highest = max((each.score for each in sentences), default=0.0)
        near += [
            strip_marker(passage, each.span)
            for each in sentences
            if each.score >= max(_LEAST_RIVAL_SENTENCE, highest - _RIVAL_GAP)
        ]
        rivals = sum(any(item.overlaps(span) for span in near) for item in items)
        if rivals < _LEAST_RIVALS * len(items):
            return None
        found = find_whole_list(hit, item)
        return QuotedList(found.passage, found.members, found.more)
    whole = max(_list_wider_spans(passage, best, reading, _SPELLED_GAP), key=len)
    is_list = _ENUMERATION.fullmatch(whole.of(passage.text))
    return QuotedList(passage, (whole,)) if is_list else None


def _list_wider_spans(passage: Passage, best: Span, reading: Reading, gap: float) -> list[Span]:
    """The best span, and those around it within its sentence that score nearly as well.

    Args:
        gap: how much lower they may score, in log odds.
    """
    sentence = sentence_around(passage, best)
    lowest = reading.spans[0].score - gap if reading.spans else 0.0
    near = (scored.span for scored in reading.spans if scored.score >= lowest)
    return [best, *(span for span in near if span.holds(best) and sentence.holds(span))]


def extend_to_list_end(passage: Passage, span: Span) -> Span:
    """The span, extended to the last member of the list in its sentence."""
    text = passage.text
    if _JOINED.search(span.of(text)):
        return span
    rest = _REST.match(text, span.end)
    if rest is None or rest.end() > sentence_around(passage, span).end:
        return span
    return Span(span.start, rest.end())


def find_short_lines(passage: Passage, span: Span) -> tuple[Span, ...]:
    """All lines of the paragraph that holds the span, where each is short and no sentence.

    So lists stand without signs: ingredients, names, times. A first line that ends with a colon
    leads in, and is none of them. Empty if they are fewer than three.
    """
    text = passage.text
    start = max(text.rfind(_BLANK_LINE, 0, span.start), 0)
    end = text.find(_BLANK_LINE, span.end)
    block = _LINE.finditer(text, start, end if end >= 0 else len(text))
    lines = [strip_marker(passage, Span(*line.span("words"))) for line in block]
    if lines and lines[0].of(text).endswith(":"):
        del lines[0]
    if len(lines) < _LEAST_LINES or not all(_is_short_line(text, line) for line in lines):
        return ()
    return tuple(lines) if Span(lines[0].start, lines[-1].end).holds(span) else ()


def _is_short_line(text: str, line: Span) -> bool:
    return len(line) <= _LONGEST_LINE and text[line.end - 1] not in _LINE_GOES_ON


def find_item_names(text: str, items: Sequence[Span]) -> tuple[Span, ...]:
    """The names with which items begin, where each says in some words what it names.

    Empty if an item does not, or if the names are not set off alike. In "Monday: 9 to 5" the
    number is not an explanation.
    """
    matches = [_NAMED_ITEM.fullmatch(item.of(text)) for item in items]
    named = [match for match in matches if match is not None and _explains_name(match)]
    if len(named) < len(items) or len({match["mark"] for match in named}) > 1:
        return ()
    return tuple(
        Span(*match.span("name")).shift(item.start)
        for match, item in zip(named, items, strict=True)
    )


def _explains_name(item: re.Match[str]) -> bool:
    return (
        len(item["name"].split()) <= _MOST_NAME_WORDS
        and len(item["rest"].split()) >= _LEAST_REST_WORDS
    )
