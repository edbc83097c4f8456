"""What an empty conversation shows: what to do, and questions to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from qa import visible
from tui.conversation.overview import Overview


@dataclass(frozen=True, slots=True)
class SampleDocuments:
    """The sample documents, which are asked until a person adds documents.

    Attributes:
        index: folder of their index.
        notice: says that they are asked.
        questions: questions to try.
    """

    index: Path
    notice: str
    questions: Sequence[str]


class Pressable(Static, can_focus=True):
    """A line that can be clicked, or pressed with Enter."""

    DEFAULT_CSS = """
    Pressable {
        width: 1fr;
        height: auto;
        padding: 0 1;
        color: $text-primary;
        pointer: pointer;
        &:hover, &:focus { background: $primary 15%; }
        &:focus { text-style: bold; }
    }
    """
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "press", "Take this", show=False)]

    def __init__(self, text: str) -> None:
        super().__init__(Content(f"› {visible(text)}"))

    async def action_press(self) -> None:
        raise NotImplementedError

    async def on_click(self) -> None:
        await self.action_press()


class SampleQuestion(Pressable):
    """A sample question that can be pressed."""

    @dataclass
    class Pressed(Message):
        """The question was pressed, to ask it."""

        question: str

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self._question = question

    async def action_press(self) -> None:
        self.post_message(self.Pressed(self._question))


class AddDocuments(Pressable):
    """Opens the documents, to add some."""

    def __init__(self) -> None:
        super().__init__("Add your own documents")

    async def action_press(self) -> None:
        await self.run_action("app.documents(True)")


class Unfinished(Vertical):
    """Says that indexing is not finished, and offers to go on."""

    DEFAULT_CSS = """
    Unfinished {
        height: auto;
        padding: 0 1;
        margin-bottom: 1;
        & > Static { padding: 0 1; }
        & > .notice { color: $text-warning; }
    }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        yield Static(Content(visible(self._text)), classes="notice")
        yield GoOnIndexing()


class GoOnIndexing(Pressable):
    """Goes on with indexing."""

    def __init__(self) -> None:
        super().__init__("Go on: it gives way to your other work, and you can ask meanwhile")

    async def action_press(self) -> None:
        await self.run_action("app.go_on_indexing")


class Welcome(Vertical):
    """A card that says what to do, what is in the documents, and what to ask them."""

    DEFAULT_CSS = """
    Welcome {
        height: auto;
        padding: 1;
        & > Static { padding: 0 1; }
        & > .title { text-style: bold; color: $text-accent; }
        & > .lead { margin-top: 1; color: $text-muted; }
        & > .contents { margin-top: 1; }
        & > .notice { margin-top: 1; color: $text-warning; }
    }
    """

    def __init__(self, samples: SampleDocuments | None) -> None:
        super().__init__()
        self._samples = samples
        self._overview = Overview()

    def compose(self) -> ComposeResult:
        yield Static("Ask your own documents.", classes="title")
        yield Static("Every answer is quoted from its source, and shown there.")
        if self._samples is not None:
            yield Static(Content(visible(self._samples.notice)), classes="notice")
            yield AddDocuments()
            yield from _offer("Or try it on the samples:", self._samples.questions)
        elif self._overview.contents:
            yield Static(Content(visible(self._overview.contents)), classes="contents")
            yield from _offer("Questions that they answer:", self._overview.questions)

    async def show_overview(self, overview: Overview) -> None:
        """Show what is in a person's own documents, and the questions that are found so far."""
        before = self._overview
        if self._samples is not None or overview == before:
            return
        self._overview = overview
        if overview == replace(before, questions=overview.questions) and before.questions:
            # One may be chosen: those that are there stay.
            more = overview.questions[len(before.questions) :]
            await self.mount_all(map(SampleQuestion, more))
        else:
            await self.recompose()


def _offer(lead: str, questions: Sequence[str]) -> ComposeResult:
    if questions:
        yield Static(lead, classes="lead")
        yield from map(SampleQuestion, questions)
