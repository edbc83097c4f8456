"""A passage that was found, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from index.documents.blocks import Block
from index.documents.headings import join_title
from index.documents.passage import Document, Passage
from index.documents.span import Span


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
