"""Paragraphs to text: with headings, their spans, tables and the starts of pages.

Headings are paragraphs that bookmarks name, or that are set in larger or bold type.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest

from index.documents import Content, Heading, Properties, Span, Table
from index.loaders.pdf.fragments import half_points
from index.loaders.pdf.line_ends import count_words, join_lines
from index.loaders.pdf.lines import find_body_size
from index.loaders.pdf.paragraphs import Page, Paragraph, group_paragraphs
from index.loaders.shared.table_header import read_column_names

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


def write_text(pages: Sequence[Page], bookmarks: Sequence[Bookmark] = ()) -> Content:
    """The text of a document with its headings, blocks, tables and the starts of its pages.

    Args:
        pages: the columns of each page in reading order.
        bookmarks: those of the document, if it has any.
    """
    lines = [line for page in pages for column in page for line in column]
    writer = _Writer(count_words(line.text for line in lines))
    paragraphs = group_paragraphs(pages)
    for paragraph in paragraphs:
        writer.write(paragraph)
    text = "".join(writer.pieces)
    body_size = find_body_size(lines)
    levels = rank_by_bookmarks(paragraphs, bookmarks)
    if levels is None:
        levels = rank_by_type(paragraphs, body_size)
    headings, others = [], []
    for paragraph, span in zip(paragraphs, writer.spans, strict=True):
        level = levels.get(id(paragraph))
        if level is not None and len(span):
            headings.append(Heading(span, level, " ".join(span.of(text).split())))
        elif len(span):
            others.append(span)
    blocks, tables = _split_tables(text, others)
    return Content(
        text,
        title=find_title(paragraphs, body_size),
        headings=tuple(headings),
        page_starts=tuple(writer.page_starts(len(pages))),
        paragraphs=tuple(blocks),
        tables=tuple(tables),
        properties=Properties(doubtful=tuple(writer.doubtful)),
    )


def _split_tables(text: str, paragraphs: Sequence[Span]) -> tuple[list[Span], list[Table]]:
    """The blocks and the tables of a text.

    A paragraph is a block. If it is a table with names for its columns, each row below
    the names is one.
    """
    blocks: list[Span] = []
    tables: list[Table] = []
    for paragraph in paragraphs:
        lines = paragraph.of(text).split("\n")
        columns = _read_columns(lines)
        if columns is None:
            blocks.append(paragraph)
            continue
        tables.append(Table(paragraph, columns))
        at = paragraph.start + len(lines[0]) + 1
        for line in lines[1:]:
            blocks.append(Span(at, at + len(line)))
            at += len(line) + 1
    return blocks, tables


def _read_columns(lines: Sequence[str]) -> tuple[str, ...] | None:
    """The names of the columns; None if the values below do not show that they are names."""
    if not all("\t" in line for line in lines):
        return None
    return read_column_names([line.split("\t") for line in lines], is_marked=False)


@dataclass(slots=True)
class _Writer:
    """Writes one paragraph after the other and keeps their spans.

    Attributes:
        words: the words of the document, which tell how broken words are written.
        doubtful: starts and ends of lines that were not surely read.
    """

    words: Counter[str]
    pieces: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    length: int = 0
    doubtful: list[tuple[int, int]] = field(default_factory=list)
    _starts: dict[int, int] = field(default_factory=dict)

    def write(self, paragraph: Paragraph) -> None:
        if self.length:
            self._append("\n\n")
        start = self.length
        for number, each in enumerate(paragraph.lines):
            text = each.line.text
            if number in paragraph.breaks:
                self._append("\n")
            elif number:
                above, gap = join_lines(self.pieces[-1], text, self.words)
                self.length -= len(self.pieces[-1]) - len(above)
                self.pieces[-1] = above
                if self.doubtful and self.doubtful[-1][1] > self.length:
                    self.doubtful[-1] = (self.doubtful[-1][0], self.length)
                self._append(gap)
            self._starts.setdefault(each.page, self.length)
            if each.line.doubtful:
                self.doubtful.append((self.length, self.length + len(text)))
            self._append(text)
        self.spans.append(Span(start, self.length))

    def page_starts(self, pages: int) -> Iterator[int]:
        """Where each page starts. A page without text starts where the next one does."""
        starts = []
        following = self.length
        for page in reversed(range(pages)):
            following = self._starts.get(page, following) if page else 0
            starts.append(following)
        return reversed(starts)

    def _append(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)
