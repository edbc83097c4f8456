"""The sentence baseline: no trained reader, only the encoder.

The sentence nearest to the question holds the answer surprisingly often. Used if the trained
reader's weights are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index import Cancelled, Encoder, Span
from index.text import split_sentences
from qa.defaults import never
from qa.passage_text import ModelPassage
from qa.reader.reading import Reading, ScoredSpan


class SentenceReader:
    """Quotes the sentences nearest to the question; scores are cosines."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def read(
        self, question: str, passages: Sequence[ModelPassage], cancelled: Callable[[], bool] = never
    ) -> list[Reading]:
        located = [
            (number, Span(start, end))
            for number, passage in enumerate(passages)
            for start, end in split_sentences(passage.text)
        ]
        if not located or not question.strip():
            return [Reading((), -1.0) for _ in passages]
        if cancelled():
            raise Cancelled
        prefixes = [f"{passage.above}\n" if passage.above else "" for passage in passages]
        vectors = self._encoder.encode_passages(
            [prefixes[n] + span.of(passages[n].text) for n, span in located]
        )
        scores = (vectors @ self._encoder.encode_questions([question])[0]).tolist()
        spans_of_passages: list[list[ScoredSpan]] = [[] for _ in passages]
        for (number, span), score in zip(located, scores, strict=True):
            spans_of_passages[number].append(ScoredSpan(span, score))
        readings = []
        for spans in spans_of_passages:
            spans.sort(key=lambda scored: (-scored.score, scored.span))
            readings.append(Reading(tuple(spans[:3]), spans[0].score if spans else -1.0))
        return readings
