"""Models that remember their results: the pipeline can run again with another calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.cancellation import never
from qa.networks.passage_text import ModelPassage
from qa.reader.reading import Reader, Reading
from qa.reranker.reranking import Reranker


class MemoisedReader:
    """A reader that reads each passage once for a question."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._readings: dict[tuple[str, ModelPassage], Reading] = {}

    def read(
        self,
        question: str,
        passages: Sequence[ModelPassage],
        cancelled: Callable[[], bool] = never,
    ) -> list[Reading]:
        new = [p for p in dict.fromkeys(passages) if (question, p) not in self._readings]
        if new:
            readings = self._reader.read(question, new, cancelled)
            self._readings.update({(question, p): r for p, r in zip(new, readings, strict=True)})
        return [self._readings[question, passage] for passage in passages]


class MemoisedReranker:
    """A reranker that scores each passage once for a question."""

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker
        self._scores: dict[tuple[str, ModelPassage], float] = {}

    def score(
        self,
        question: str,
        passages: Sequence[ModelPassage],
        cancelled: Callable[[], bool] = never,
    ) -> list[float]:
        new = [p for p in dict.fromkeys(passages) if (question, p) not in self._scores]
        if new:
            scores = self._reranker.score(question, new, cancelled)
            self._scores.update({(question, p): s for p, s in zip(new, scores, strict=True)})
        return [self._scores[question, passage] for passage in passages]
