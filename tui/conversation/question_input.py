"""The input line for questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from qa import visible
from tui.common.presentation.wording import has_word


class QuestionInput(Input):
    """One line of input. Keys bring earlier questions back; nothing typed is lost."""

    DEFAULT_CSS = """
    QuestionInput {
        height: 3;
        padding: 0 1;
        border: round $primary 40%;
        background: $background;
        &:focus { border: round $primary; background-tint: $foreground 0%; }
        & > .input--placeholder { color: $text-disabled; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Ask", show=False),
        Binding("up", "recall(-1)", "Earlier question", show=False),
        Binding("down", "recall(1)", "Later question", show=False),
    ]

    # `Input` lays out the whole screen when its text grows, which makes typing slow in a long
    # conversation. This line keeps its size, so no layout is needed.
    virtual_size = reactive(Size(0, 0), layout=False)
    standalone: reactive[bool] = reactive(False)

    @dataclass
    class Entered(Message):
        """Enter was pressed; the question may be empty, or without a word. It is then left there.

        `standalone`: it does not build on earlier ones.
        """

        question: str
        standalone: bool = False

    def __init__(self) -> None:
        # If focus selected the text, the next letter would replace it.
        super().__init__(placeholder="Ask your documents a question", select_on_focus=False)
        self._history: list[str] = []
        self._position = 0
        self._draft = ""

    def watch_standalone(self, standalone: bool) -> None:
        self.border_title = "asked as it stands" if standalone else None

    def watch_value(self, value: str) -> None:
        # An empty line starts another question.
        self.standalone = self.standalone and bool(value)

    async def action_submit(self) -> None:
        question = self.value.strip()
        self.post_message(self.Entered(question, self.standalone))
        if has_word(question):
            self.add_to_history(question)
            self.value = ""

    def add_to_history(self, question: str, draft: str = "") -> None:
        """Add a question to the history; the draft comes after it."""
        if self._history[-1:] != [question]:
            self._history.append(question)
        self._position = len(self._history)
        self._draft = draft

    def prepend_history(self, questions: Sequence[str]) -> None:
        """Put questions, oldest first, before all others of the history."""
        self._history[:0] = questions
        self._position += len(questions)

    def edit(self, question: str) -> None:
        """Put a question into the line, to be edited and asked as standalone.

        The key for a later question brings back what was being typed.
        """
        self.add_to_history(question, draft=self._current_draft)
        self._position -= 1
        self._set_text(question)
        self.standalone = True

    def action_recall(self, step: int) -> None:
        """Step through the history; after its last question comes the draft."""
        self._draft = self._current_draft
        at = min(max(self._position + step, 0), len(self._history))
        if at != self._position:
            self._position = at
            self._set_text(self._draft if at == len(self._history) else self._history[at])
            self.standalone = False

    @property
    def _current_draft(self) -> str:
        """The draft from before the history was stepped through."""
        return self.value if self._position == len(self._history) else self._draft

    def _set_text(self, question: str) -> None:
        self.value = question
        self.cursor_position = len(question)

    def insert_text(self, text: str) -> None:
        """Insert text at the cursor, on one line and safe to draw."""
        line = visible(" ".join(text.splitlines())).replace("\t", " ")
        self.replace(line, *sorted(self.selection))

    async def key_ctrl_j(self) -> None:
        # Enter is a line feed in what was typed before the app was running.
        await self.action_submit()

    def _on_paste(self, event: events.Paste) -> None:
        # `Input` would keep only the first line.
        event.prevent_default()
        event.stop()
        self.insert_text(event.text)
