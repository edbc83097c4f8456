"""A passage that was found, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
        blocks = tuple(block for passage in passages for block in passage.blocks)
        marks = tuple(mark for passage in passages for mark in passage.marks)
        text = span.of(self.text)
        return replace(passages[0], span=span, text=text, blocks=blocks, marks=marks)


def _know_nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search has found, with its scores.

    Attributes:
        score: 0 to 1; hits are ordered by it.
        scores: its parts where they are known: `bm25` (raw, 0 or more) and `dense` (cosine, -1
            to 1).
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
        """Title, headings and column names in one line; "" where there are none."""
        return join_title(self.document.title, self.passage.headings, self.passage.columns)
