"""A document, and a passage of it: what is indexed."""

from __future__ import annotations

from dataclasses import dataclass

from index.documents.blocks import Block, Blocks, Mark
from index.documents.headings import join_headings, join_title
from index.documents.properties import ENGLISH, NO_PROPERTIES, Properties
from index.documents.span import Span


@dataclass(frozen=True, slots=True)
class Document:
    """One indexed file: its row in the index, without its text (`Index.text` gives that).

    Attributes:
        id: grows, and is never used again.
        path: absolute path of the file (or the name given to a text that has no file). A
            document in a container has a path below the container's: `/home/ann/mail.mbox/12`.
        title: the document's own title, if any.
        properties: who wrote it, what about and when, as it says itself; in which languages
            it is, and which parts of its text are doubtful.
    """

    id: int
    path: str
    title: str | None
    properties: Properties = NO_PROPERTIES

    def find_doubtful(self, span: Span) -> tuple[Span, ...]:
        """The parts of a span that were read from a picture, and may be wrong."""
        parts = (
            Span(max(start, span.start), min(end, span.end))
            for start, end in self.properties.doubtful
            if start < span.end and end > span.start
        )
        return tuple(parts)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a part of one: what is indexed and found.

    Attributes:
        id: grows, and is never used again.
        span: its place in the document's text.
        text: exactly `document.text[span.start:span.end]`.
        headings: the headings above it, outermost first.
        columns: the names of the columns, if it is a row of a table.
        page: page number, from 1; None if the format has no pages.
        blocks: what it is made of, such as items and rows, with their places in the document.
        marks: how its words are drawn, likewise.
        language: that it is in, as ISO 639-1 names it.
    """

    id: int
    span: Span
    text: str
    headings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    page: int | None = None
    blocks: tuple[Block, ...] = ()
    marks: tuple[Mark, ...] = ()
    language: str = ENGLISH

    @property
    def heading(self) -> str | None:
        """Headings and column names in one line for people; None if there are none."""
        return join_headings(self.headings, self.columns) or None

    @property
    def own_blocks(self) -> tuple[Block, ...]:
        """Its blocks, with their places in its own text."""
        return tuple(Blocks(self.blocks).shift(-self.span.start))

    def find_item(self, span: Span) -> Block | None:
        """The item of a list that a span of the document begins; None if it begins none."""
        items = (block for block in self.blocks if block.kind == "item")
        return next((item for item in items if item.begin <= span.start <= item.span.start), None)

    def quote(self, span: Span) -> str:
        """The text at a span of the document that lies within this passage."""
        return self.text[span.start - self.span.start : span.end - self.span.start]


@dataclass(frozen=True, slots=True)
class PassageWithContext:
    """A passage as it is embedded and indexed by keyword: with the title and headings above."""

    id: int
    text: str
    title: str | None
    headings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    language: str = ENGLISH

    @property
    def above(self) -> str:
        """Title, headings and column names in one line."""
        return join_title(self.title, self.headings, self.columns)
