"""A place in a document: what is quoted there, and within what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from index import Document, Hit, Span
from qa import Answer, Reply
from tui.common.wording import one_line

STALE = "file changed since it was indexed"
# An answer below this confidence is drawn as 0 %.
_LEAST_CONFIDENCE = 0.005


@dataclass(frozen=True, slots=True)
class Quotation:
    """Something to show in its document.

    Attributes:
        spans: the quoted parts, in reading order; none where a whole passage is shown.
        context: the sentence or passage around them.
        context_text: its text at the time of asking.
        stale: the file has changed since it was indexed.
        others: what other answers of the reply quote from this document.
        evidence: the passages of this document that were read for the reply.
    """

    document: Document
    spans: tuple[Span, ...]
    context: Span
    context_text: str
    heading: str | None
    page: int | None
    stale: bool
    others: tuple[Span, ...] = ()
    evidence: tuple[Span, ...] = ()

    @classmethod
    def of_answer(cls, answer: Answer) -> Quotation:
        """An answer in its sentence."""
        return cls(
            answer.document,
            tuple(sorted(answer.spans)),
            answer.sentence,
            answer.sentence_text,
            answer.heading,
            answer.page,
            answer.stale,
        )

    @classmethod
    def of_passage(cls, hit: Hit) -> Quotation:
        """A passage, with nothing in particular quoted from it."""
        passage = hit.passage
        return cls(
            hit.document,
            (),
            passage.span,
            passage.text,
            passage.heading,
            passage.page,
            hit.stale,
        )

    def among(self, reply: Reply) -> Quotation:
        """With what else the reply has found in this document."""
        others = (a for a in reply.answers if a.document == self.document and is_worth_showing(a))
        return replace(
            self,
            others=tuple(span for answer in others for span in answer.spans),
            evidence=tuple(hit.passage.span for hit in reply.hits if hit.document == self.document),
        )

    @property
    def file_name(self) -> str:
        """The document's name without its folder, safe to draw."""
        return one_line(Path(self.document.path).name or self.document.path)

    @property
    def within(self) -> str:
        """Where in the document: ` › heading › p. 3`; empty where nothing is known."""
        page = None if self.page is None else f"p. {self.page}"
        return "".join(f" › {one_line(part)}" for part in (self.heading, page) if part)

    def fits(self, text: str) -> bool:
        """Whether the text still reads at this place as it did at the time of asking."""
        return self.context.of(text) == self.context_text

    def pieces(self, around: int) -> list[tuple[str, bool]]:
        """The context on one line, in pieces that are quoted or not, safe to draw.

        Args:
            around: characters to keep on either side of what is quoted.
        """
        text = self.context_text
        spans = [
            (max(span.start, self.context.start), min(span.end, self.context.end))
            for span in self.spans
            if span.start < self.context.end and self.context.start < span.end
        ]
        base = self.context.start
        first, last = (spans[0][0], max(end for _, end in spans)) if spans else (base, base)
        start = _word_start(text, first - base - around)
        end = _word_end(text, last - base + around)
        pieces = [("… ", False)] if start else []
        at = start
        for span_start, span_end in spans:
            pieces.append((one_line(text[at : span_start - base]), False))
            pieces.append((one_line(text[max(at, span_start - base) : span_end - base]), True))
            at = max(at, span_end - base)
        pieces.append((one_line(text[at:end]), False))
        if end < len(text):
            pieces.append((" …", False))
        return [piece for piece in pieces if piece[0]]


def is_worth_showing(answer: Answer) -> bool:
    """Whether an answer is worth showing beside a better one: it is not drawn as 0 %."""
    return answer.confidence >= _LEAST_CONFIDENCE


def _word_start(text: str, at: int) -> int:
    if at <= 0:
        return 0
    space = text.find(" ", at, at + 20)
    return at if space < 0 else space + 1


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at - 20, at)
    return at if space < 0 else space
