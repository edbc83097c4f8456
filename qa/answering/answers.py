"""Answers and replies: what comes back for a question. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index import Document, Hit, Promise, Span
from index.documents import ENGLISH
from qa.question_form import AnswerForm

# Answers listed in a reply.
MOST_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, quoted from its document.

    Attributes:
        text: exactly `document text[span.start:span.end]`.
        form: what is quoted: the "words" that answer, whole "sentences" or steps, the members
            of a "list", or for a yes/no question the sentences that decide it ("verdict").
        span: where the answer stands; the first of `spans`.
        spans: all parts of the answer (several for a list whose members stand apart).
        evidence: the whole sentences, steps or rows that answer, in reading order; at least
            one. They cover the spans.
        sentence: the sentence around `span`.
        sentence_text: its text, exactly.
        page, heading: where in the document, if known.
        score: the answer's share, 0 to 1. Answers come in its order, but for selected rows of a
            table, which come first.
        confidence: calibrated probability (0 to 1) that what is quoted answers the question;
            never above that of an answer listed before it.
        stale: the file has changed since it was indexed.
        hit: the passage it was found in.
        factors: what each feature adds to the log odds of `confidence`; also a constant
            (`intercept`), and what the answer before takes away (`order`), if it does. See
            `qa.answering.calibration.ConfidenceFeatures`.
        cells: what is shown of a row of a table: the cells that name it, then those asked for; of
            several rows, those of each in turn. Empty if rows are shown whole.
        more: how many members more the list has in its source.
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
    form: AnswerForm = "words"
    evidence: tuple[Span, ...] = ()
    cells: tuple[Span, ...] = ()
    more: int = 0

    def __post_init__(self) -> None:
        if not self.evidence:
            object.__setattr__(self, "evidence", (self.sentence,))

    @property
    def stands_alone(self) -> bool:
        """Whether what is quoted may be shown without the sentence around it.

        Words may if they say alone what they say there: see `qa.answering.complete_words`. The cell
        of a row is named by its column. In other languages than English, nobody can tell.
        """
        if self.form != "words" or self.hit.passage.columns:
            return True
        if self.hit.passage.language != ENGLISH:
            return False
        # Its patterns take some time to compile.
        from qa.answering.complete_words import are_complete, takes_back

        after = (each for each in self.evidence if each.start >= self.sentence.end)
        if any(takes_back(self.hit.passage.quote(each)) for each in after):
            return False
        sentence = Span(0, len(self.sentence_text))
        return are_complete(self.sentence_text, sentence, self.span.shift(-self.sentence.start))


@dataclass(frozen=True, slots=True)
class ConsideredPassage:
    """A passage that was retrieved for a question, with what the models say of it.

    Attributes:
        hit: with all scores, in the retriever's order.
        relevance: how surely it holds an answer at all (the reader's score, above 0 for
            "probably"); None if it was not read.
        span: the best span in it; None if it was not read or has nothing to quote.
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
        # Its patterns take long to compile, and most replies are shown without this.
        from qa.answering.spans import sentence_around

        passage = self.hit.passage
        start = passage.span.start
        return sentence_around(passage, self.span.shift(-start)).shift(start)


@dataclass(frozen=True, slots=True)
class Reply:
    """All answers to one question, or none.

    Attributes:
        question: as asked.
        resolved_question: as searched for: without courtesy, and a follow-up made self-contained.
        answered: the best answer's confidence reaches the threshold.
        answers: best first; candidates stay listed when `answered` is false.
        hits: the passages read, best first, in the order of all models together.
        threshold: the confidence below which nothing is shown as an answer.
        timings_ms: `load`, `retrieve`, `rerank`, `read`, `total`, in milliseconds.
        considered: all passages retrieved, in the retriever's order, also those not read.
        off_topic: even the best passage is about something else, so that the documents
            surely hold no answer; only ever true where `answered` is false.
        promise: how often answers that reach the threshold are wrong at most; None if that was
            not fitted, or to questions that were answered in another way.
        unread: the languages, of the question and of passages that were found, that nobody has
            read, for want of the part `languages`; what is quoted from them may not answer.
    """

    question: str
    resolved_question: str
    answered: bool
    answers: tuple[Answer, ...]
    hits: tuple[Hit, ...]
    threshold: float
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    considered: tuple[ConsideredPassage, ...] = ()
    off_topic: bool = False
    promise: Promise | None = None
    unread: tuple[str, ...] = ()

    @property
    def is_rewritten(self) -> bool:
        """Whether other words were searched for than were asked, greetings and thanks apart."""
        if self.resolved_question == self.question:
            return False
        # Imported only here: its patterns take long to compile, and most questions are short.
        from qa.conversation import strip_courtesy

        return self.resolved_question != strip_courtesy(self.question)
