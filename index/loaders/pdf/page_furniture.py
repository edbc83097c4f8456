"""What is printed on page after page and is no part of the text: running heads, page numbers.

Such lines are at the edge of a page, apart from its text, and they come again on other
pages or hold a number that counts the pages. An only page has no more than a number, and
what browsers print with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from statistics import median

from index.loaders.pdf.columns import rows
from index.loaders.pdf.fragments import Fragment

# So many lines at the top and at the bottom of a page may be furniture.
_LINES = 3
# On so many pages a line must be found; on all where there are fewer. The outermost one
# on two, where it is at the same height (in points).
_PAGES, _SAME_HEIGHT = 3, 4
# How much farther from the text than its lines are from one another.
_GAP = 1.25
# In ems: a page number stands so far from the rest of its line, if there is any.
_APART = 2
# Page numbers are in type no larger than the text's, or hardly.
_LARGEST = 1.15
_NUMBER = re.compile(r"\d{1,6}")
# What browsers print around a page, beside its title and number: its address, and when.
_PRINTED = re.compile(
    r"(?:https?|file)://\S+|\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]m)?",
    re.IGNORECASE,
)
# How the only page of a document is numbered.
_ONLY = re.compile(r"(?:page )?1(?: ?/ ?1| of 1)?", re.IGNORECASE)
_SIGNS = "-–—•·| "
_ROMAN = re.compile(r"[ivxlc]{1,8}", re.IGNORECASE)
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

Page = Sequence[Fragment]
Row = Sequence[Fragment]
# By what a line is known again: its zone, its words, and a number that is the same, too.
_Sign = tuple[str, str, str, int]


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """The pages without the lines at their edges that come again or count the pages."""
    if len(pages) == 1:
        return [_without_number(pages[0])]
    largest = _LARGEST * _body_size(pages)
    edges = [_edges(page) for page in pages]
    seen: Counter[_Sign] = Counter()
    for number, both in enumerate(edges):
        seen.update(
            {sign for edge in both for signs in edge.signs(number, largest) for sign in signs}
        )
    enough = max(2, min(_PAGES, len(pages)))
    kept: list[Page] = []
    for number, (page, both) in enumerate(zip(pages, edges, strict=True)):
        dropped: set[int] = set()
        for edge in both:
            known = [
                any(seen[sign] >= (2 if sign[2] == "height" else enough) for sign in signs)
                for signs in edge.signs(number, largest)
            ]
            for row in edge.rows[: edge.furniture(known)]:
                dropped.update(map(id, row))
        # A page that would be left without a word has no furniture.
        kept.append([fragment for fragment in page if id(fragment) not in dropped] or page)
    return kept


def _without_number(page: Page) -> Page:
    """The only page of a document without its number, and what a browser printed with that.

    What else is furniture nobody can tell.
    """
    head, foot = _edges(page)
    above = foot.rows[1] if len(foot.rows) > 1 else foot.inner
    if not foot.rows or above is None or not _is_apart(foot.rows[0], above, foot.leading):
        return page
    last = foot.rows[0]
    numbers = [fragment for fragment in last if _ONLY.fullmatch(fragment.text.strip(_SIGNS))]
    if len(numbers) != 1 or any(
        fragment not in numbers and not _PRINTED.fullmatch(fragment.text) for fragment in last
    ):
        return page
    dropped = {*map(id, last)}
    if len(last) > 1 and any(_PRINTED.fullmatch(fragment.text) for fragment in head.rows[0]):
        dropped.update(map(id, head.rows[0]))
    return [fragment for fragment in page if id(fragment) not in dropped]


@dataclass(frozen=True, slots=True)
class _Edge:
    """The top or the bottom of a page.

    Attributes:
        zone: which of the two.
        rows: the lines that may be furniture, the outermost first.
        inner: the next line of the page, if there is one.
        leading: the usual distance of lines on the page, in points.
    """

    zone: str
    rows: Sequence[Row]
    inner: Row | None
    leading: float

    def signs(self, page: int, largest: float) -> Iterator[list[_Sign]]:
        """By what each line could be known again on another page."""
        for depth, row in enumerate(self.rows):
            yield _signs(self.zone, row, depth == 0, page, largest)

    def furniture(self, known: Sequence[bool]) -> int:
        """How many of the lines are furniture, given which are known from other pages."""
        depth = known.index(False) if False in known else len(known)
        following = [*self.rows[1:], self.inner]
        for count in range(depth, 0, -1):
            next_row = following[count - 1]
            if next_row is None or _is_apart(self.rows[count - 1], next_row, self.leading):
                return count
        # A number by itself that counts the pages needs no gap.
        return int(depth > 0 and len(self.rows[0]) == 1 and bool(_numbers_apart(self.rows[0])))


def _edges(page: Page) -> tuple[_Edge, _Edge]:
    found = rows(page)
    distances = [above[0].base - below[0].base for above, below in pairwise(found)]
    leading = median(distances) if len(distances) > 4 else 0.0
    bottom = max(len(found) - _LINES, (len(found) + 1) // 2)
    top = min(_LINES, bottom)
    return (
        _Edge("top", found[:top], found[top] if top < len(found) else None, leading),
        _Edge("bottom", found[bottom:][::-1], found[bottom - 1] if bottom else None, leading),
    )


def _is_apart(row: Row, other: Row, leading: float) -> bool:
    usual = leading or 1.2 * max(fragment.size for fragment in (*row, *other))
    return abs(row[0].base - other[0].base) > _GAP * usual


def _signs(zone: str, row: Row, outermost: bool, page: int, largest: float) -> list[_Sign]:
    text = " ".join(fragment.text for fragment in row).strip()
    signs: list[_Sign] = [(zone, text, "same", 0)]
    if outermost:
        height = row[0].base / _SAME_HEIGHT
        signs += [(zone, text, "height", at) for at in (floor(height), -round(height))]
    # A number in larger type counts chapters.
    if max(fragment.size for fragment in row) > largest:
        return signs
    if outermost:
        # The head names the chapter, which is another one after some pages.
        signs += [("", "", "page", number - page) for number in _numbers_apart(row)]
    words = _NUMBER.sub("#", text)
    for place, number in enumerate(_NUMBER.findall(text)[:8]):
        signs.append((zone, words, f"number {place}", int(number) - page))
    bare = text.strip(_SIGNS)
    if _ROMAN.fullmatch(bare):
        signs.append((zone, "", "roman", _value(bare) - page))
    return signs


def _numbers_apart(row: Row) -> list[int]:
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
