"""Lines to text: paragraphs and headings, with their spans and the starts of pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.documents import Content, Heading, Properties, Span, Table
from index.loaders.pdf.headings import Bookmark, find_title, rank_by_bookmarks, rank_by_type
from index.loaders.pdf.line_ends import count_words, join_lines
from index.loaders.pdf.lines import find_body_size
from index.loaders.pdf.paragraphs import Page, Paragraph, group_paragraphs
from index.loaders.shared.table_header import read_column_names


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
        pieces: the text so far.
        spans: those of the paragraphs.
        length: of the text so far.
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
