"""Lists, quoted whole from one of their members.

If the source has items, they are the members. A list in running text is what the reader makes of
it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index import Block, Hit, Passage, Span, Surroundings
from qa.answering.spans import sentence_around, strip_marker, tidy_span
from qa.reader.reading import Reading, ScoredSpan

# What the members of a sentence that is laid out as a list end in.
_ITEM_END = re.compile(r"(?:[,;]\s*+(?:and|or)?+|\s(?:and|or))\s*+$")
# What is in no lead-in: it would be more than one sentence.
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)|。")
# A span stands for a list item that it begins, or of which it holds at least this share.
_LEAST_SHARE = 0.8
_WORD = re.compile(r"\w")
# Characters of the passages together that a list is quoted from.
_MOST_CHARACTERS = 3_000
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
class ItemList:
    """A list of the source, as far as it is quoted, and how many items more it has there.

    The passage is the one that was found, or a longer one if the list goes on in the passages
    around. The blocks are its items and what goes on with them, at their places in the document.
    """

    passage: Passage
    blocks: Sequence[Block]
    more: int = 0

    @property
    def items(self) -> list[Block]:
        return [block for block in self.blocks if block.kind == "item"]

    @property
    def members(self) -> tuple[Span, ...]:
        """The words of its items, in the text of the passage."""
        start = self.passage.span.start
        return tuple(_trim_item(self.passage.text, item.span.shift(-start)) for item in self.items)

    @property
    def span(self) -> Span:
        """All that is quoted, with the markers, in the text of the passage."""
        span = Span(self.blocks[0].begin, self.blocks[-1].span.end)
        return span.shift(-self.passage.span.start)

    def count_left(self, quoted: Sequence[Span]) -> int:
        """How many items of the list in the source are not quoted in the document."""
        left = (item for item in self.items if not any(item.span.overlaps(q) for q in quoted))
        return self.more + sum(1 for _ in left)


def find_quoted_item(passage: Passage, span: Span) -> Block | None:
    """The item that a span of a passage stands for, or the first of a list that it leads in."""
    text = passage.text
    for item, shown in zip(passage.blocks, passage.own_blocks, strict=True):
        if item.kind != "item":
            continue
        start, end = shown.span.start, shown.span.end
        if start <= span.start and span.end <= end:
            # Markup may stand before the first word.
            is_part = _WORD.search(text, start, span.start) is not None
            return None if is_part and len(span) < _LEAST_SHARE * (end - start) else item
        if span.start < shown.begin:
            led_in = text[span.start : shown.begin].rstrip()
            is_lead_in = "\n" not in led_in and not _SENTENCE_END.search(led_in)
            reaches_list = span.end > start or led_in.endswith(":")
            return item if is_lead_in and reaches_list else None
    return None


def find_first_of_several(
    passage: Passage, spans: Sequence[Span], share: float = 0.0
) -> Block | None:
    """The first item that spans of a passage have words of; only if there is another in its list.

    So several things answer, whatever language asks for them. Each is held by one span to a share.
    """
    held = [
        item
        for item, shown in zip(passage.blocks, passage.own_blocks, strict=True)
        if item.kind == "item" and _is_held(_trim_item(passage.text, shown.span), spans, share)
    ]
    if not held:
        return None
    siblings = _leave_out_nested(find_own_items(passage, held[0]), held[0])
    return held[0] if sum(item in held for item in siblings.items) > 1 else None


def _is_held(item: Span, spans: Sequence[Span], share: float) -> bool:
    common = max((len(span.clip(item)) for span in spans), default=0)
    return common > 0 and common >= share * len(item)


def _leave_out_nested(listed: ItemList, item: Block) -> ItemList:
    """The list of an item without the items of lists within it."""
    return replace(listed, blocks=[each for each in listed.items if each.depth == item.depth])


def count_siblings_left(hit: Hit, item: Block, quoted: Sequence[Span]) -> int:
    """How many items of an item's list are not quoted in the document, without those within items.

    0 if most are not: they answer something else.
    """
    siblings = _leave_out_nested(find_whole_list(hit, item), item)
    left = siblings.count_left(quoted)
    return 0 if siblings.more or left > (1 - _LEAST_RIVALS) * len(siblings.items) else left


def find_own_items(passage: Passage, item: Block) -> ItemList:
    """The list that an item of a passage is in, as far as it is in that passage."""
    return ItemList(passage, _find_run(passage, item))


def find_whole_list(hit: Hit, item: Block) -> ItemList:
    """The list that an item of a hit's passage is in; only if it is very long, a part of it."""
    own = find_own_items(hit.passage, item)
    is_at_edge = own.blocks[0] == hit.passage.blocks[0] or own.blocks[-1] == hit.passage.blocks[-1]
    section = hit.read_section() if is_at_edge else None
    if section is None:
        return own
    passages = _gather_passages(section, hit.passage, item)
    whole = found = _find_among(section, passages, hit, item)
    while len(passages) > 1 and len(found.passage.text) > _MOST_CHARACTERS:
        is_last = passages[-1].id == hit.passage.id
        del passages[0 if is_last else -1]
        found = _find_among(section, passages, hit, item)
    return replace(found, more=len(whole.items) - len(found.items))


def find_steps(hit: Hit, evidence: Sequence[Span]) -> ItemList | None:
    """The numbered steps of which evidence has the first: who is told that needs all of them.

    None if it has the first of none. Numbered questions are not steps.
    """
    passage = hit.passage
    for item in passage.blocks:
        span = item.span.shift(-passage.span.start)
        if _read_number(passage, item) == 1 and any(span.overlaps(each) for each in evidence):
            found = find_whole_list(hit, item)
            return None if "?" in found.span.of(found.passage.text) else found
    return None


def _find_among(
    section: Surroundings, passages: Sequence[Passage], hit: Hit, item: Block
) -> ItemList:
    """The list in some passages, which go by the name of the hit's."""
    joined = section.join(passages)
    return find_own_items(replace(joined, id=hit.passage.id, page=hit.passage.page), item)


def _gather_passages(section: Surroundings, own: Passage, item: Block) -> list[Passage]:
    """The passages of a section that the list of an item is in."""
    passages = section.passages
    first = last = next(number for number, each in enumerate(passages) if each.id == own.id)
    while first > 0 and _go_on(passages[first - 1], passages[first], item.depth):
        first -= 1
    while last + 1 < len(passages) and _go_on(passages[last], passages[last + 1], item.depth):
        last += 1
    return list(passages[first : last + 1])


def _go_on(above: Passage, below: Passage, depth: int) -> bool:
    """Whether a list of such a depth goes on from one passage in the next."""
    return min(above.blocks[-1].depth, below.blocks[0].depth) >= depth


def _find_run(passage: Passage, item: Block) -> Sequence[Block]:
    """The blocks of the list that an item is in, with what goes on with its items."""
    blocks = passage.blocks
    at = next(number for number, each in enumerate(blocks) if each.span.overlaps(item.span))
    first = last = at
    while first > 0 and blocks[first - 1].depth >= item.depth:
        first -= 1
    while last + 1 < len(blocks) and blocks[last + 1].depth >= item.depth:
        last += 1
    siblings = [
        number
        for number in range(first, last + 1)
        if blocks[number].kind == "item" and blocks[number].depth == item.depth
    ]
    for above, below in pairwise(siblings):
        # Two lists may follow each other without a word between.
        if not _are_in_order(passage, blocks[above], blocks[below]):
            first, last = (below, last) if below <= at else (first, min(last, below - 1))
    return blocks[first : last + 1]


def _are_in_order(passage: Passage, above: Block, below: Block) -> bool:
    """Whether two items may follow each other in a list: without numbers, or counted up."""
    first, second = _read_number(passage, above), _read_number(passage, below)
    if first is None or second is None:
        return first is second
    return first <= second


def _read_number(passage: Passage, item: Block) -> int | None:
    """The number of an item; None if it has none."""
    sign = passage.quote(item.marker).strip("().") if item.marker else ""
    return int(sign) if sign.isdecimal() else None


def _trim_item(text: str, item: Span) -> Span:
    """An item without what joins it to the next one."""
    joint = _ITEM_END.search(text, item.start, item.end)
    # It may begin with markup.
    return Span(
        item.start, tidy_span(text, Span(item.start, joint.start() if joint else item.end)).end
    )


@dataclass(frozen=True, slots=True)
class QuotedList:
    """The members of a list that are quoted, in the text of a passage, and how many more there are.

    The passage is the one that was found, or a longer one if the list goes on in the next ones.
    """

    passage: Passage
    members: tuple[Span, ...]
    more: int = 0


def find_members(hit: Hit, best: Span, reading: Reading) -> QuotedList:
    """The members of a list: its items, one span that spells it out, or spans that stand apart."""
    passage, text = hit.passage, hit.passage.text
    item = find_quoted_item(passage, best)
    if item is not None and len(find_own_items(passage, item).items) > 1:
        found = find_whole_list(hit, item)
        names = find_item_names(found.passage.text, found.members)
        return QuotedList(found.passage, names or found.members, found.more)
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

    It can't if the best is several of them, or if most of them hold a span, or are a sentence, that
    scores nearly as well.
    None if it can, or if there is no list. What a sentence lists is one item, and the reader scores
    it as a whole.
    """
    passage = hit.passage
    lowest = reading.spans[0].score - _RIVAL_GAP
    near = [scored.span for scored in reading.spans if scored.score >= lowest]
    if first := find_first_of_several(passage, (best,), _LEAST_SHARE):
        listed = find_whole_list(hit, first)
        return QuotedList(listed.passage, listed.members, listed.more)
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
    """The best span, and those around it in its sentence that score lower by `gap` at most."""
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
