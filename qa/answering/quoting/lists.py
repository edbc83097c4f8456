"""Lists in a text, quoted whole from one of their members."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import Block, Passage, Span
from qa.answering.spans import sentence_around, strip_marker, tidy_span
from qa.reader.reading import Reading, ScoredSpan

# Lines may be wrapped within a member, but it ends where an item or a paragraph begins.
_MEMBER = r"(?:[^,;:.()\n]|\n(?![ \t]*(?:\n|[-*•]|\d))){1,60}?"
# ", hay and grains": what a list goes on with, and its end.
_REST = re.compile(
    rf"(?:,\s++(?!(?:and|or)\b){_MEMBER}(?=,|\s++(?:and|or)\s))*"
    rf",?\s++(?:and|or)\s++{_MEMBER}(?=[.;:,)]|\s*+\(|$)"
)
_JOINED = re.compile(r"\b(?:and|or)\b")
# What the members of a sentence that is laid out as a list end in.
_ITEM_END = re.compile(r"(?:[,;]\s*+(?:and|or)?+|\s(?:and|or))\s*+$")
# A line with a label, such as the head of a letter: "Present: Ann (chair), Bo, Cy".
_LABELLED_LINE = re.compile(r"^[^,;:.\n]{1,30}:[ \t]+(?P<words>\S[^\n;]*)$", re.MULTILINE)
# Commas in such a line, from which on it is a list; those in brackets part nothing.
_COMMA = re.compile(r"\([^()\n]*\)|,\s")
_LEAST_COMMAS = 2
# What is in no lead-in: it would be more than one sentence.
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)|。")
# What announces a list in the same sentence: "the full list: Armenia, Brazil".
_LABEL = re.compile(r"[^,;:.\n]{1,40}:\s+")
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
# A span stands for a list item that it begins, or of which it holds at least this share.
_LEAST_SHARE = 0.8
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


def find_members(passage: Passage, best: Span, reading: Reading) -> tuple[Span, ...]:
    """The members of a list: its items, one span that spells it out, or spans that stand apart.

    Args:
        best: the best span of the passage.
        reading: of the passage, with tidy spans.
    """
    text = passage.text
    items = find_list_items(passage, best) or find_short_lines(passage, best)
    if len(items) > 1:
        return find_item_names(text, items) or items
    labelled = find_labelled_list(passage, best)
    if labelled is not None:
        return (labelled,)
    wider = _list_wider_spans(passage, best, reading, _FULLER_GAP)
    # A whole sentence around the list may score nearly as well.
    spelled = next((span for span in wider if _ENUMERATION.fullmatch(span.of(text))), None)
    whole = spelled or extend_to_list_end(passage, max(wider, key=len))
    if _SEVERAL.search(whole.of(text)) or not reading.spans:
        return (strip_list_label(text, whole),)
    lowest = max(reading.spans[0].score - _MEMBER_GAP, _LEAST_MEMBER)
    members = [best]
    for scored in reading.spans:
        span = scored.span
        if scored.score >= lowest and not any(span.overlaps(other) for other in members):
            members.append(span)
    return tuple(sorted(members))


def find_rival_items(
    passage: Passage, best: Span, reading: Reading, sentences: Sequence[ScoredSpan]
) -> tuple[Span, ...]:
    """All items of the list that the best span is in, if the reader can't tell them apart.

    It can't if most of them hold a span, or are a sentence, that scores nearly as well as the
    best. Empty if it can, or if there is no list. What a labelled line or a sentence lists
    is one item, and the reader scores it as a whole.

    Args:
        sentences: the passage's.
    """
    lowest = reading.spans[0].score - _RIVAL_GAP
    near = [scored.span for scored in reading.spans if scored.score >= lowest]
    items = find_list_items(passage, best)
    if len(items) >= _SHORTEST_LIST and any(item.holds(best) for item in items):
        highest = max((each.score for each in sentences), default=0.0)
        near += [
            strip_marker(passage, each.span)
            for each in sentences
            if each.score >= max(_LEAST_RIVAL_SENTENCE, highest - _RIVAL_GAP)
        ]
        rivals = sum(any(item.overlaps(span) for span in near) for item in items)
        return items if rivals >= _LEAST_RIVALS * len(items) else ()
    labelled = find_labelled_list(passage, best)
    if labelled in near:
        return (labelled,)
    whole = max(_list_wider_spans(passage, best, reading, _SPELLED_GAP), key=len)
    return (whole,) if _ENUMERATION.fullmatch(whole.of(passage.text)) else ()


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


def strip_list_label(text: str, listed: Span) -> Span:
    """The list without the label before it; unchanged if several parts have labels."""
    label = _LABEL.match(text, listed.start, listed.end)
    if label is None or ": " in text[label.end() : listed.end]:
        return listed
    return Span(label.end(), listed.end)


def find_list_items(passage: Passage, span: Span) -> tuple[Span, ...]:
    """All items of the list that the span is an item of, or leads in; none if it is in none."""
    text = passage.text
    items = [block for block in passage.own_blocks if block.kind == "item"]
    number = _find_item(text, items, span)
    return () if number is None else _find_neighbours(text, items, number)


def _find_neighbours(text: str, items: Sequence[Block], number: int) -> tuple[Span, ...]:
    """All items of the list that an item is in."""
    first = last = number
    while first > 0 and _are_adjacent(text, items[first - 1], items[first]):
        first -= 1
    while last + 1 < len(items) and _are_adjacent(text, items[last], items[last + 1]):
        last += 1
    return tuple(_trim_item(text, item.span) for item in items[first : last + 1])


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


def _find_item(text: str, items: Sequence[Block], span: Span) -> int | None:
    """The number of the item that a span stands for, or of the first one that it leads in."""
    for number, item in enumerate(items):
        start, end = item.span.start, item.span.end
        if start <= span.start and span.end <= end:
            is_part = span.start > start and len(span) < _LEAST_SHARE * (end - start)
            return None if is_part else number
        if span.start < item.begin:
            led_in = text[span.start : item.begin].rstrip()
            is_lead_in = "\n" not in led_in and not _SENTENCE_END.search(led_in)
            reaches_list = span.end > start or led_in.endswith(":")
            return number if is_lead_in and reaches_list else None
    return None


def _trim_item(text: str, item: Span) -> Span:
    """An item without what joins it to the next one."""
    joint = _ITEM_END.search(text, item.start, item.end)
    return tidy_span(text, Span(item.start, joint.start() if joint else item.end))


def find_labelled_list(passage: Passage, span: Span) -> Span | None:
    """The list after the label of the line that a span is in; None if there is none.

    It ends with its sentence: "Present: Ann, Bo, Cyril. The rent goes up."
    """
    text = passage.text
    sentence = sentence_around(passage, span)
    for line in _LABELLED_LINE.finditer(text):
        words = Span(*line.span("words"))
        if words.holds(span) and sentence.start <= words.start:
            end = max(span.end, min(words.end, sentence.end))
            commas = [m for m in _COMMA.finditer(text, words.start, end) if m[0][0] == ","]
            listed = Span(words.start, end)
            return tidy_span(text, listed) if len(commas) >= _LEAST_COMMAS else None
    return None


def _are_adjacent(text: str, above: Block, below: Block) -> bool:
    return not text[above.span.end : below.begin].strip()
