"""What an empty conversation shows: what to do, and questions to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from qa import visible


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


class Welcome(Vertical):
    """A card that says what to do, with the sample questions if there are any."""

    DEFAULT_CSS = """
    Welcome {
        height: auto;
        padding: 1;
        & > Static { padding: 0 1; }
        & > .title { text-style: bold; }
        & > .lead { margin-top: 1; color: $text-muted; }
        & > .notice { margin-top: 1; color: $text-warning; }
    }
    """

    def __init__(self, samples: SampleDocuments | None) -> None:
        super().__init__()
        self._samples = samples

    def compose(self) -> ComposeResult:
        yield Static("Ask your own documents.", classes="title")
        yield Static("Every answer is quoted from its source, and shown there.")
        if self._samples is None:
            return
        yield Static(Content(visible(self._samples.notice)), classes="notice")
        yield AddDocuments()
        yield Static("Or try it on the samples:", classes="lead")
        for question in self._samples.questions:
            yield SampleQuestion(question)
