"""From readings to answers: one scale over all passages, the same answer counted once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Hit, Span
from qa.answering.answers import Answer
from qa.answering.quoting import quoted
from qa.answering.spans import sentence_around, tidied
from qa.calibration import Calibration, Evidence, logit, sigmoid
from qa.reader.reading import Reading
from qa.squad import normalize

# Answers listed in a reply.
MOST_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer before it is placed in its document.

    Attributes:
        span: in the passage.
        share: of all evidence, 0 to 1.
    """

    hit: Hit
    span: Span
    share: float
    evidence: Evidence
    confidence: float

    @property
    def text(self) -> str:
        return self.span.of(self.hit.passage.text)


@dataclass(slots=True)
class _Candidate:
    """An answer as it is gathered: its best span, and its share of all evidence."""

    hit: Hit
    span: Span  # in the passage
    margin: float
    share: float
    passages: set[int]


def reranked(
    hits: Sequence[Hit], readings: Sequence[Reading], calibration: Calibration
) -> list[Hit]:
    """The hits in the reader's order, with its relevance as `scores["reader"]`."""
    mixed = [
        replace(
            hit,
            score=sigmoid(logit(hit.score) + calibration.rerank * reading.relevance),
            scores={**hit.scores, "reader": reading.relevance},
        )
        for hit, reading in zip(hits, readings, strict=True)
    ]
    return sorted(mixed, key=lambda hit: (-hit.score, hit.passage.id))


def answers_of(
    question: str, hits: Sequence[Hit], readings: Sequence[Reading], calibration: Calibration
) -> list[Answer]:
    """The answers to a question, best first, as a reply lists them.

    The evidence for all that is quoted as one answer adds up. No answer is surer than the
    one before it: confidence is fitted on the best answers, the order on shares is right
    more often.
    """
    found = judged(hits, readings, calibration)
    read = {hit.passage.id: reading for hit, reading in zip(hits, readings, strict=True)}
    whole: list[tuple[Judged, tuple[Span, ...]]] = []
    for one in found:
        text, reading = one.hit.passage.text, read[one.hit.passage.id]
        spans = quoted(question, text, one.span, reading, best=not whole)
        if not any(one.hit is other.hit and _overlap(spans, taken) for other, taken in whole):
            whole.append((_together(one, spans, found, calibration), spans))
    whole.sort(key=lambda pair: -pair[0].share)
    answers: list[Answer] = []
    for one, spans in whole[:MOST_ANSWERS]:
        most = answers[-1].confidence if answers else 1.0
        answers.append(_answer(one, spans, calibration, most))
    return answers


def _together(
    found: Judged, spans: Sequence[Span], others: Sequence[Judged], calibration: Calibration
) -> Judged:
    """The answer with the evidence for all that is quoted."""
    share = sum(
        other.share
        for other in others
        if other is found or (other.hit is found.hit and _overlap((other.span,), spans))
    )
    evidence = replace(found.evidence, odds=logit(share))
    return replace(
        found, share=share, evidence=evidence, confidence=calibration.confidence(evidence)
    )


def _overlap(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in some for b in others)


def judged(
    hits: Sequence[Hit], readings: Sequence[Reading], calibration: Calibration
) -> list[Judged]:
    """All answers with the evidence for each, best first.

    The same words in several passages are one answer with their evidence added;
    spans of a passage that overlap are one answer at the best of them.
    """
    ranked = sorted(
        _gathered(hits, readings, calibration), key=lambda c: (-c.share, c.hit.passage.id, c.span)
    )
    return [_judged(candidate, calibration) for candidate in ranked]


def _gathered(
    hits: Sequence[Hit], readings: Sequence[Reading], calibration: Calibration
) -> list[_Candidate]:
    best_hit = max((logit(hit.score) for hit in hits), default=0.0)
    spans = [
        (
            calibration.log_odds(scored.score, best_hit - logit(hit.score)),
            number,
            hit,
            scored.span,
        )
        for number, (hit, reading) in enumerate(zip(hits, readings, strict=True))
        for scored in reading.spans
    ]
    if not spans:
        return []
    spans.sort(key=lambda entry: (-entry[0], entry[1], entry[3]))
    top = max(0.0, spans[0][0])
    total = math.exp(-top) + sum(math.exp(margin - top) for margin, *_ in spans)
    found: list[_Candidate] = []
    by_words: dict[str, _Candidate] = {}
    for margin, number, hit, span in spans:
        share = math.exp(margin - top) / total
        span = tidied(hit.passage.text, span)
        words = normalize(span.of(hit.passage.text))
        same = by_words.get(words) if words else None
        same = same or next(
            (
                c
                for c in found
                if c.hit is hit and c.span.start < span.end and span.start < c.span.end
            ),
            None,
        )
        if same is None:
            same = _Candidate(hit, span, margin, 0.0, set())
            found.append(same)
            by_words[words] = same
        same.share += share
        same.passages.add(number)
    return found


def _judged(candidate: _Candidate, calibration: Calibration) -> Judged:
    evidence = Evidence(
        odds=logit(candidate.share),
        margin=candidate.margin,
        support=math.log(len(candidate.passages)),
    )
    confidence = calibration.confidence(evidence)
    return Judged(candidate.hit, candidate.span, candidate.share, evidence, confidence)


def _answer(
    found: Judged, members: Sequence[Span], calibration: Calibration, most: float
) -> Answer:
    """The answer in its document, with at most this confidence."""
    factors = calibration.factors(found.evidence)
    if found.confidence > most:
        factors["order"] = logit(most) - sum(factors.values())
    passage = found.hit.passage
    first = members[0]
    sentence = sentence_around(passage.text, first)
    at = passage.span.start
    spans = tuple(Span(at + span.start, at + span.end) for span in members)
    return Answer(
        text=first.of(passage.text),
        span=spans[0],
        spans=spans,
        sentence=Span(at + sentence.start, at + sentence.end),
        sentence_text=sentence.of(passage.text),
        document=found.hit.document,
        page=passage.page,
        heading=passage.heading,
        score=found.share,
        confidence=min(found.confidence, most),
        stale=found.hit.stale,
        hit=found.hit,
        factors=factors,
    )
