"""The line where questions are typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from tui.visible import visible


class QuestionInput(Input):
    """One line of typing, with the earlier questions a key away. Nothing typed gets lost."""

    DEFAULT_CSS = """
    QuestionInput {
        height: 3;
        padding: 0 1;
        border: round $primary 40%;
        background: $background;
        &:focus {
            border: round $primary;
            background-tint: $foreground 0%;
        }
        & > .input--placeholder { color: $text-disabled; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Ask", show=False),
        Binding("up", "recall(-1)", "Earlier question", show=False),
        Binding("down", "recall(1)", "Later question", show=False),
    ]

    # Input lays out the whole screen anew when its text grows. One line that keeps its size
    # need not: a long conversation would make typing slow.
    virtual_size = reactive(Size(0, 0), layout=False)

    @dataclass
    class Asked(Message):
        """Enter was pressed on a question; an empty one is asked too."""

        question: str

    def __init__(self) -> None:
        # Were the text selected on focus, the next letter would replace it.
        super().__init__(placeholder="Ask your documents a question", select_on_focus=False)
        self._asked: list[str] = []
        self._recalled = 0
        self._draft = ""

    async def action_submit(self) -> None:
        question = self.value.strip()
        self.post_message(self.Asked(question))
        if question:
            self.remember(question)
            self.value = ""

    def remember(self, question: str) -> None:
        """Keep a question among the earlier ones."""
        if self._asked[-1:] != [question]:
            self._asked.append(question)
        self._recalled = len(self._asked)
        self._draft = ""

    def action_recall(self, step: int) -> None:
        """Go through the earlier questions; after the last comes what was being typed."""
        if self._recalled == len(self._asked):
            self._draft = self.value
        at = min(max(self._recalled + step, 0), len(self._asked))
        if at != self._recalled:
            self._recalled = at
            self.value = self._draft if at == len(self._asked) else self._asked[at]
            self.cursor_position = len(self.value)

    def add(self, text: str) -> None:
        """Insert as if typed or pasted here; on one line, and safe to draw."""
        line = visible(" ".join(text.splitlines())).replace("\t", " ")
        self.replace(line, *sorted(self.selection))

    async def _on_key(self, event: events.Key) -> None:
        # Left to its binding, Enter would come after letters that were typed behind it.
        # What was typed before the app was up holds a line feed (ctrl+j) for it.
        if event.key in ("enter", "ctrl+j"):
            event.prevent_default()
            event.stop()
            await self.action_submit()
        else:
            await super()._on_key(event)

    def _on_paste(self, event: events.Paste) -> None:
        # Input would keep only the first line.
        event.prevent_default()
        event.stop()
        self.add(event.text)
