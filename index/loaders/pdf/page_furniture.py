"""Page furniture: what is printed on page after page and is not part of the text.

Running heads, running feet and page numbers stand at the edge of a page, apart from its
text. They come again on other pages, or hold a number that counts the pages. A document
of one page has nothing to compare with: there only a page number and what browsers print around a
page are furniture.

The numbers of lines in the margin, as manuscripts have them, are no words of the text either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from statistics import median

from index.loaders.pdf.fragments import Fragment, half_points
from index.loaders.pdf.lines import find_body_size, group_rows
from index.loaders.shared.roman import read_roman

# At most so many rows at the top of a page, and at the bottom, are furniture.
_MOST_ROWS = 3
# A row is known as furniture by so many pages, or by all if there are fewer. Two are
# enough for the outermost row where it stands at the same height (in points), and one for the
# title of the document.
_FEWEST_PAGES, _SAME_HEIGHT = 3, 4
_PAGES_BY_KIND = {"height": 2, "title": 1}
# If so large a share of the rows at one height is furniture, all of them are.
_SHARE_OF_HEIGHT = 2 / 3
# Furniture is this much farther from the text than the lines of the text from one another.
_GAP = 1.25
# In ems: the distance between a page number and the other words of its row.
_APART = 2
# The type of furniture is hardly larger than that of the text.
_LARGEST_TYPE = 1.15
_NUMBER = re.compile(r"\d{1,6}")
# Numbers of a row that are compared with the page: the first of them.
_MOST_NUMBERS = 8
# What browsers print around a page beside its title and number: its address, and the time.
_PRINTED_BY_BROWSER = re.compile(
    r"(?:https?|file)://\S+|\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]m)?",
    re.IGNORECASE,
)
# The page number of a document of one page.
_FIRST_OF_ONE = re.compile(r"(?:page )?1(?: ?/ ?1| of 1)?", re.IGNORECASE)
_AT_ENDS = re.compile(r"^[\W\d]+|[\W\d]+$")
_ORNAMENTS = "-–—•·| "

Page = Sequence[Fragment]
Row = Sequence[Fragment]
# The zone, the height and the size of type of a row.
_Position = tuple[str, int, float]
# A page with numbers of lines has at least so many of them; lines of prose have so many characters,
# and so many of them go on with a sentence, unlike the rows of a table.
_FEWEST_NUMBERS, _FEWEST_CHARACTERS, _GO_ON = 5, 40, 0.3
_MOST_DIGITS = 4
# In points: the numbers of lines begin or end this near to each other.
_NEAR = 3.0
_STEPS = frozenset((1, 2, 5, 10))
# So many pages have numbers of lines, and this share of all pages, or else they are a column.
_FEWEST_NUMBERED, _NUMBERED = 2, 0.5


@dataclass(frozen=True, slots=True)
class _Signature:
    """What a row has in common with rows of other pages.

    Attributes:
        kind: "words" if the rows are the same, "height" if they also stand at the same
            height, "title" if they are the title on the first page, "page" if a number
            by itself counts the pages, "number" if one in a row of equal words does.
        zone: "top" or "bottom"; "" if it does not matter.
        words: those of the row, with "#" for its numbers if these may differ.
        number: the height, or how far the number is ahead of the page; 0 for the other kinds.
        size: the size of type, in points; 0 if it does not matter.
        index: which number of the row it is, from 0.
    """

    kind: str
    zone: str
    words: str
    number: int = 0
    size: float = 0.0
    index: int = 0


@dataclass(frozen=True, slots=True)
class _Edge:
    """The top or the bottom of a page.

    Attributes:
        zone: "top" or "bottom".
        rows: the rows that may be furniture, the outermost first.
        inner: the next row of the page; None if there is none.
        leading: the usual distance between lines of the page, in points; 0 if it is unknown.
    """

    zone: str
    rows: Sequence[Row]
    inner: Row | None
    leading: float

    def count_furniture(self, known: Sequence[bool]) -> int:
        """How many rows are furniture, given which of them are known from other pages."""
        depth = known.index(False) if False in known else len(known)
        for count in range(depth, 0, -1):
            if self.is_apart(count - 1):
                return count
        # A number by itself that counts the pages needs no gap.
        return int(depth > 0 and len(self.rows[0]) == 1 and bool(_numbers_apart(self.rows[0])))

    def is_apart(self, depth: int) -> bool:
        """Whether a wide gap, or nothing at all, follows a row on its inner side."""
        row = self.rows[depth]
        following = self.rows[depth + 1] if depth + 1 < len(self.rows) else self.inner
        if following is None:
            return True
        usual = self.leading or 1.2 * max(fragment.size for fragment in (*row, *following))
        return abs(row[0].base - following[0].base) > _GAP * usual


def remove_furniture(pages: Sequence[Page]) -> list[Page]:
    """The pages without running heads, running feet and page numbers."""
    if len(pages) == 1:
        return [_remove_only_number(pages[0])]
    # The top and the bottom of each page, one after the other.
    edges = [edge for page in pages for edge in _edges(page)]
    largest = _LARGEST_TYPE * find_body_size(fragment for page in pages for fragment in page)
    titles = {
        _strip_numbers(_join_words(row))
        for row in group_rows(pages[0])
        if max(fragment.size for fragment in row) > largest
    }
    signatures = [
        [_sign(edge.zone, row, row is edge.rows[0], at // 2, largest, titles) for row in edge.rows]
        for at, edge in enumerate(edges)
    ]
    enough = max(2, min(_FEWEST_PAGES, len(pages)))
    kept = _drop_known(pages, edges, signatures, _count_signatures(signatures, pages), enough)
    # A page of nothing else is emptied only if pages with text have the same furniture.
    on_pages_with_text = _count_signatures(signatures, kept)
    checked = _drop_known(pages, edges, signatures, on_pages_with_text, enough)
    return [page or again for page, again in zip(kept, checked, strict=True)]


def _remove_only_number(page: Page) -> Page:
    """A document's only page without its number and what is printed beside it."""
    head, foot = _edges(page)
    if not foot.rows or (len(foot.rows) == 1 and foot.inner is None) or not foot.is_apart(0):
        return page
    last = foot.rows[0]
    numbers = [
        fragment
        for fragment in last
        if _FIRST_OF_ONE.fullmatch(fragment.text.strip(_ORNAMENTS)) is not None
    ]
    if len(numbers) != 1:
        return page
    others = [fragment for fragment in last if fragment not in numbers]
    if not all(_PRINTED_BY_BROWSER.fullmatch(fragment.text) for fragment in others):
        return page
    dropped = {*map(id, last)}
    first = head.rows[0]
    if others and any(_PRINTED_BY_BROWSER.fullmatch(fragment.text) for fragment in first):
        dropped.update(map(id, first))
    return [fragment for fragment in page if id(fragment) not in dropped]


# The signatures of each row of each edge.
_Signatures = Sequence[Sequence[Sequence[_Signature]]]


def _count_signatures(signatures: _Signatures, pages: Sequence[Page]) -> Counter[_Signature]:
    """On how many pages that are not empty each signature stands."""
    counts: Counter[_Signature] = Counter()
    for number, page in enumerate(pages):
        both = signatures[2 * number : 2 * number + 2] if page else ()
        counts.update({each for edge in both for row in edge for each in row})
    return counts


def _drop_known(
    pages: Sequence[Page],
    edges: Sequence[_Edge],
    signatures: _Signatures,
    counts: Counter[_Signature],
    enough: int,
) -> list[Page]:
    """The pages without those rows whose signatures stand on enough pages."""
    known = [
        [any(counts[each] >= _PAGES_BY_KIND.get(each.kind, enough) for each in row) for row in edge]
        for edge in signatures
    ]
    _complete_known(edges, known, enough)
    dropped = {
        id(fragment)
        for edge, number in zip(edges, _count_rows(edges, known), strict=True)
        for row in edge.rows[:number]
        for fragment in row
    }
    return [[fragment for fragment in page if id(fragment) not in dropped] for page in pages]


def _complete_known(edges: Sequence[_Edge], known: Sequence[list[bool]], enough: int) -> None:
    """Mark the outermost rows at heights at which most rows are known.

    A running head may name a chapter that has one page only.
    """
    all_rows: Counter[_Position] = Counter()
    known_rows: Counter[_Position] = Counter()
    for edge, flags in zip(edges, known, strict=True):
        if flags:
            all_rows[_position(edge)] += 1
            known_rows[_position(edge)] += flags[0]
    for edge, flags in zip(edges, known, strict=True):
        if flags:
            many = known_rows[_position(edge)]
            flags[0] |= many >= enough and many >= _SHARE_OF_HEIGHT * all_rows[_position(edge)]


def _count_rows(edges: Sequence[_Edge], known: Sequence[Sequence[bool]]) -> list[int]:
    """How many rows of each edge are furniture."""
    furniture = [
        edge.count_furniture(flags) if flags else 0
        for edge, flags in zip(edges, known, strict=True)
    ]
    usual = Counter(
        (_position(edge), _words(edge))
        for edge, number in zip(edges, furniture, strict=True)
        if number
    )
    # A figure may reach up to a running head that is apart from the text on other pages.
    return [
        1
        if not number and edge.rows and usual[_position(edge), _words(edge)] >= _FEWEST_PAGES
        else number
        for edge, number in zip(edges, furniture, strict=True)
    ]


def _position(edge: _Edge) -> _Position:
    """Where the outermost row of an edge stands, and how large its type is."""
    first = edge.rows[0][0]
    return edge.zone, round(first.base / _SAME_HEIGHT), half_points(first.size)


def _words(edge: _Edge) -> str:
    """The words of the outermost row of an edge, with "#" for its numbers."""
    return _NUMBER.sub("#", _join_words(edge.rows[0]))


def _join_words(row: Row) -> str:
    return " ".join(fragment.text for fragment in row)


def _edges(page: Page) -> tuple[_Edge, _Edge]:
    rows = group_rows(page)
    distances = [above[0].base - below[0].base for above, below in pairwise(rows)]
    leading = median(distances) if len(distances) > 4 else 0.0
    bottom = max(len(rows) - _MOST_ROWS, (len(rows) + 1) // 2)
    top = min(_MOST_ROWS, bottom)
    return (
        _Edge("top", rows[:top], rows[top] if top < len(rows) else None, leading),
        _Edge("bottom", rows[bottom:][::-1], rows[bottom - 1] if bottom else None, leading),
    )


def _sign(
    zone: str, row: Row, is_outermost: bool, page: int, largest: float, titles: Collection[str]
) -> list[_Signature]:
    """The signatures of a row.

    Args:
        page: the index of the page.
        largest: the largest type of page numbers, in points.
        titles: the rows in larger type on the first page.
    """
    text = _join_words(row).strip()
    largest_size = max(fragment.size for fragment in row)
    # The title of a document often is its running head as well, in smaller type.
    size = half_points(largest_size)
    signatures = [_Signature("words", zone, text, size=size)]
    if is_outermost:
        height = row[0].base / _SAME_HEIGHT
        signatures += [
            _Signature("height", zone, text, at, size) for at in (floor(height), -round(height))
        ]
    # A number in larger type counts chapters.
    if largest_size > largest:
        return signatures
    if is_outermost:
        signatures += [_Signature("page", "", "", number - page) for number in _numbers_apart(row)]
        if page and (words := _strip_numbers(text)) in titles:
            signatures.append(_Signature("title", zone, words))
    words = _NUMBER.sub("#", text)
    for index, number in enumerate(_NUMBER.findall(text)[:_MOST_NUMBERS]):
        signatures.append(_Signature("number", zone, words, int(number) - page, index=index))
    return signatures


def _strip_numbers(text: str) -> str:
    """The words of a row without numbers and ornaments at its ends, in small letters."""
    return _AT_ENDS.sub("", text.lower())


def _numbers_apart(row: Row) -> list[int]:
    """Numbers at either end of a row, by themselves or well apart from its other words."""
    ends = [row[0]]
    if len(row) > 1:
        ends = [
            end
            for end, other in ((row[0], row[1]), (row[-1], row[-2]))
            if max(other.left - end.right, end.left - other.right) > _APART * end.size
        ]
    numbers = [_read_number(fragment.text.strip(_ORNAMENTS)) for fragment in ends]
    return [number for number in numbers if number is not None]


def _read_number(text: str) -> int | None:
    """An arabic or roman number; None for any other text."""
    return int(text) if _NUMBER.fullmatch(text) else read_roman(text)


def remove_line_numbers(pages: Sequence[list[Fragment]]) -> list[list[Fragment]]:
    """The pages without the numbers of lines, if most pages have them."""
    numbers = [found for page in pages if (found := _find_numbers(page))]
    numbered = len(numbers)
    if numbered < _FEWEST_NUMBERED or numbered < _NUMBERED * sum(map(bool, pages)):
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
