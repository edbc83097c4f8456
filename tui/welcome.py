"""What an empty conversation shows: what this is, and questions to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static


class Welcome(Vertical):
    """A card with sample questions to press."""

    DEFAULT_CSS = """
    Welcome {
        height: auto;
        padding: 1 2;
        & > Static { height: auto; }
        & > .title { text-style: bold; color: $foreground; }
        & > .notice { margin-top: 1; color: $text-warning; }
        & > .lead { margin-top: 1; color: $text-muted; }
        & > Button {
            width: 1fr;
            height: 1;
            min-width: 0;
            margin: 0;
            padding: 0 1;
            border: none;
            content-align: left middle;
            text-align: left;
            text-style: none;
            color: $text-primary;
            background: transparent;
            &:hover, &:focus { background: $primary 15%; text-style: bold; }
        }
    }
    """

    @dataclass
    class Pressed(Message):
        """A sample question was pressed."""

        question: str

    def __init__(self, notice: str | None, samples: Sequence[str]) -> None:
        super().__init__()
        self._notice = notice
        self._samples = samples

    def compose(self) -> ComposeResult:
        yield Static("Ask your own documents.", classes="title", markup=False)
        yield Static(
            "The answer is quoted from its source, and shown there.", markup=False
        )
        if self._notice:
            yield Static(Content(self._notice), classes="notice")
        if self._samples:
            yield Static("For example:", classes="lead", markup=False)
        for sample in self._samples:
            yield Button(Content(f"› {sample}"), name=sample)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.Pressed(event.button.name or ""))
