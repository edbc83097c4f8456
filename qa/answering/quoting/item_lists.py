"""Lists whose items the source has: all of their items, also those in the next passages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index import Block, Hit, Passage, Span, Surroundings
from qa.answering.spans import tidy_span

# What the members of a sentence that is laid out as a list end in.
_ITEM_END = re.compile(r"(?:[,;]\s*+(?:and|or)?+|\s(?:and|or))\s*+$")
# What is in no lead-in: it would be more than one sentence.
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)|。")
# A span stands for a list item that it begins, or of which it holds at least this share.
_LEAST_SHARE = 0.8
_WORD = re.compile(r"\w")
# Characters of the passages together that a list is quoted from.
_MOST_CHARACTERS = 3_000


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list of the source, as far as it is quoted.

    Attributes:
        passage: that holds it: the one that was found, or a longer one if the list goes on in the
            passages around.
        blocks: its items and what goes on with them, at their places in the document.
        more: how many items more it has in the source.
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
        """How many items of the list in the source are not quoted.

        Args:
            quoted: in the document.
        """
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

    Args:
        evidence: in the text of the hit's passage.
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
    for above, below in pairwise(_list_siblings(blocks, first, last, item.depth)):
        # Two lists may follow each other without a word between.
        if not _are_in_order(passage, blocks[above], blocks[below]):
            first, last = (below, last) if below <= at else (first, min(last, below - 1))
    return blocks[first : last + 1]


def _list_siblings(blocks: Sequence[Block], first: int, last: int, depth: int) -> Iterator[int]:
    for number in range(first, last + 1):
        if blocks[number].kind == "item" and blocks[number].depth == depth:
            yield number


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
