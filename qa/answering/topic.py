"""Whether the documents are about something else than the question: the one decision on that."""

from __future__ import annotations

from collections.abc import Sequence

from index import Hit
from index.documents import ENGLISH
from index.text import detect_language, find_question_language
from qa.answering.calibration import Calibration

# A passage whose cosine with the question is at least this is about the same. Of 39 questions that
# were off the topic of four sets, two came so near.
_LEAST_COSINE = 0.46
# The same with the model of the part `languages`, by language: of questions
# about something else some 95 in 100 stay below. A language that is not named has the mean of
# these. They were fitted to questions on Wikipedia.
_LEAST_COSINES = {
    "ar": 0.516, "de": 0.525, "en": 0.51, "es": 0.523, "fr": 0.518, "he": 0.548, "hi": 0.509,
    "id": 0.529, "ja": 0.549, "ko": 0.57, "no": 0.539, "th": 0.55, "vi": 0.539, "zh": 0.605,
}  # fmt: skip
_MEAN_LEAST_COSINE = 0.54
# If question and passage are in different languages; which ones makes little difference.
_LEAST_COSINE_ACROSS = 0.38
# An answer as sure as this is on the topic, however low its passage is ranked: models know
# few colloquial words.
_LEAST_CONFIDENCE = 0.22
# The confidence of all others.
MOST_OFF_TOPIC = 0.02


def find_best_ranking(hits: Sequence[Hit]) -> float:
    """The highest score by which passages are ranked; 0 if none is."""
    return max((hit.scores.get("reranker", 0.0) for hit in hits), default=0.0)


def are_off_topic(
    question: str, hits: Sequence[Hit], calibration: Calibration, *, compares_languages: bool
) -> bool:
    """Whether even the best passage is about something else than the question.

    Nobody can tell that of a question in another language, unless the model of the part `languages`
    has found the hits by their meaning.
    """
    if find_best_ranking(hits) >= calibration.off_topic:
        return False
    if compares_languages:
        return are_all_far(question, hits)
    nearest = max((hit.scores.get("dense", 0.0) for hit in hits), default=0.0)
    return nearest < _LEAST_COSINE and detect_language(question) == ENGLISH


def are_all_far(question: str, hits: Sequence[Hit]) -> bool:
    """Whether no passage that the part `languages` has found is near to the question."""
    asked = find_question_language(question)
    # A name or a number is found by its letters.
    return asked is not None and bool(hits) and not any(_is_near(hit, asked) for hit in hits)


def _is_near(hit: Hit, asked: str) -> bool:
    # What was found by keyword alone has no cosine.
    cosine, language = hit.scores.get("dense", 1.0), hit.passage.language
    if language != asked:
        return cosine >= _LEAST_COSINE_ACROSS
    return cosine >= _LEAST_COSINES.get(language, _MEAN_LEAST_COSINE)


def bound_confidence(confidence: float) -> float:
    """The highest confidence in an answer from passages that are off the topic."""
    return confidence if confidence >= _LEAST_CONFIDENCE else MOST_OFF_TOPIC
