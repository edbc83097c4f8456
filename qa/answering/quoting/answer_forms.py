"""How much of a passage is quoted: as much as the question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from index import Passage, Span
from index.text import SECTION_NUMBER
from qa.answering.answers import AnswerForm
from qa.answering.candidates import ReadPassage
from qa.answering.quoting.lists import (
    extend_to_list_end,
    find_item_names,
    find_items_around,
    find_labelled_list,
    find_list_items,
    find_short_lines,
    strip_list_label,
)
from qa.answering.spans import sentence_around, strip_marker
from qa.answering.stems import stem_content
from qa.question_cues import (
    wants_comparison,
    wants_definition,
    wants_explanation,
    wants_list,
    wants_verdict,
)
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
# "Are dogs allowed? Yes, on a lead."; not "No claim is made".
_SAYS_YES_OR_NO = re.compile(
    r"(?P<asked>[^?]*+\?)?\W*+(?:answer\W++|a:\W*+)?(?:yes\b|no\b(?=\s*(?:[,.;:!–—-]|\Z)))",
    re.IGNORECASE,
)
# Three members at least.
_ENUMERATION = re.compile(r"[^,;:.]+,\s(?:[^,;:.]+,\s)*[^,;:.]*\b(?:and|or)\s[^,;:.]+")
# Questions that want one thing of what a heading names.
_ASKS_OTHERWISE = re.compile(r"\W*(?:who|whose|whom|when|where|why|how)\b", re.IGNORECASE)
_PREPOSITION = re.compile(r"\b(?:at|by|during|for|from|in|of|on|to|under|with)\b", re.IGNORECASE)
# Before the words of a heading: "9.", "2.1".
_NUMBER = re.compile(rf"^\W*{SECTION_NUMBER}[.)]?\s")
_SEVERAL = re.compile(r",|;|\n| and | or |、")


def choose_form(question: str) -> AnswerForm:
    """The form of answer that the words of a question ask for."""
    if wants_verdict(question):
        return "verdict"
    if wants_explanation(question) or wants_definition(question) or wants_comparison(question):
        return "sentences"
    return "list" if wants_list(question) else "words"


def choose_verdict(
    question: str, passage: ReadPassage, sentences: Sequence[ScoredSpan]
) -> ScoredSpan:
    """The sentence that decides a question of yes or no: the best one.

    Where the same question stands in the passage, it is the one that says yes or no to it. Of the
    items of a list it is the one with the best span, if it alone names what is asked of.

    Args:
        sentences: the passage's, in reading order; at least one.
    """
    content = stem_content(question)
    before = passage.hit.passage.heading or ""
    for sentence in sentences if content else ():
        words = sentence.span.of(passage.text)
        says = _SAYS_YES_OR_NO.match(words)
        if says and content <= stem_content(says["asked"] or before):
            return sentence
        before = words
    best = max(sentences, key=lambda sentence: sentence.score)
    named = _find_named_item(content, passage, best.span)
    return next((each for each in sentences if named and each.span.holds(named)), best)


def _find_named_item(content: Set[str], passage: ReadPassage, best: Span) -> Span | None:
    """The item with the best span, in the list of the item `best`, if it names what is asked of.

    None where `best` names that, too, or where there is no such list.
    """
    text, spans = passage.text, passage.reading.spans
    if not spans or content & stem_content(best.of(text)):
        return None
    items = find_list_items(text, strip_marker(text, best))
    holding = (item for item in items if item.holds(spans[0].span))
    return next((item for item in holding if content & stem_content(item.of(text))), None)


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


def find_headed_list(question: str, passage: Passage, best: Span) -> tuple[Span, ...]:
    """All items of the list with the best span, where the heading above it says what is asked for.

    "What was removed in version 3?" asks for all that stands under "Removed". Empty where the
    question asks for more than the heading says, or for an item: "prices for children".
    """
    if not passage.headings or passage.columns or _ASKS_OTHERWISE.match(question):
        return ()
    heading = stem_content(_NUMBER.sub("", passage.headings[-1]))
    words = stem_content(question)
    subject = stem_content(_PREPOSITION.split(question, maxsplit=1)[0])
    if not subject or not subject <= heading <= words:
        return ()
    items = find_items_around(passage.text, best)
    others = words - heading
    naming = [item for item in items if others & stem_content(item.of(passage.text))]
    is_named = len(naming) < len(items) and any(item.overlaps(best) for item in naming)
    return items if len(items) > 1 and not is_named else ()


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
