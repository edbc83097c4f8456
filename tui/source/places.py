"""Places in documents: those that are quoted, and those that one has read.

The words, the sentence and the citation of a quoted place can be copied. A folded turn shows the
best in short.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from textual.content import Content

from index import Document, Hit, Span
from index.documents import join_headings
from qa import Answer, Reply, visible
from tui.common.presentation.answers import find_lead_in, list_other_answers
from tui.common.presentation.wording import describe_refusal, one_line, shorten_line
from tui.common.screens.screen_parts import style_confidence
from tui.source.rendering.passage_words import format_answer

# Characters of an answer in short.
_SHORT = 160
STALE = "file changed since it was indexed"
# An answer below this confidence is drawn as 0 %.
_LEAST_CONFIDENCE = 0.005
# Positions kept; the oldest are forgotten.
_MOST_POSITIONS = 200


@dataclass(frozen=True, slots=True)
class QuotedPlace:
    """An answer or a passage to show in its document.

    Attributes:
        spans: the quoted parts, in reading order; empty for a whole passage.
        context: the sentence or passage around them.
        context_text: the text of `context` when the question was asked.
        headings: those above it, the lowest last. The columns of a table are seen in the table.
        stale: the file has changed since it was indexed.
        evidence: the whole sentences, steps or rows that answer, in reading order.
        others: spans of the answers of the reply in this document that are shown.
        passages: passages of this document that were read for the reply.
    """

    document: Document
    spans: tuple[Span, ...]
    context: Span
    context_text: str
    headings: tuple[str, ...]
    page: int | None
    stale: bool
    evidence: tuple[Span, ...] = ()
    others: tuple[Span, ...] = ()
    passages: tuple[Span, ...] = ()

    @classmethod
    def from_answer(cls, answer: Answer) -> QuotedPlace:
        """Where an answer stands in its evidence."""
        return cls(
            answer.document,
            tuple(sorted(answer.spans)),
            answer.sentence,
            answer.sentence_text,
            answer.hit.passage.headings,
            answer.page,
            answer.stale,
            answer.evidence,
        )

    @classmethod
    def from_hit(cls, hit: Hit) -> QuotedPlace:
        """Where a whole passage stands."""
        passage = hit.passage
        return cls(
            hit.document,
            (),
            passage.span,
            passage.text,
            passage.headings,
            passage.page,
            hit.stale,
            (passage.span,),
        )

    def with_reply(self, reply: Reply) -> QuotedPlace:
        """Add the other answers and the passages of the reply in this document."""
        shown = (*reply.answers[:1], *list_other_answers(reply))
        others = (answer for answer in shown if answer.document == self.document)
        return replace(
            self,
            others=tuple(span for answer in others for span in answer.spans),
            passages=tuple(hit.passage.span for hit in reply.hits if hit.document == self.document),
        )

    @property
    def start(self) -> int:
        """Where the first quoted part starts; without one, the passage."""
        return min((span.start for span in self.spans), default=self.context.start)

    @property
    def file_name(self) -> str:
        """The document's name without its folder, safe to draw."""
        return one_line(Path(self.document.path).name or self.document.path)

    @property
    def location(self) -> str:
        """Headings and page in the document, as ` › headings › p. 3`; empty if unknown."""
        return self._locate(join_headings(self.headings))

    @property
    def short_location(self) -> str:
        """The same with the lowest heading alone."""
        return self._locate(*self.headings[-1:])

    def _locate(self, heading: str = "") -> str:
        page = None if self.page is None else f"p. {self.page}"
        return "".join(f" › {one_line(part)}" for part in (heading, page) if part)

    def matches_text(self, text: str) -> bool:
        """Whether the text at this place is still what it was when the question was asked."""
        return self.context.of(text) == self.context_text


def is_worth_showing(answer: Answer) -> bool:
    """Whether an answer is listed beside a better one: its confidence is not drawn as 0 %."""
    return answer.confidence >= _LEAST_CONFIDENCE


def format_quoted_words(place: QuotedPlace, text: str) -> str:
    """The quoted parts, one a line; the whole context if no part is quoted.

    Control characters are replaced as on the screen, so that pasting the text into a
    terminal or an editor is safe.
    """
    if not place.spans:
        return visible(place.context_text)
    return visible("\n".join(span.of(text) for span in place.spans))


def format_citation(place: QuotedPlace, text: str) -> str:
    """A place as `path:line`, with its page if it has one."""
    page = "" if place.page is None else f", p. {place.page}"
    path = visible(place.document.path).replace("\n", " ")
    line = text.count("\n", 0, place.start) + 1
    return f"{path}:{line}{page}"


def draw_turn(question: str, reply: Reply, mark: str = "") -> Content:
    """The question, the mark of a judgement, and below them the best answer or a refusal."""
    head = Content.assemble(
        (shorten_line(question), "bold"), (f"  {mark}" if mark else "", "$text-success"), "\n"
    )
    if not reply.answered:
        return Content.assemble(head, describe_refusal(reply))
    best = reply.answers[0]
    lead_in = find_lead_in(best)
    quoted = f"{visible(lead_in)}: {format_answer(best)}" if lead_in else format_answer(best)
    return Content.assemble(
        head,
        ("● ", style_confidence(best.confidence, reply)),
        (shorten_line(quoted, _SHORT), "$foreground"),
        f"  {QuotedPlace.from_answer(best).file_name}",
    )


@dataclass(frozen=True, slots=True)
class Position:
    """A position in a document: its path, an offset in its text, and what is quoted there."""

    path: str
    offset: int
    place: QuotedPlace | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PositionHistory:
    """The positions visited, oldest first, and the number of the current one; -1 while empty."""

    positions: tuple[Position, ...] = ()
    at: int = -1

    @property
    def current(self) -> Position | None:
        """The position one is at; None while there is none."""
        return self.positions[self.at] if self.positions else None

    def visit(self, position: Position) -> PositionHistory:
        """Go to a position. Those that were ahead are forgotten."""
        if position == self.current:
            return self
        positions = (*self.positions[: self.at + 1], position)[-_MOST_POSITIONS:]
        return PositionHistory(positions, len(positions) - 1)

    def scroll_to(self, offset: int) -> PositionHistory:
        """Move within the current document, so that one comes back to where one left it."""
        if not self.positions:
            return self
        here = replace(self.positions[self.at], offset=offset)
        positions = (*self.positions[: self.at], here, *self.positions[self.at + 1 :])
        return PositionHistory(positions, self.at)

    def can_step(self, by: int) -> bool:
        """Whether there is a position so many steps ahead (or back, if `by` is negative)."""
        return 0 <= self.at + by < len(self.positions)

    def step(self, by: int) -> PositionHistory:
        """Go so many steps ahead or back; stay if there is no such position."""
        return replace(self, at=self.at + by) if self.can_step(by) else self
