"""Running heads and feet of text that was laid out in pages, as RFCs are.

A line with the number of its page comes again at the same distance, with little beside it, and
counts on. Others come again as they are, near to such a line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise
from statistics import median

from index.documents import Span

# Pages, and lines of a page, at least; lines of a head, at most.
_FEWEST_PAGES, _SHORTEST_PAGE, _TALLEST_HEAD = 4, 20, 3
# How many lines a page may be longer or shorter than most, and how many pages are as most are.
_OFF, _ALIKE = 2, 0.8
# A head or foot without a number is at most so many lines from one with it, across the page's end.
_NEAR_LINES = 10
_MOST_CHARACTERS = 200

# A form feed ends a line, too.
_LINE = re.compile(r"([^\r\n\f]*)(?:\r\n|[\r\n\f]|\Z)")
_NUMBER = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that may be a running head.

    Attributes:
        place: which line of the text it is.
        words: those in it, with 0 for each number.
    """

    span: Span
    place: int
    words: str
    numbers: tuple[int, ...]


def find_running_lines(text: str) -> list[Span]:
    """The running heads and feet of a text, in order; none if no pages are counted."""
    by_words: dict[str, list[_Line]] = defaultdict(list)
    for line in _list_lines_of_short_blocks(text):
        by_words[line.words].append(line)
    repeated = [lines for lines in by_words.values() if _come_with_pages(lines)]
    counted = (lines for lines in repeated if lines[0].numbers != lines[-1].numbers)
    places = sorted(line.place for lines in counted for line in lines)
    return sorted(
        line.span
        for lines in repeated
        if sum(_is_near(line.place, places) for line in lines) >= _ALIKE * len(lines)
        for line in lines
    )


def _is_near(place: int, places: Sequence[int]) -> bool:
    """Whether one of the places, in order, is at most so many lines away."""
    at = bisect_left(places, place - _NEAR_LINES)
    return at < len(places) and places[at] <= place + _NEAR_LINES


def _list_lines_of_short_blocks(text: str) -> Iterator[_Line]:
    lines = enumerate(_LINE.finditer(text))
    for is_blank, block in groupby(lines, key=lambda each: not each[1][1].strip()):
        few = list(islice(block, _TALLEST_HEAD + 1))
        if not is_blank and len(few) <= _TALLEST_HEAD:
            yield from (_read_line(place, match) for place, match in few)


def _read_line(place: int, match: re.Match[str]) -> _Line:
    line = match[1].strip()
    start = match.start() + match[1].index(line)
    numbers = tuple(map(int, _NUMBER.findall(line[:_MOST_CHARACTERS])))
    words = " ".join(_NUMBER.sub("0", line[:_MOST_CHARACTERS]).split())
    return _Line(Span(start, start + len(line)), place, words, numbers)


def _come_with_pages(lines: Sequence[_Line]) -> bool:
    """Whether lines of the same words are as far from each other as pages are."""
    if len(lines) < _FEWEST_PAGES:
        return False
    pairs = list(pairwise(lines))
    distances = [after.place - before.place for before, after in pairs]
    usual = median(distances)
    return usual >= _SHORTEST_PAGE and sum(
        abs(distance - usual) <= _OFF and _count_on(before.numbers, after.numbers)
        for distance, (before, after) in zip(distances, pairs, strict=True)
    ) >= _ALIKE * len(pairs)


def _count_on(before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether each number stays the same, or is that of the next page, or of the one after it."""
    return all(0 <= later - number <= 2 for number, later in zip(before, after, strict=True))
