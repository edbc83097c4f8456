"""What a reader makes of a passage: the seam between answers and whatever finds the spans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from index import Hit, Span


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span of a passage (offsets into the passage) and its score, comparable across passages."""

    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader's view of one passage.

    Attributes:
        spans: the best spans, best first; empty where there is nothing to quote.
        relevance: how surely the passage holds an answer at all; comparable across passages.
    """

    spans: tuple[ScoredSpan, ...]
    relevance: float


class Reader(Protocol):
    """Finds the answer to a question in passages."""

    def read(
        self,
        question: str,
        passages: Sequence[str],
        above: Sequence[str] = ...,
        cancelled: Callable[[], bool] = ...,
    ) -> list[Reading]:
        """One reading a passage, in the order given.

        Args:
            above: what stands above each passage (the document's title and the headings), not
                to be quoted; none of them where it is empty.

        Raises:
            Cancelled: `cancelled()` turned true between two batches.
        """
        ...


class Cancelled(Exception):
    """The question was withdrawn before it was answered."""


def never() -> bool:
    """The `cancelled` of a question that nobody withdraws."""
    return False


def readings_of(
    question: str, hits: Sequence[Hit], reader: Reader, cancelled: Callable[[], bool] = never
) -> list[Reading]:
    """One reading a hit, in the order given; raises as `Reader.read` does."""
    passages = [hit.passage.text for hit in hits]
    return reader.read(question, passages, [hit.above for hit in hits], cancelled)
