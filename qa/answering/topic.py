"""Whether the documents are about something else than the question: the one decision on that."""

from __future__ import annotations

from collections.abc import Sequence

from index import Hit
from index.documents import ENGLISH
from index.text import detect_language
from qa.answering.confidence.calibration import Calibration

# A passage whose cosine with the question is at least this is about the same. Of 39 questions that
# were off the topic of four sets, two came so near.
_LEAST_COSINE = 0.46
# An answer as sure as this is on the topic, however low its passage is ranked: models know
# few colloquial words.
_LEAST_CONFIDENCE = 0.22
# The confidence of all others.
MOST_OFF_TOPIC = 0.02


def find_best_ranking(hits: Sequence[Hit]) -> float:
    """The highest score by which passages are ranked; 0 if none is."""
    return max((hit.scores.get("reranker", 0.0) for hit in hits), default=0.0)


def are_off_topic(question: str, hits: Sequence[Hit], calibration: Calibration) -> bool:
    """Whether even the best passage is about something else than the question.

    Of a question in another language the models cannot tell.
    """
    nearest = max((hit.scores.get("dense", 0.0) for hit in hits), default=0.0)
    return (
        find_best_ranking(hits) < calibration.off_topic
        and nearest < _LEAST_COSINE
        and detect_language(question) == ENGLISH
    )


def bound_confidence(confidence: float) -> float:
    """The highest confidence in an answer from passages that are off the topic."""
    return confidence if confidence >= _LEAST_CONFIDENCE else MOST_OFF_TOPIC
