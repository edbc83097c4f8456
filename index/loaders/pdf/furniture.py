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
_NUMBER = re.compile(r"\d{1,6}")
_ROMAN = re.compile(r"[ivxlc]{1,8}", re.IGNORECASE)
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

Page = Sequence[Fragment]
# By what a line is known again: its zone, its words, and a number that is the same, too.
_Sign = tuple[str, str, str, int]


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """The pages without the lines at their edges that come again or count the pages."""
    edges = [_edges(page) for page in pages]
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
        kept.append([fragment for fragment in page if id(fragment) not in dropped])
    return kept


@dataclass(frozen=True, slots=True)
class _Edge:
    """A line near the edge of a page: in which zone, and whether it is the last before it."""

    zone: str
    outermost: bool
    row: list[Fragment]


def _edges(page: Page) -> list[_Edge]:
    found = rows(page)
    bottom = max(len(found) - _LINES, (len(found) + 1) // 2)
    top = min(_LINES, bottom)
    return [_Edge("top", number == 0, row) for number, row in enumerate(found[:top])] + [
        _Edge("bottom", number == len(found) - 1, found[number])
        for number in range(bottom, len(found))
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
    words = _NUMBER.sub("#", text)
    for place, number in enumerate(_NUMBER.findall(text)[:8]):
        signs.append((line.zone, words, f"number {place}", int(number) - page))
    bare = text.strip("-–—•| ")
    if _ROMAN.fullmatch(bare):
        signs.append((line.zone, "", "roman", _value(bare) - page))
    return signs


def _value(roman: str) -> int:
    digits = [_ROMAN_DIGITS[letter] for letter in roman.lower()]
    return sum(
        -digit if digit < after else digit
        for digit, after in zip(digits, [*digits[1:], 0], strict=True)
    )
