"""The line below the source to type what to find in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input


class FindBar(Input):
    """One line; the search runs with every change."""

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        padding: 0 2;
        border: none;
        background: $panel;
        display: none;
        &:focus { border: none; background-tint: $foreground 5%; }
        &.-open { display: block; }
        &.-not-found { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "To the text", show=False),
        Binding("down", "step(1)", "Next match", show=False),
        Binding("up", "step(-1)", "Match before", show=False),
        Binding("escape", "leave", "End the search"),
    ]

    # Its size stays the same; see `QuestionInput.virtual_size`.
    virtual_size = reactive(Size(0, 0), layout=False)

    @dataclass
    class Stepped(Message):
        """The next or previous match is wanted."""

        by: int

    class Left(Message):
        """The search is ended."""

    def __init__(self) -> None:
        super().__init__(placeholder="Find in this document")

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(by))

    def action_leave(self) -> None:
        self.post_message(self.Left())
