"""Answers and replies: what comes back for a question. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index import Document, Hit, Span
from qa.answering.spans import sentence_around


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, quoted from its document.

    Attributes:
        text: exactly `document text[span.start:span.end]`.
        span: where the answer stands; the first of `spans`.
        spans: all parts of the answer (several for a list whose members stand apart).
        sentence: the sentence around `span`.
        sentence_text: its text, exactly.
        page, heading: where in the document, if known.
        score: orders the answers of one reply; higher is better.
        confidence: calibrated probability (0 to 1) that `text` is an exact match; never above
            that of an answer listed before it.
        stale: the file has changed since it was indexed.
        hit: the passage it was found in.
        factors: what each feature of the evidence, a constant (`intercept`) and a better
            answer (`order`, where that limits it) add to the log odds of `confidence`; see
            `qa.calibration.Evidence`.
    """

    text: str
    span: Span
    spans: tuple[Span, ...]
    sentence: Span
    sentence_text: str
    document: Document
    page: int | None
    heading: str | None
    score: float
    confidence: float
    stale: bool
    hit: Hit
    factors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A passage that was found for a question, and what the reader made of it.

    Attributes:
        hit: as the retriever found it, with the retriever's score.
        relevance: how surely it holds an answer at all (the reader's score, above 0 if
            rather yes); None where it was not read.
        span: the best span in it; None where it was not read or has nothing to quote.
        log_odds: that this span alone is the answer.
    """

    hit: Hit
    relevance: float | None = None
    span: Span | None = None
    log_odds: float | None = None

    @property
    def sentence(self) -> Span | None:
        """The sentence or sentences that hold the span, in the document."""
        if self.span is None:
            return None
        passage = self.hit.passage
        at = passage.span.start
        span = Span(self.span.start - at, self.span.end - at)
        found = sentence_around(passage.text, span)
        return Span(at + found.start, at + found.end)


@dataclass(frozen=True, slots=True)
class Reply:
    """All answers to one question, or none.

    Attributes:
        question: as asked.
        resolved_question: as searched for: a follow-up made self-contained.
        answered: the best answer's confidence reaches the threshold.
        answers: best first; candidates stay listed when `answered` is false.
        hits: the passages read, in the reader's order.
        threshold: the confidence below which the reply is "not in these documents".
        timings_ms: `load`, `retrieve`, `read`, `total`, in milliseconds.
        weighed: all passages found, as the retriever has them in order: more than were read.
    """

    question: str
    resolved_question: str
    answered: bool
    answers: tuple[Answer, ...]
    hits: tuple[Hit, ...]
    threshold: float
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    weighed: tuple[Weighed, ...] = ()
