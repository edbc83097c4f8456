"""The line where questions are typed."""

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
    standalone: reactive[bool] = reactive(False)

    @dataclass
    class Asked(Message):
        """Enter was pressed on a question; an empty one is asked too.

        Attributes:
            standalone: it is to be searched for as it stands, whatever was asked before.
        """

        question: str
        standalone: bool = False

    def __init__(self) -> None:
        # Were the text selected on focus, the next letter would replace it.
        super().__init__(placeholder="Ask your documents a question", select_on_focus=False)
        self._asked: list[str] = []
        self._recalled = 0
        self._draft = ""

    def watch_standalone(self, standalone: bool) -> None:
        self.border_title = "asked as it stands" if standalone else None

    def watch_value(self, value: str) -> None:
        # A line that was emptied is for another question.
        self.standalone = self.standalone and bool(value)

    async def action_submit(self) -> None:
        question = self.value.strip()
        self.post_message(self.Asked(question, self.standalone))
        if question:
            self.remember(question)
            self.value = ""

    def remember(self, question: str, draft: str = "") -> None:
        """Keep a question among the earlier ones; the draft comes after it."""
        if self._asked[-1:] != [question]:
            self._asked.append(question)
        self._recalled = len(self._asked)
        self._draft = draft

    def recall_from(self, questions: Sequence[str]) -> None:
        """Have questions of before at hand, oldest first; they come before all others."""
        self._asked[:0] = questions
        self._recalled += len(questions)

    def edit(self, question: str) -> None:
        """Take up a question again, to be asked as it stands.

        What was being typed comes back with the key for a later question.
        """
        self.remember(question, draft=self._unsent)
        self._recalled -= 1
        self._put(question)
        self.standalone = True

    def action_recall(self, step: int) -> None:
        """Go through the earlier questions; after the last comes what was being typed."""
        self._draft = self._unsent
        at = min(max(self._recalled + step, 0), len(self._asked))
        if at != self._recalled:
            self._recalled = at
            self._put(self._draft if at == len(self._asked) else self._asked[at])
            self.standalone = False

    @property
    def _unsent(self) -> str:
        """What was being typed before earlier questions were gone through."""
        return self.value if self._recalled == len(self._asked) else self._draft

    def _put(self, question: str) -> None:
        self.value = question
        self.cursor_position = len(question)

    def add(self, text: str) -> None:
        """Insert as if typed or pasted here; on one line, and safe to draw."""
        line = visible(" ".join(text.splitlines())).replace("\t", " ")
        self.replace(line, *sorted(self.selection))

    async def key_ctrl_j(self) -> None:
        # What was typed before the app was up holds a line feed for Enter.
        await self.action_submit()

    def _on_paste(self, event: events.Paste) -> None:
        # Input would keep only the first line.
        event.prevent_default()
        event.stop()
        self.add(event.text)
