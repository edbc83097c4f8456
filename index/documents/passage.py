"""A document, a passage of it, and a passage that was found: what is indexed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from index.documents.blocks import Block, Blocks, Mark, Span
from index.documents.content import join_headings, join_title
from index.documents.properties import ENGLISH, NO_PROPERTIES, Properties


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
        parts = (Span(*pair) for pair in self.properties.doubtful)
        return tuple(part.clip(span) for part in parts if part.overlaps(span))


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


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The document that a passage is from.

    Text and passages are read one after the other. The document may change in between, so a
    passage counts only if its span of the text is its own text.

    Attributes:
        text: of the document.
        passages: all of its passages, in reading order.
    """

    text: str
    passages: Sequence[Passage]

    def join(self, passages: Sequence[Passage]) -> Passage:
        """Some of the passages, in reading order, and all that is between them, as one."""
        span = Span(passages[0].span.start, passages[-1].span.end)
        blocks = tuple(self._join_blocks(passages))
        marks = tuple(mark for passage in passages for mark in passage.marks)
        text = span.of(self.text)
        return replace(passages[0], span=span, text=text, blocks=blocks, marks=marks)

    def _join_blocks(self, passages: Sequence[Passage]) -> Iterator[Block]:
        """The blocks of some passages; one that was cut between two of them is whole again."""
        above: Block | None = None
        for block in (block for passage in passages for block in passage.blocks):
            if above is not None and self._is_one_block(above, block):
                above = replace(above, span=Span(above.span.start, block.span.end))
                continue
            if above is not None:
                yield above
            above = block
        if above is not None:
            yield above

    def _is_one_block(self, above: Block, below: Block) -> bool:
        is_alike = above.kind == below.kind and above.depth == below.depth
        gap = self.text[above.span.end : below.begin]
        return is_alike and below.marker is None and not below.cells and "\n" not in gap


def _know_nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search has found, with its scores.

    Attributes:
        score: 0 to 1; hits are ordered by it.
        scores: its parts, if they are known: `bm25` (raw, 0 or more) and `dense` (cosine, -1
            to 1). Answering adds `retriever` (0 to 1), `reranker` (by which the passage was ranked:
            the reader's score, unless there is a reranker of one's own) and `reader` (relevance).
        stale: the file has changed since it was indexed.
        read_surroundings: reads its document, with the section and the table that it is in; None
            if the document is gone, or nobody knows it.
    """

    passage: Passage
    document: Document
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    stale: bool = False
    read_surroundings: Callable[[], Surroundings | None] = field(
        default=_know_nothing, repr=False, compare=False
    )

    @property
    def above(self) -> str:
        """Title, headings and column names in one line; "" if there are none."""
        return join_title(self.document.title, self.passage.headings, self.passage.columns)

    def read_section(self) -> Surroundings | None:
        """The section that the passage is in, or the table if it is a row of one.

        Its passages follow each other under the same headings, with the same columns. None if the
        document is gone, if nobody knows it, or if it has changed meanwhile.
        """
        document, own = self.read_surroundings(), self.passage
        if document is None:
            return None
        for _, run in groupby(document.passages, key=lambda each: (each.headings, each.columns)):
            passages = list(run)
            if any(each.id == own.id for each in passages):
                unchanged = all(each.span.of(document.text) == each.text for each in passages)
                return Surroundings(document.text, passages) if unchanged else None
        return None
