"""From readings to candidates: one scale over all passages, the same answer counted once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit, Span
from qa.answering.calibration import Calibration, logit
from qa.reader.reading import Reading
from qa.squad import normalize


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage that was read: its hit with all scores, its reading with tidy spans."""

    hit: Hit
    reading: Reading

    @property
    def text(self) -> str:
        return self.hit.passage.text

    @property
    def log_odds(self) -> float:
        """How surely the passage answers, by the scores of all models."""
        return logit(self.hit.score)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something to quote: a span in the text of a passage; None for the whole passage.

    The passage is the one where it scores best. The margin is the log odds that this span answers,
    taken by itself; the share its probability, 0 to 1, among all candidates and "not here". The
    shares of the same words in several passages are added up.
    """

    passage: ReadPassage
    span: Span | None
    margin: float
    share: float


def merge_spans(read: Sequence[ReadPassage], calibration: Calibration) -> list[Candidate]:
    """The spans of all passages as candidates, best first.

    The same words in several passages are one candidate with their shares added. Overlapping
    spans of a passage are one candidate, which quotes the best of them.
    """
    best_passage = max((passage.log_odds for passage in read), default=0.0)
    spans = [
        (calibration.log_odds(scored.score, best_passage - passage.log_odds), number, scored.span)
        for number, passage in enumerate(read)
        for scored in passage.reading.spans
    ]
    spans.sort(key=lambda entry: (-entry[0], entry[1], entry[2]))
    shares = _softmax_with_null([margin for margin, *_ in spans])
    merged: list[_Merged] = []
    by_words: dict[str, _Merged] = {}
    for (margin, number, span), share in zip(spans, shares, strict=True):
        words = normalize(span.of(read[number].text))
        same = (by_words.get(words) if words else None) or next(
            (each for each in merged if each.number == number and each.span.overlaps(span)), None
        )
        if same is None:
            same = _Merged(number, span, margin)
            merged.append(same)
            by_words[words] = same
        same.share += share
    merged.sort(key=lambda each: (-each.share, read[each.number].hit.passage.id, each.span))
    return [Candidate(read[each.number], each.span, each.margin, each.share) for each in merged]


def list_whole_passages(read: Sequence[ReadPassage], calibration: Calibration) -> list[Candidate]:
    """Each passage as a candidate, best first, for questions that sentences answer.

    The nearest in meaning to the question are favoured: asked how to do something, models score
    what introduces the steps as high as the steps.
    """
    margins = [
        calibration.reranker * passage.hit.scores.get("reranker", 0.0)
        + calibration.relevance * passage.reading.relevance
        for passage in read
    ]
    gaps = _find_similarity_gaps(read)
    shares = _softmax_with_null(
        [margin - calibration.similarity * gap for margin, gap in zip(margins, gaps, strict=True)]
    )
    return [
        Candidate(passage, None, margin, share)
        for passage, margin, share in zip(read, margins, shares, strict=True)
    ]


def _find_similarity_gaps(read: Sequence[ReadPassage]) -> list[float]:
    """How much lower the cosine of each passage is than the highest; 0 if not all are known."""
    cosines = [passage.hit.scores.get("dense") for passage in read]
    known = [cosine for cosine in cosines if cosine is not None]
    if len(known) < len(cosines):
        return [0.0] * len(cosines)
    return [max(known) - cosine for cosine in known]


@dataclass(slots=True)
class _Merged:
    """A candidate as it is gathered: its best span, and its share so far."""

    number: int
    span: Span
    margin: float
    share: float = 0.0


def _softmax_with_null(margins: Sequence[float]) -> list[float]:
    """The share of each margin (log odds), beside a "not here" of log odds zero."""
    highest = max(0.0, *margins) if margins else 0.0
    total = math.exp(-highest) + sum(math.exp(margin - highest) for margin in margins)
    return [math.exp(margin - highest) / total for margin in margins]
