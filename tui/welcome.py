"""What an empty conversation shows: what this is, and questions to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.visible import visible


class Sample(Static, can_focus=True):
    """A question to press."""

    DEFAULT_CSS = """
    Sample {
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
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "press", "Ask this", show=False)]

    @dataclass
    class Pressed(Message):
        """The question is to be asked."""

        question: str

    def __init__(self, question: str) -> None:
        super().__init__(Content(f"› {visible(question)}"))
        self._question = question

    def action_press(self) -> None:
        self.post_message(self.Pressed(self._question))

    def on_click(self) -> None:
        self.action_press()


class Welcome(Vertical):
    """A card that says what to do, with sample questions if there are any."""

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

    def __init__(self, notice: str | None, samples: Sequence[str]) -> None:
        super().__init__()
        self._notice = notice
        self._samples = samples

    def compose(self) -> ComposeResult:
        yield Static("Ask your own documents.", classes="title")
        yield Static("Every answer is quoted from its source, and shown there.")
        if self._notice:
            yield Static(Content(visible(self._notice)), classes="notice")
        if self._samples:
            yield Static("For example:", classes="lead")
        for sample in self._samples:
            yield Sample(sample)
