"""What an index costs where it is kept: disk by part, memory, and the time of a question."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from index.index import Index
from index.reports import Footprint
from index.retriever import Retriever

# Passages whose first words are asked as questions, and how many words.
_PROBES, _WORDS = 8, 8


@dataclass(frozen=True, slots=True)
class Cost:
    """What an index costs.

    Attributes:
        footprint: bytes on the disk and in memory.
        probes: how many questions were asked; 0 where there is nothing to ask for.
        first_ms: what the first one took, which reads what later ones find in memory; the model
            was loaded before.
        median_ms: what one took after that.
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
        times = [_time(retriever, question) for question in [*questions, *questions]]
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


def _time(retriever: Retriever, question: str) -> float:
    started = time.perf_counter()
    retriever.search(question)
    return 1_000 * (time.perf_counter() - started)
