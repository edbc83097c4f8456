"""Spans of a text, and blocks: what a document's text is made of, as its loader has read it."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args, overload


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a document's text: code points `start` to `end` (exclusive)."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The quoted text."""
        return text[self.start : self.end]

    def strip(self, text: str) -> Span:
        """The span without the white space at its ends; empty at its end if it has nothing else."""
        start, end = self.start, self.end
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return Span(start, end)

    def shift(self, by: int) -> Span:
        """The span so many characters further on; further back if that is negative."""
        return Span(self.start + by, self.end + by)

    def clip(self, outer: Span) -> Span:
        """The part of the span that lies within another one; empty if they do not overlap."""
        start = max(self.start, outer.start)
        return Span(start, max(start, min(self.end, outer.end)))

    def holds(self, other: Span) -> bool:
        """Whether the other span lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share text, if neither is empty."""
        return self.start < other.end and other.start < self.end


# An index keeps kinds by their place in these: new ones come last.
BlockKind = Literal["paragraph", "item", "row", "header", "code", "quote", "label", "rule"]
MarkKind = Literal[
    "strong",
    "emphasis",
    "code",
    "link",
    "struck",
    "raised",
    "lowered",
    "hidden",
    "caption",
    "right",
    "space",
    "shown",
    "language",
]
_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_MARK_KINDS: tuple[MarkKind, ...] = get_args(MarkKind)
_MARK_NUMBERS = {kind: number for number, kind in enumerate(_MARK_KINDS)}
# The marks that have a text of their own, and how long it may be.
_WITH_TEXT = frozenset[MarkKind](("shown", "language"))
MOST_MARK_CHARACTERS = 200
# The numbers of a block beside its start and its cells: kind, length, depth, how far before the
# start its marker begins, the length of the marker, and how many cells it has.
_FIELDS = 6
_MOST_CELLS = 1_000
# Lists and quotations of no document are nested deeper.
MOST_DEPTH = 255


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an item of a list, a row of a table: a stretch of text that stands alone.

    Attributes:
        kind: "header" is a row that names the columns of its table, "label" a term or a name
            that the next block belongs to, "rule" a line that separates what is above and below.
        span: its words in the document's text, without the marker.
        depth: how deep it is nested: an item of a list in a list has 2, what goes on with an
            item has the depth of that item; 0 outside of lists and quotations.
        marker: the sign of an item, such as "3." or "•"; None if it has none.
        cells: the words of each cell of a row, from left to right; an empty cell has an empty
            span.
    """

    kind: BlockKind
    span: Span
    depth: int = 0
    marker: Span | None = None
    cells: tuple[Span, ...] = ()

    @property
    def begin(self) -> int:
        """Where it begins: with its marker, or its words."""
        return self.span.start if self.marker is None else self.marker.start


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text that is drawn in a way of its own.

    Attributes:
        kind: "hidden" is markup, which people do not see, "space" what they see as one space, such
            as a line end within a paragraph, "caption" what is said of a picture or a
            table, "right" a cell whose column ends at the right; of "shown" people see another
            text in place of it, of "language" the text names the language of this code.
        text: of a mark that is shown, or of a language; a line break is shown as a newline.
    """

    kind: MarkKind
    span: Span
    text: str = ""


class Blocks(Sequence[Block]):
    """Blocks in the order of the text, held in few bytes: a table may have a million rows.

    A loader may `append` to them until it gives them away. `numbers` and `from_numbers` turn them
    into small whole numbers and back, to be stored or sent.
    """

    __slots__ = ("_fields", "_places", "_starts")

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        """Hold some blocks; raises `ValueError` if they overlap, or anything is out of order."""
        self._starts = array("q")
        # Where the fields of each block begin.
        self._places = array("q")
        self._fields = array("I")
        for block in blocks:
            self.append(block)

    def append(self, block: Block) -> None:
        """Add the block that follows; raises `ValueError` as the constructor does.

        A row of very many cells has none: every passage of it would hold them all.
        """
        _check_block(block, self.end)
        if len(block.cells) > _MOST_CELLS:
            block = replace(block, cells=())
        self._starts.append(block.span.start)
        self._places.append(len(self._fields))
        self._fields.extend(_list_fields(block))

    def extend(self, blocks: Blocks, by: int) -> None:
        """Add what follows, so many characters further on."""
        if blocks:
            _check_block(blocks.shift(by)[0], self.end)
        self._starts.extend(start + by for start in blocks._starts)
        self._places.extend(place + len(self._fields) for place in blocks._places)
        self._fields.extend(blocks._fields)

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, at: int) -> Block: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Block, ...]: ...
    def __getitem__(self, at: int | slice) -> Block | tuple[Block, ...]:
        if isinstance(at, slice):
            return tuple(self[each] for each in range(*at.indices(len(self))))
        start, place = self._starts[at], self._places[at]
        kind, length, depth, before, size, cells = self._fields[place : place + _FIELDS]
        place += _FIELDS
        marker = Span(start - before, start - before + size) if before else None
        spans, end = [], start
        for gap, width in zip(
            self._fields[place : place + 2 * cells : 2],
            self._fields[place + 1 : place + 2 * cells : 2],
            strict=True,
        ):
            spans.append(Span(end + gap, end + gap + width))
            end += gap + width
        return Block(_KINDS[kind], Span(start, start + length), depth, marker, tuple(spans))

    def __iter__(self) -> Iterator[Block]:
        return map(self.__getitem__, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Blocks):
            return NotImplemented
        return self._starts == other._starts and self._fields == other._fields

    def __hash__(self) -> int:
        return hash((self._starts.tobytes(), self._fields.tobytes()))

    def __repr__(self) -> str:
        return f"Blocks({list(self)!r})"

    @property
    def end(self) -> int:
        """Where the last block ends; 0 without blocks."""
        return self._starts[-1] + self._fields[self._places[-1] + 1] if self else 0

    def count_cells(self) -> int:
        """How many cells all rows have together."""
        return (len(self._fields) - _FIELDS * len(self)) // 2

    def list_item_starts(self) -> Iterator[int]:
        """Where the items begin, with their markers; ascending."""
        for start, place in zip(self._starts, self._places, strict=True):
            if self._fields[place] == _NUMBERS["item"]:
                yield start - self._fields[place + 3]

    def within(self, span: Span) -> tuple[Block, ...]:
        """The blocks that share text with a span, each cut off at its ends."""
        found = (_clip(self[at], span) for at in range(*self._find(span)))
        return tuple(block for block in found if block is not None)

    def holds_paragraph(self, span: Span) -> bool:
        """Whether all of a span is in one block, a plain paragraph."""
        first, past = self._find(span)
        if past - first != 1:
            return False
        place = self._places[first]
        return not self._fields[place] and not self._fields[place + 2]

    def _find(self, span: Span) -> tuple[int, int]:
        """The numbers of the first block in a span, and of the first after it."""
        first = max(0, bisect_right(self._starts, span.start) - 1)
        if first < len(self) and self._measure_end(first) <= span.start:
            first += 1
        return first, max(first, bisect_left(self._starts, span.end))

    def _measure_end(self, at: int) -> int:
        return self._starts[at] + self._fields[self._places[at] + 1]

    def shift(self, by: int) -> Blocks:
        """The same blocks so many characters further on."""
        shifted = Blocks()
        shifted._starts = array("q", (start + by for start in self._starts))
        shifted._places, shifted._fields = self._places, self._fields
        return shifted

    def without_cells(self) -> Blocks:
        """The same blocks, but rows are not taken apart."""
        return Blocks(replace(block, cells=()) for block in self)

    def numbers(self) -> list[int]:
        """The blocks as whole numbers of 0 or more, most of them small."""
        numbers: list[int] = []
        before = 0
        for start, place in zip(self._starts, self._places, strict=True):
            numbers.append(start - before)
            numbers += self._fields[place : place + _FIELDS + 2 * self._fields[place + 5]]
            before = start
        return numbers

    @classmethod
    def from_numbers(
        cls, numbers: Sequence[int], characters: int, most: int = sys.maxsize
    ) -> Blocks:
        """The blocks that `numbers` were made of.

        Args:
            characters: of the text that they are blocks of.
            most: how many there may be.

        Raises:
            ValueError: no blocks of such a text have these numbers, or they are too many.
        """
        blocks = cls()
        starts, places, stored = blocks._starts, blocks._places, blocks._fields
        at, start, end, kinds = 0, 0, 0, len(_KINDS)
        while at < len(numbers):
            fields = numbers[at + 1 : at + 1 + _FIELDS]
            if len(fields) < _FIELDS or numbers[at] < 0 or len(starts) >= most:
                raise ValueError("the numbers of blocks break off, or are too many")
            start += numbers[at]
            kind, length, depth, before, size, cells = fields
            at += 1 + _FIELDS
            is_sound = 0 <= kind < kinds and 0 <= depth <= MOST_DEPTH and cells >= 0
            is_sound = is_sound and bool(size) == bool(before)
            is_sound = is_sound and 0 <= size <= before <= start - end
            if not is_sound or not 0 <= length <= characters - start:
                raise ValueError(f"a block at {start} is out of place")
            starts.append(start)
            places.append(len(stored))
            stored.extend(fields)
            if cells:
                bounds = numbers[at : at + 2 * cells]
                if len(bounds) < 2 * cells or min(bounds) < 0 or sum(bounds) > length:
                    raise ValueError(f"a row at {start} has cells out of place")
                stored.extend(bounds)
                at += 2 * cells
            end = start + length
        return blocks


NO_BLOCKS = Blocks()


class MarkFinder:
    """Finds the marks of stretches of a text, one after the other from its beginning to its end."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        """Find some marks.

        Args:
            marks: in the order of their starts.
        """
        self._marks = marks
        self._next = 0
        # Those that may reach into the stretches to come.
        self._open: list[Mark] = []

    def find(self, span: Span) -> list[Mark]:
        """The marks in a stretch, or that reach into it; none that starts later is asked before."""
        start, end = span.start, span.end
        while self._next < len(self._marks) and self._marks[self._next].span.start <= end:
            self._open.append(self._marks[self._next])
            self._next += 1
        self._open = [mark for mark in self._open if mark.span.end >= start]
        return [
            mark
            for mark in self._open
            if (mark.span.start < end and mark.span.end > start)
            or (start <= mark.span.start == mark.span.end <= end)
        ]


def encode_marks(marks: Iterable[Mark]) -> list[int]:
    """Marks, in the order of their starts, as whole numbers of 0 or more."""
    numbers: list[int] = []
    before = 0
    for mark in marks:
        numbers += (
            _MARK_NUMBERS[mark.kind],
            mark.span.start - before,
            len(mark.span),
        )
        if mark.kind in _WITH_TEXT:
            numbers += (len(mark.text), *map(ord, mark.text))
        before = mark.span.start
    return numbers


def decode_marks(numbers: Sequence[int], characters: int) -> tuple[Mark, ...]:
    """The marks that `encode_marks` made these numbers of; raises `ValueError` for others."""
    marks = []
    start = at = 0
    while at < len(numbers):
        fields = numbers[at : at + 3]
        if len(fields) < 3 or min(fields) < 0:
            raise ValueError("the numbers of marks break off")
        kind, gap, length = fields
        start, at = start + gap, at + 3
        if kind >= len(_MARK_KINDS) or start + length > characters:
            raise ValueError(f"a mark at {start} is out of place")
        text = ""
        if _MARK_KINDS[kind] in _WITH_TEXT:
            text = _decode_text(numbers[at : at + 1 + MOST_MARK_CHARACTERS])
            at += 1 + len(text)
        marks.append(Mark(_MARK_KINDS[kind], Span(start, start + length), text))
    return tuple(marks)


def _decode_text(numbers: Sequence[int]) -> str:
    """The text of a mark: its length, then its characters."""
    if not numbers or not 0 <= numbers[0] < len(numbers):
        raise ValueError("the text of a mark breaks off")
    letters = numbers[1 : 1 + numbers[0]]
    if any(not 0 <= each <= 0x10FFFF or 0xD800 <= each <= 0xDFFF for each in letters):
        raise ValueError("the text of a mark has no such characters")
    return "".join(map(chr, letters))


def _list_fields(block: Block) -> Iterator[int]:
    start = block.span.start
    before, size = (start - block.marker.start, len(block.marker)) if block.marker else (0, 0)
    yield from (_NUMBERS[block.kind], len(block.span), block.depth, before, size, len(block.cells))
    for cell in block.cells:
        yield cell.start - start
        yield len(cell)
        start = cell.end


def _check_block(block: Block, before: int) -> None:
    """Raise `ValueError` if a block cannot stand after a place of the text."""
    span, marker = block.span, block.marker
    is_sound = before <= block.begin <= span.start <= span.end and 0 <= block.depth <= MOST_DEPTH
    if marker is not None:
        is_sound &= marker.start < marker.end <= span.start
    at = span.start
    for cell in block.cells:
        is_sound &= at <= cell.start <= cell.end <= span.end
        at = cell.end
    if not is_sound:
        raise ValueError(f"{block} is out of place after {before}")


def _clip(block: Block, span: Span) -> Block | None:
    """The part of a block that lies in a span; None if none does."""
    if span.holds(block.span) and block.begin >= span.start:
        return block
    words = block.span.clip(span)
    if not len(words):
        return None
    marker = block.marker
    if marker is not None and not span.holds(marker):
        marker = None
    # Those before the words are empty then: each of the others keeps its column.
    cells = tuple(cell.clip(words) for cell in block.cells if cell.start <= words.end)
    return Block(block.kind, words, block.depth, marker, cells)
