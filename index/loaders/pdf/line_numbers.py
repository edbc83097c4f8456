"""Numbers of lines in the margin, as manuscripts have them: they are no words of the text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from index.loaders.pdf.fragments import Fragment

# A page has at least so many of them; lines of prose have so many characters, and so many of them
# go on with a sentence, unlike the rows of a table.
_FEWEST_NUMBERS, _FEWEST_CHARACTERS, _GO_ON = 5, 40, 0.3
_MOST_DIGITS = 4
# In points: those of one column begin or end this near to each other.
_NEAR = 3.0
_STEPS = frozenset((1, 2, 5, 10))
# So many pages in all have them, or else they are a column.
_FEWEST_PAGES, _PAGES = 2, 0.5


def remove_line_numbers(pages: Sequence[list[Fragment]]) -> list[list[Fragment]]:
    """The pages without the numbers of lines, if most pages have them."""
    numbers = [found for page in pages if (found := _find_numbers(page))]
    numbered = len(numbers)
    if numbered < _FEWEST_PAGES or numbered < _PAGES * sum(map(bool, pages)):
        return list(pages)
    left = min(each.left for found in numbers for each in found)
    right = max(each.right for found in numbers for each in found)
    return [
        [
            each
            for each in page
            if not (_is_number(each) and left - _NEAR < each.left and each.right < right + _NEAR)
        ]
        for page in pages
    ]


def _is_number(fragment: Fragment) -> bool:
    return fragment.text.isdecimal() and len(fragment.text) <= _MOST_DIGITS


def _find_numbers(page: Sequence[Fragment]) -> list[Fragment]:
    """The numbers of lines on a page; none if it has no such numbers."""
    edge = min((each.left for each in page), default=0.0)
    margin = [
        each for each in page if _is_number(each) and each.right - edge < _MOST_DIGITS * each.size
    ]
    margin.sort(key=lambda each: -each.base)
    if len(margin) < _FEWEST_NUMBERS:
        return []
    past = max(each.right for each in margin)
    beside = [each for each in page if each.left >= past]
    steps = {int(below.text) - int(above.text) for above, below in pairwise(margin)}
    if len(steps) != 1 or not steps <= _STEPS or len(beside) + len(margin) < len(page):
        return []
    lines = [
        line.text
        for line in beside
        if any(abs(line.base - number.base) < _NEAR for number in margin)
    ]
    if not lines or median(map(len, lines)) < _FEWEST_CHARACTERS:
        return []
    return margin if sum(line[0].islower() for line in lines) >= _GO_ON * len(lines) else []
