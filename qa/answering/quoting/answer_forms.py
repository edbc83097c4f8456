"""How much of a passage is quoted: as much as the question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import Span
from qa.answering.quoting.lists import (
    extend_to_list_end,
    find_item_names,
    find_labelled_list,
    find_list_items,
    find_short_lines,
    strip_list_label,
)
from qa.answering.spans import sentence_around, strip_marker
from qa.reader.reading import Reading, ScoredSpan

# A member of a list scores at most this gap below the best one, and at least this (log odds).
_MEMBER_GAP = 1.5
_LEAST_MEMBER = -1.0
# A list is quoted whole where this share of its items hold a span that scores at most so much
# lower (log odds) than the best. On 441 questions on real documents that answers four more, and
# changes nothing on 400 of SQuAD.
_LEAST_RIVALS, _RIVAL_GAP = 0.5, 2.0
_LEAST_RIVAL_SENTENCE = 0.5
_SHORTEST_LIST = 3
# A longer span is quoted where it scores at most this much (log odds) lower.
_FULLER_GAP = 0.5
# So is the whole list of a sentence, where the question does not ask for one. A gap of 1 costs
# half a point of exact match on SQuAD.
_SPELLED_GAP = 0.3
# Three members at least.
_ENUMERATION = re.compile(r"[^,;:.]+,\s(?:[^,;:.]+,\s)*[^,;:.]*\b(?:and|or)\s[^,;:.]+")
_SEVERAL = re.compile(r",|;|\n| and | or |、")


def find_members(text: str, best: Span, reading: Reading) -> tuple[Span, ...]:
    """The members of a list: its items, one span that spells it out, or spans that stand apart.

    Args:
        text: of the passage.
        best: its best span.
        reading: of the passage, with tidy spans.
    """
    items = find_list_items(text, best) or find_short_lines(text, best)
    if len(items) > 1:
        return find_item_names(text, items) or items
    labelled = find_labelled_list(text, best)
    if labelled is not None:
        return (labelled,)
    wider = _list_wider_spans(text, best, reading, _FULLER_GAP)
    # A whole sentence around the list may score nearly as well.
    spelled = next((span for span in wider if _ENUMERATION.fullmatch(span.of(text))), None)
    whole = spelled or extend_to_list_end(text, max(wider, key=len))
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
    text: str, best: Span, reading: Reading, sentences: Sequence[ScoredSpan]
) -> tuple[Span, ...]:
    """All items of the list that the best span is in, where the reader can't tell them apart.

    It can't where most of them hold a span, or are a sentence, that scores nearly as well as the
    best. Empty where it can, or where there is no list. What a labelled line or a sentence lists
    is one item, and the reader scores it as a whole.

    Args:
        sentences: the passage's.
    """
    lowest = reading.spans[0].score - _RIVAL_GAP
    near = [scored.span for scored in reading.spans if scored.score >= lowest]
    items = find_list_items(text, best)
    if len(items) >= _SHORTEST_LIST and any(item.holds(best) for item in items):
        highest = max((each.score for each in sentences), default=0.0)
        near += [
            strip_marker(text, each.span)
            for each in sentences
            if each.score >= max(_LEAST_RIVAL_SENTENCE, highest - _RIVAL_GAP)
        ]
        rivals = sum(any(item.overlaps(span) for span in near) for item in items)
        return items if rivals >= _LEAST_RIVALS * len(items) else ()
    labelled = find_labelled_list(text, best)
    if labelled in near:
        return (labelled,)
    whole = widen_span(text, best, reading, _SPELLED_GAP)
    return (whole,) if _ENUMERATION.fullmatch(whole.of(text)) else ()


def widen_span(text: str, best: Span, reading: Reading, gap: float = _FULLER_GAP) -> Span:
    """The longest span around the best one, within its sentence, that scores nearly as well.

    Args:
        gap: how much lower it may score, in log odds.
    """
    return max(_list_wider_spans(text, best, reading, gap), key=len)


def _list_wider_spans(text: str, best: Span, reading: Reading, gap: float) -> list[Span]:
    """The best span, and those around it within its sentence that score nearly as well."""
    sentence = sentence_around(text, best)
    lowest = reading.spans[0].score - gap if reading.spans else 0.0
    near = (scored.span for scored in reading.spans if scored.score >= lowest)
    return [best, *(span for span in near if span.holds(best) and sentence.holds(span))]
