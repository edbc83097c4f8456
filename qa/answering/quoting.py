"""What of a passage is quoted for an answer: as much as the question asks for."""

from __future__ import annotations

import re

from index import Span
from qa.answering.lists import items_around, to_its_end, unlabelled
from qa.answering.spans import sentence_around, tidied
from qa.question_cues import wants_definition, wants_list, wants_verdict
from qa.reader.reading import Reading

# A member of a list scores at most this much (log odds) below the best one, and at least this.
_MEMBER_GAP = 2.5
_LEAST_MEMBER = -1.0
# A span that says more is quoted where it scores at most this much (log odds) below.
_FULLER_GAP = 1.5
_SEVERAL = re.compile(r",|;|\n| and | or |、")


def quoted(
    question: str, text: str, found: Span, reading: Reading, *, best: bool
) -> tuple[Span, ...]:
    """The spans that answer a question, in reading order.

    Of a list all members, of a definition its whole clause, and where yes or no is asked the
    sentence that decides.

    Args:
        text: the passage's.
        found: the best span of one answer.
        reading: of the passage.
        best: whether no answer is better; of the others, members of a list are not sought.
    """
    if wants_verdict(question):
        return (sentence_around(text, found),)
    if wants_definition(question):
        return (_fuller(text, found, reading),)
    if best and wants_list(question):
        return _members(text, found, reading)
    return (found,)


def _fuller(text: str, found: Span, reading: Reading) -> Span:
    """The longest span around the best one, within its sentence, that scores nearly as well."""
    sentence = sentence_around(text, found)
    spans = [found]
    for scored in reading.spans:
        span = tidied(text, scored.span)
        holds = span.start <= found.start and found.end <= span.end
        within = sentence.start <= span.start and span.end <= sentence.end
        if holds and within and scored.score >= reading.spans[0].score - _FULLER_GAP:
            spans.append(span)
    return max(spans, key=len)


def _members(text: str, found: Span, reading: Reading) -> tuple[Span, ...]:
    """The spans of a list: its items, one that spells it out, or members that stand apart."""
    items = items_around(text, found)
    if len(items) > 1:
        return items
    whole = to_its_end(text, _fuller(text, found, reading))
    if _SEVERAL.search(whole.of(text)) or not reading.spans:
        return (unlabelled(text, whole),)
    lowest = max(reading.spans[0].score - _MEMBER_GAP, _LEAST_MEMBER)
    members = [found]
    for scored in reading.spans:
        span = tidied(text, scored.span)
        apart = all(span.end <= other.start or other.end <= span.start for other in members)
        if scored.score >= lowest and apart:
            members.append(span)
    return tuple(sorted(members))
