"""Headings: paragraphs that bookmarks name, or that are set in larger or bold type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from index.loaders.pdf.fragments import half_points
from index.loaders.pdf.paragraphs import Paragraph

# The type of a heading is larger than the text's by this factor, or bold and hardly smaller.
_LARGER, _BOLD_SIZE = 1.12, 0.88
_MOST_LINES, _MOST_CHARACTERS = 3, 200
_LOWEST_LEVEL = 6
# In characters: a title page has no more.
_LONGEST_TITLE_PAGE = 400
# Of a heading letters are at least this share, years aside.
_LETTERS = 0.5
_YEARS = re.compile(r"\b(?:19|20)\d\d(?:[/–-](?:19|20)?\d\d)?\b")
# What says when something was decided, below the heading of what was.
_NOTE = re.compile(
    r"[\[(]?(?:last )?(?:added|adopted|amended|approved|effective|ratified|repealed|revised):?\s+"
    r"(?:(?:in|on|by|at|as of|from|since)\b.*\d|(?:[a-z]{3,9}\.? )?\d).*",
    re.IGNORECASE,
)
# Bookmarks are believed from so many on that name paragraphs.
_FEWEST_BOOKMARKS = 3


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of a PDF's outline: its page (from 0), its level (from 1) and its words."""

    page: int
    level: int
    words: str


def rank_by_bookmarks(
    paragraphs: Sequence[Paragraph], bookmarks: Sequence[Bookmark]
) -> dict[int, int] | None:
    """The levels of the paragraphs that bookmarks name, by their `id`.

    None if most bookmarks name no paragraph.
    """
    by_page: dict[int, list[Paragraph]] = {}
    for paragraph in paragraphs:
        by_page.setdefault(paragraph.lines[0].page, []).append(paragraph)
    levels: dict[int, int] = {}
    missing = 0
    for bookmark in bookmarks:
        wanted = _letters_of(bookmark.words)
        for paragraph in by_page.get(bookmark.page, ()):
            if id(paragraph) in levels or len(paragraph.lines) > _MOST_LINES:
                continue
            letters = _letters_of(_words_of(paragraph))
            # The number of a section often stands in only one of the two.
            if wanted and (letters == wanted or letters.lstrip("0123456789") == wanted):
                levels[id(paragraph)] = min(bookmark.level, _LOWEST_LEVEL)
                break
        else:
            missing += 1
    is_believed = len(levels) >= _FEWEST_BOOKMARKS and missing <= len(levels)
    return levels if is_believed else None


def rank_by_type(paragraphs: Sequence[Paragraph], body_size: float) -> dict[int, int]:
    """The levels of the paragraphs in larger or bold type, by their `id`.

    The largest type is level 1; bold type of the text's size comes below all larger type.

    Args:
        body_size: the size of the text's type, in points.
    """
    larger: list[tuple[float, Paragraph]] = []
    bold: list[Paragraph] = []
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        first = paragraph.lines[0].line
        words = _words_of(paragraph)
        if (
            len(paragraph.lines) > _MOST_LINES
            or len(words) > _MOST_CHARACTERS
            or "\t" in words
            or not _has_letters(words)
            or _NOTE.fullmatch(words)
        ):
            continue
        if first.size > _LARGER * body_size:
            larger.append((half_points(first.size), paragraph))
        elif (
            first.bold
            and first.size > _BOLD_SIZE * body_size
            and not paragraph.breaks
            and not re.search(r"[.,;:]$", words)
            and following is not None
            and not following.lines[0].line.bold
        ):
            bold.append(paragraph)
    sizes = sorted({size for size, _ in larger}, reverse=True)
    levels = {
        id(paragraph): min(sizes.index(size) + 1, _LOWEST_LEVEL) for size, paragraph in larger
    }
    lowest = min(len(sizes) + 1, _LOWEST_LEVEL)
    return levels | {id(paragraph): lowest for paragraph in bold}


def find_title(paragraphs: Sequence[Paragraph], body_size: float) -> str | None:
    """The words in the largest type of the first page, if they are the title.

    They are if the rest of the document has no type as large, or the page is a title page.

    Args:
        body_size: the size of the text's type, in points.
    """
    first_page = [paragraph for paragraph in paragraphs if paragraph.lines[0].page == 0]
    largest = max((_size_of(paragraph) for paragraph in first_page), default=0.0)
    groups = groupby(first_page, key=lambda paragraph: _size_of(paragraph) == largest)
    runs = [[*group] for is_largest, group in groups if is_largest]
    if len(runs) != 1 or largest <= _LARGER * body_size:
        return None
    has_larger = any(
        _size_of(paragraph) >= largest for paragraph in paragraphs if paragraph not in runs[0]
    )
    words = sum(len(_words_of(paragraph)) for paragraph in first_page)
    if sum(len(paragraph.lines) for paragraph in runs[0]) > _MOST_LINES or (
        has_larger and words > _LONGEST_TITLE_PAGE
    ):
        return None
    return " ".join(map(_words_of, runs[0]))


def _has_letters(words: str) -> bool:
    """Whether some words are more than numbers and signs."""
    words = " ".join(_YEARS.sub("", words).split())
    letters = sum(map(str.isalpha, words))
    return letters >= _LETTERS * len(words) and letters > 0


def _size_of(paragraph: Paragraph) -> float:
    return half_points(paragraph.lines[0].line.size)


def _words_of(paragraph: Paragraph) -> str:
    return " ".join(each.line.text for each in paragraph.lines)


def _letters_of(words: str) -> str:
    """The letters and digits of some words, in small letters."""
    return "".join(letter for letter in words.lower() if letter.isalnum())
