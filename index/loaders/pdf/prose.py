"""Lines to text: paragraphs and headings, over columns and pages; words made whole again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.documents import Content, Heading, Span
from index.loaders.pdf.headings import body_size, larger, outlined
from index.loaders.pdf.hyphens import CONJUNCTIONS, FIRST_WORD, LAST_WORD, keeps_hyphen, vocabulary
from index.loaders.pdf.paragraphs import Page, Paragraph, paragraphs
from index.loaders.pdf.tables import with_rows

# Scripts that put no space between words.
_UNSPACED = re.compile("[\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def prose(pages: Sequence[Page], outline: Sequence[tuple[int, int, str]] = ()) -> Content:
    """The text of a document, its headings and where its pages start.

    Args:
        pages: the lines of each page, column by column.
        outline: bookmarks, where there are any: page (from 0), level (from 1) and words.
    """
    lines = [line for page in pages for region in page for line in region]
    writer = _Writer(vocabulary(line.text for line in lines))
    found = paragraphs(pages)
    for paragraph in found:
        writer.write(paragraph)
    text = "".join(writer.pieces)
    located = outlined(found, outline)
    levels = located if located is not None else larger(found, body_size(lines))
    headings = []
    others = []
    for paragraph, span in zip(found, writer.spans, strict=True):
        level = levels.get(id(paragraph))
        if level is not None and len(span):
            headings.append(Heading(span, level, " ".join(span.of(text).split())))
        elif len(span):
            others.append(span)
    blocks, tables = with_rows(text, others)
    return Content(
        text,
        headings=tuple(headings),
        page_starts=tuple(writer.page_starts(len(pages))),
        blocks=tuple(blocks),
        tables=tuple(tables),
    )


@dataclass(slots=True)
class _Writer:
    """Writes paragraphs one after the other, and notes where they and the pages start."""

    words: Counter[str]
    pieces: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    length: int = 0
    _starts: dict[int, int] = field(default_factory=dict)

    def write(self, paragraph: Paragraph) -> None:
        if self.length:
            self._put("\n\n")
        start = self.length
        for number, placed in enumerate(paragraph.lines):
            text = placed.line.text
            if number:
                text = self._joined(text, number in paragraph.breaks)
            self._starts.setdefault(placed.page, self.length)
            self._put(text)
        self.spans.append(Span(start, self.length))

    def page_starts(self, pages: int) -> Iterator[int]:
        """A page without text starts where the next one does; the first at the beginning."""
        starts = []
        following = self.length
        for page in reversed(range(pages)):
            following = self._starts.get(page, following) if page else 0
            starts.append(following)
        return reversed(starts)

    def _joined(self, text: str, apart: bool) -> str:
        """What follows the line above, with what parts them put before; the hyphen may go."""
        above = self.pieces[-1]
        if apart:
            self._put("\n")
            return text
        last, first = LAST_WORD.search(above), FIRST_WORD.match(text)
        if last is None or first is None:
            together = above.endswith(("-", "–", "/")) and text[0].isalnum() and above[-2:-1] != " "
            unspaced = _UNSPACED.match(above[-1]) and _UNSPACED.match(text)
            if not together and not unspaced:
                self._put(" ")
            return text
        if keeps_hyphen(last[1], first[0], self.words):
            if first[0] in CONJUNCTIONS:
                self._put(" ")
        else:
            self.pieces[-1] = above[:-1]
            self.length -= 1
        return text

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)
