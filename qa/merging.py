"""From readings to answers: one scale over all passages, the same answer counted once."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Hit, Span
from qa.answers import Answer
from qa.calibration import Calibration, Evidence, logit, sigmoid
from qa.cues import wants_definition, wants_list, wants_verdict
from qa.enumerations import items_around, to_its_end
from qa.reader.reading import Reading
from qa.spans import sentence_around, tidied
from qa.squad import normalize

# Answers listed in a reply.
MOST_ANSWERS = 5
# A member of a list scores at most this much (log odds) below the best one, and at least this.
_MEMBER_GAP = 2.5
_LEAST_MEMBER = -1.0
# A span that says more is quoted where it scores at most this much (log odds) below.
_FULLER_GAP = 1.5
_SEVERAL = re.compile(r",|;|\n| and | or |、")
# What announces a list in the same breath: "the full list: Armenia, Brazil".
_LABEL = re.compile(r"[^,;:.\n]{1,40}:\s+")


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

    What is quoted depends on what is asked: of a list all members, of a definition its
    whole clause, and where yes or no is asked the sentence that decides. None is surer than
    the one before it: confidence is fitted on the best answers, the order on shares is right
    more often.
    """
    answers: list[Answer] = []
    for found in judged(hits, readings, calibration):
        reading = next(r for h, r in zip(hits, readings, strict=True) if h is found.hit)
        spans: tuple[Span, ...] = (found.span,)
        if wants_verdict(question):
            spans = (sentence_around(found.hit.passage.text, found.span),)
        elif wants_definition(question):
            spans = (_fuller(found, reading),)
        elif not answers and wants_list(question):
            spans = _members(found, reading)
        answer = _answer(found, spans, calibration, answers[-1].confidence if answers else 1.0)
        if all((answer.document, answer.span) != (a.document, a.span) for a in answers):
            answers.append(answer)
    return answers


def _fuller(found: Judged, reading: Reading) -> Span:
    """The longest span around the best one, within its sentence, that scores nearly as well."""
    text = found.hit.passage.text
    sentence = sentence_around(text, found.span)
    spans = [found.span]
    for scored in reading.spans:
        span = tidied(text, scored.span)
        holds = span.start <= found.span.start and found.span.end <= span.end
        within = sentence.start <= span.start and span.end <= sentence.end
        if holds and within and scored.score >= reading.spans[0].score - _FULLER_GAP:
            spans.append(span)
    return max(spans, key=lambda span: span.end - span.start)


def _members(found: Judged, reading: Reading) -> tuple[Span, ...]:
    """The spans of a list: its items, one that spells it out, or members that stand apart."""
    text = found.hit.passage.text
    items = items_around(text, found.span)
    if len(items) > 1:
        return items
    whole = to_its_end(text, _fuller(found, reading))
    if _SEVERAL.search(whole.of(text)) or not reading.spans:
        return (_unlabelled(text, whole),)
    lowest = max(reading.spans[0].score - _MEMBER_GAP, _LEAST_MEMBER)
    members = [found.span]
    for scored in reading.spans:
        span = tidied(text, scored.span)
        apart = all(span.end <= other.start or other.end <= span.start for other in members)
        if scored.score >= lowest and apart:
            members.append(span)
    return tuple(sorted(members))


def _unlabelled(text: str, listed: Span) -> Span:
    """The list without what announces it; of several labelled parts, all as they are."""
    label = _LABEL.match(text, listed.start, listed.end)
    if label is None or ": " in text[label.end() : listed.end]:
        return listed
    return Span(label.end(), listed.end)


def judged(
    hits: Sequence[Hit], readings: Sequence[Reading], calibration: Calibration
) -> list[Judged]:
    """The best answers with the evidence for each, best first.

    The same words in several passages are one answer with their evidence added;
    spans of a passage that overlap are one answer at the best of them.
    """
    ranked = sorted(
        _gathered(hits, readings, calibration), key=lambda c: (-c.share, c.hit.passage.id, c.span)
    )
    return [_judged(candidate, calibration) for candidate in ranked[:MOST_ANSWERS]]


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
