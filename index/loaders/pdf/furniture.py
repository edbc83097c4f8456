"""What is printed on page after page and is no part of the text: running heads, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from index.loaders.pdf.columns import rows
from index.loaders.pdf.fragments import Fragment

# So many lines at the top and at the bottom of a page may be furniture.
_LINES = 3
# On so many pages a line must be found; on all where there are fewer. The outermost one
# on two, where it is at the same height (in points).
_PAGES, _SAME_HEIGHT = 3, 4
# In ems: a page number stands so far from the rest of its line, if there is any.
_APART = 2
# Page numbers are in type no larger than the text's, or hardly.
_LARGEST = 1.15
_NUMBER = re.compile(r"\d{1,6}")
_SIGNS = "-–—•·| "
_ROMAN = re.compile(r"[ivxlc]{1,8}", re.IGNORECASE)
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

Page = Sequence[Fragment]
# By what a line is known again: its zone, its words, and a number that is the same, too.
_Sign = tuple[str, str, str, int]


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """The pages without the lines at their edges that come again or count the pages."""
    largest = _LARGEST * _body_size(pages)
    edges = [_edges(page, largest) for page in pages]
    seen = Counter(sign for number, edge in enumerate(edges) for sign in _all_signs(edge, number))
    enough = max(2, min(_PAGES, len(pages)))
    kept: list[Page] = []
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        dropped = {
            id(fragment)
            for line in edge
            if any(
                seen[sign] >= (2 if sign[2] == "height" else enough)
                for sign in _signs(line, number)
            )
            for fragment in line.row
        }
        # A page that would be left without a word has no furniture.
        kept.append([fragment for fragment in page if id(fragment) not in dropped] or page)
    return kept


@dataclass(frozen=True, slots=True)
class _Edge:
    """A line near the edge of a page.

    Attributes:
        outermost: whether it is the last before the edge.
        small: whether it may count pages; a number in larger type counts chapters.
    """

    zone: str
    outermost: bool
    small: bool
    row: list[Fragment]


def _edges(page: Page, largest: float) -> list[_Edge]:
    found = rows(page)
    bottom = max(len(found) - _LINES, (len(found) + 1) // 2)
    top = min(_LINES, bottom)
    return [
        _Edge(
            "top" if number < top else "bottom",
            number in (0, len(found) - 1),
            max(fragment.size for fragment in row) <= largest,
            row,
        )
        for number, row in enumerate(found)
        if number < top or number >= bottom
    ]


def _all_signs(edge: Sequence[_Edge], page: int) -> set[_Sign]:
    return {sign for line in edge for sign in _signs(line, page)}


def _signs(line: _Edge, page: int) -> list[_Sign]:
    """By what a line could be known again on another page."""
    text = " ".join(fragment.text for fragment in line.row).strip()
    signs: list[_Sign] = [(line.zone, text, "same", 0)]
    if line.outermost:
        height = line.row[0].base / _SAME_HEIGHT
        signs += [(line.zone, text, "height", at) for at in (floor(height), -round(height))]
    if not line.small:
        return signs
    if line.outermost:
        # The head names the chapter, which is another one after some pages.
        signs += [("", "", "page", number - page) for number in _numbers_apart(line.row)]
    words = _NUMBER.sub("#", text)
    for place, number in enumerate(_NUMBER.findall(text)[:8]):
        signs.append((line.zone, words, f"number {place}", int(number) - page))
    bare = text.strip(_SIGNS)
    if _ROMAN.fullmatch(bare):
        signs.append((line.zone, "", "roman", _value(bare) - page))
    return signs


def _numbers_apart(row: Sequence[Fragment]) -> list[int]:
    """Numbers at either end of a line, by themselves or well apart from what else is there."""
    ends = [row[0]]
    if len(row) > 1:
        ends = [
            end
            for end, other in ((row[0], row[1]), (row[-1], row[-2]))
            if max(other.left - end.right, end.left - other.right) > _APART * end.size
        ]
    bare = [fragment.text.strip(_SIGNS) for fragment in ends]
    return [int(text) for text in bare if _NUMBER.fullmatch(text)]


def _body_size(pages: Sequence[Page]) -> float:
    found: Counter[float] = Counter()
    for page in pages:
        for fragment in page:
            found[round(2 * fragment.size) / 2] += len(fragment.text)
    return max(found, key=found.__getitem__, default=0.0)


def _value(roman: str) -> int:
    digits = [_ROMAN_DIGITS[letter] for letter in roman.lower()]
    return sum(
        -digit if digit < after else digit
        for digit, after in zip(digits, [*digits[1:], 0], strict=True)
    )
