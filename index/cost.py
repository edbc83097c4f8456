"""What an index costs where it is kept: disk by part, memory, and the time of a question."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from index.index import Index
from index.reports import Footprint
from index.retriever import Retriever

# How many passages give a question, and how many of their first words it has.
_PROBES, _WORDS = 8, 8


@dataclass(frozen=True, slots=True)
class Cost:
    """What an index costs.

    Attributes:
        footprint: bytes on the disk and in memory.
        probes: how many questions were asked; 0 if the index has no passages.
        first_ms: milliseconds of the first question, which reads what later ones find in memory.
            The model is loaded before.
        median_ms: median milliseconds of a question after that.
    """

    documents: int
    passages: int
    footprint: Footprint
    probes: int
    first_ms: float
    median_ms: float


def measure_cost(index: Index) -> Cost:
    """Measure an index, and ask it a few questions.

    Raises:
        QuotebackError: it cannot be read, or its model cannot be loaded.
    """
    documents, passages = index.counts
    questions = _choose_questions(index)
    times = [0.0]
    if questions:
        index.encoder.encode_questions(questions[:1])
        retriever = Retriever(index)
        times = [_time_search(retriever, question) for question in [*questions, *questions]]
    warm = times[len(questions) :] or times
    footprint = index.engine.measure_footprint()
    return Cost(documents, passages, footprint, len(questions), times[0], statistics.median(warm))


def _choose_questions(index: Index) -> list[str]:
    documents = index.documents()
    step = max(1, len(documents) // _PROBES)
    return [
        " ".join(passage.text.split()[:_WORDS])
        for document in documents[::step][:_PROBES]
        for passage in index.engine.passages_of(document)[:1]
    ]


def _time_search(retriever: Retriever, question: str) -> float:
    started = time.perf_counter()
    retriever.search(question)
    return 1_000 * (time.perf_counter() - started)
