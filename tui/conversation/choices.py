"""The answers and passages of a reply, to choose one and show it in its document."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from index import Hit
from qa import Answer, Reply
from tui.common.presentation.confidence import draw_confidence, style_confidence
from tui.conversation.answer_text import draw_answer
from tui.source.quotations.excerpt import PASSAGE_LENGTH, excerpt_passage, format_answer
from tui.source.quotations.quotation import STALE, Quotation


class Choice(Static):
    """An entry of a list: one line, or in full when it is chosen."""

    DEFAULT_CSS = """
    Choice {
        height: auto;
        padding: 0 1;
        border-left: blank;
        pointer: pointer;
        &.-short { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        &:hover { background: $foreground 5%; }
        &.-chosen { border-left: outer $accent; }
        &.-apart { margin-bottom: 1; }
    }
    """
    ALLOW_SELECT = False

    chosen: reactive[bool] = reactive(False, toggle_class="-chosen", init=False)

    @dataclass
    class Pressed(Message):
        """The choice was clicked."""

        choice: Choice

    def __init__(self, quotation: Quotation, *, lead: bool = False) -> None:
        """A choice.

        Args:
            lead: shown in full even when another is chosen.
        """
        super().__init__()
        self.quotation = quotation
        self._lead = lead

    def on_mount(self) -> None:
        self.watch_chosen()

    def watch_chosen(self) -> None:
        full = self.chosen or self._lead
        self.set_class(not full, "-short")
        self.update(self.render_full() if full else self.render_short())

    def on_click(self) -> None:
        self.post_message(self.Pressed(self))

    def render_short(self) -> Content:
        """The choice on one line."""
        raise NotImplementedError

    def render_full(self) -> Content:
        """The choice with its context and its source."""
        raise NotImplementedError

    def render_source(self) -> Content:
        """Where it stands: `file › last heading › p. 3`; the source has all headings."""
        quotation = self.quotation
        stale = (f"\n{STALE}", "$text-warning") if quotation.stale else ""
        return Content.assemble(
            (quotation.file_name, "$text-primary"), (quotation.short_location, "$secondary"), stale
        )


class AnswerChoice(Choice):
    """An answer; in full, with its evidence, source and confidence."""

    def __init__(self, answer: Answer, reply: Reply, *, lead: bool = False) -> None:
        super().__init__(Quotation.from_answer(answer).with_reply(reply), lead=lead)
        self.answer = answer

    def render_short(self) -> Content:
        confidence = self.answer.confidence
        return Content.assemble(
            (f"{confidence:>4.0%}", style_confidence(confidence)),
            ("  ", ""),
            format_answer(self.answer),
            (f"  {self.quotation.file_name}", "$secondary"),
        )

    def render_full(self) -> Content:
        return Content.assemble(
            draw_answer(self.answer),
            "\n",
            draw_confidence(self.answer.confidence),
            "  ",
            self.render_source(),
        )


class PassageChoice(Choice):
    """An excerpt of a passage; in full, with its source."""

    def __init__(self, hit: Hit, reply: Reply) -> None:
        super().__init__(Quotation.from_hit(hit).with_reply(reply))
        self.hit = hit
        self._excerpt = excerpt_passage(hit, reply.considered, PASSAGE_LENGTH)

    def render_short(self) -> Content:
        return Content.assemble((f"{self.quotation.file_name}  ", "$secondary"), self._excerpt)

    def render_full(self) -> Content:
        return Content.assemble(self._excerpt, "\n", self.render_source())
