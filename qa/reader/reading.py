"""What a reader returns of a passage: the seam between answering and any reader."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from index import Hit, Span
from qa.defaults import never
from qa.passage_text import ModelPassage


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span of a passage (offsets into the passage) and its score, comparable across passages."""

    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader's view of one passage.

    Attributes:
        spans: the best spans, best first; empty if there is nothing to quote.
        relevance: how surely the passage holds an answer at all; comparable across passages.
        sentences: the passage's sentences with how surely each is part of the answer (log
            odds), in reading order; empty from a reader that does not score them.
        ranking: of a `RankingReader`: orders passages for a question, on the scale of
            `Reranker.score`.
    """

    spans: tuple[ScoredSpan, ...]
    relevance: float
    sentences: tuple[ScoredSpan, ...] = ()
    ranking: float = 0.0


class Reader(Protocol):
    """Finds the answer to a question in passages."""

    def read(
        self, question: str, passages: Sequence[ModelPassage], cancelled: Callable[[], bool] = ...
    ) -> list[Reading]:
        """One reading a passage, in the order given.

        Spans lie within their passage and are not empty; scores are finite.

        Args:
            cancelled: asked between batches.

        Raises:
            Cancelled: `cancelled()` turned true.
        """
        ...


@runtime_checkable
class RankingReader(Reader, Protocol):
    """A reader whose readings say in which order the passages answer: it needs no reranker."""

    ranks_passages: Literal[True]


def read_passages(
    question: str, hits: Sequence[Hit], reader: Reader, cancelled: Callable[[], bool] = never
) -> list[Reading]:
    """One reading a hit, in the order given.

    Raises:
        TypeError, ValueError: the readings are not as `Reader.read` promises.
        Cancelled: `cancelled()` turned true.
    """
    readings = reader.read(question, [ModelPassage.of(hit) for hit in hits], cancelled)
    texts = [hit.passage.text for hit in hits]
    _check_readings(readings, texts, f"the reader {type(reader).__name__}")
    return readings


def _check_readings(readings: Sequence[Reading], passages: Sequence[str], who: str) -> None:
    """Raise an error of one line if readings are not as `Reader.read` promises."""
    if not isinstance(readings, list) or not all(isinstance(each, Reading) for each in readings):
        raise TypeError(f"{who} must give a list of Reading, one a passage")
    if len(readings) != len(passages):
        raise ValueError(f"{who} gives {len(readings)} readings of {len(passages)} passages")
    for reading, passage in zip(readings, passages, strict=True):
        for scored in (*reading.spans, *reading.sentences):
            if not 0 <= scored.span.start < scored.span.end <= len(passage):
                raise ValueError(
                    f"{who} gives {scored.span}, which is not within its passage "
                    f"of {len(passage)} characters"
                )
        scores = (scored.score for scored in (*reading.spans, *reading.sentences))
        for score in (reading.relevance, reading.ranking, *scores):
            if not math.isfinite(score):
                raise ValueError(f"{who} gives a score of {score}: it must be finite")
