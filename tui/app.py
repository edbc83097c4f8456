"""The app: wires the widgets to an assistant that works in the background."""

from __future__ import annotations

from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from threading import Event
from typing import ClassVar

from textual import events, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer
from textual.message import Message
from textual.widgets import Footer

from qa import Cancelled, Reply
from tui.assistant import Assistant, OpenAssistant
from tui.background import Result, in_background
from tui.choices import AnswerChoice, PassageChoice
from tui.conversation import Conversation
from tui.help import HelpScreen
from tui.question import QuestionInput
from tui.quotation import Quotation
from tui.source import SourcePane, SourceView
from tui.status import Status
from tui.themes import DARK, LIGHT
from tui.turn import Turn
from tui.welcome import Sample
from tui.wrapping import MeasuredText


class QuotebackApp(App[None], inherit_bindings=False):
    """Ask on the left, read the source on the right."""

    TITLE = "Quoteback"
    AUTO_FOCUS = "QuestionInput"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    CSS = """
    Screen.-wide {
        layout: grid;
        grid-size: 2;
        grid-columns: 1fr 1fr;
        grid-rows: 1fr 1 3;
        SourcePane { row-span: 3; }
    }
    Screen.-narrow {
        layout: vertical;
        Conversation { height: 1fr; }
        SourcePane { height: 1fr; display: none; }
        SourcePane.-showing { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help"),
        Binding("ctrl+n", "answer(1)", "Next answer"),
        Binding("ctrl+p", "answer(-1)", "Answer before", show=False),
        Binding("f3", "passage(1)", "Next passage"),
        Binding("f2", "passage(-1)", "Passage before", show=False),
        Binding("alt+up", "turn(-1)", "Earlier turn", show=False),
        Binding("alt+down", "turn(1)", "Later turn", show=False),
        Binding("tab", "app.focus_next", "Move the focus on", show=False),
        Binding("shift+tab", "app.focus_previous", "Move the focus back", show=False),
        Binding("escape", "leave", "Cancel; back to the question", show=False),
        Binding("ctrl+r", "retry", "Try again"),
        Binding("ctrl+l", "clear", "Clear"),
        Binding("ctrl+t", "theme", "Light or dark"),
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("ctrl+c", "help_quit", "Say how to quit", show=False),
    ]

    @dataclass
    class Progressed(Message):
        """Opening the assistant came further."""

        message: str
        fraction: float | None

    class Reading(Message):
        """The search is over, what it found is being read."""

    def __init__(
        self,
        open_assistant: OpenAssistant,
        *,
        notice: str | None = None,
        samples: Sequence[str] = (),
    ) -> None:
        """The app.

        Args:
            open_assistant: opens the index and loads the models; called in the background.
            notice: something to say before the first question.
            samples: questions to offer there.
        """
        super().__init__()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self._open_assistant = open_assistant
        self._conversation = Conversation(notice, samples)
        self._source = SourcePane()
        self._status = Status()
        self._question = QuestionInput()
        self._assistant: Assistant | None = None
        self._failed_to_open = False
        self._waiting: deque[Turn] = deque()
        self._asking: Turn | None = None
        self._stop = Event()
        self._history: list[str | tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self._conversation
        yield self._source
        yield self._status
        yield self._question
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        self._open()

    async def _in_background(self, work: Callable[[], Result]) -> Result:
        """Run in the background; where the app has ended meanwhile, nothing comes after it."""
        try:
            return await in_background(work)
        finally:
            if not self.is_running:
                raise CancelledError

    # Opening

    @work
    async def _open(self) -> None:
        self._failed_to_open = False
        self.refresh_bindings()
        self._status.activity = "Opening"
        try:
            assistant = await self._in_background(lambda: self._open_assistant(self._report))
            await self._count(assistant)
        except Exception as error:
            self._failed_to_open = True
            self.refresh_bindings()
            self._status.rest = "Not ready: ctrl+r tries again"
            await self._conversation.note(f"Could not open: {error}")
        else:
            self._assistant = assistant
            self._answer_waiting()
        finally:
            self._status.activity = ""

    def _report(self, message: str, fraction: float | None) -> None:
        self.post_message(self.Progressed(message, fraction))

    def on_quoteback_app_progressed(self, event: Progressed) -> None:
        if self._assistant is None:
            self._status.activity = event.message
            self._status.fraction = event.fraction

    async def _count(self, assistant: Assistant) -> None:
        documents, passages = await self._in_background(
            lambda: (assistant.documents, assistant.passages)
        )
        self._status.rest = f"Ready: {documents:,} documents, {passages:,} passages"

    # Asking

    async def on_question_input_asked(self, event: QuestionInput.Asked) -> None:
        if event.question:
            await self._ask(event.question)
        else:
            self._status.hint = "Type a question, then press Enter"

    async def on_sample_pressed(self, event: Sample.Pressed) -> None:
        self._question.remember(event.question)
        self._question.focus()
        await self._ask(event.question)

    def on_input_changed(self) -> None:
        self._status.hint = ""

    async def _ask(self, question: str) -> None:
        turn = Turn(question)
        await self._conversation.add(turn)
        self._waiting.append(turn)
        self._answer_waiting()

    @work
    async def _answer_waiting(self) -> None:
        """Answer what waits, one question after the other: each may build on the one before."""
        if self._assistant is None or self._asking is not None:
            return
        while self._waiting:
            self._asking = self._waiting.popleft()
            self._status.activity = "Searching"
            try:
                await self._answer(self._assistant, self._asking)
            finally:
                self._asking = None
                self._status.activity = ""

    async def _answer(self, assistant: Assistant, turn: Turn) -> None:
        self._stop = stop = Event()
        turn.say("Searching…")

        steps = count()

        def cancelled() -> bool:
            # It is asked between steps: the first time, the search is over.
            if next(steps) == 0:
                self.post_message(self.Reading())
            return stop.is_set()

        try:
            reply = await self._in_background(
                lambda: assistant.ask(turn.question, tuple(self._history), cancelled=cancelled)
            )
            if not stop.is_set():
                await self._take(turn, reply)
                await self._count(assistant)
        except Cancelled:
            pass
        except Exception as error:
            turn.say(f"Something went wrong: {error}", failed=True)

    async def on_quoteback_app_reading(self) -> None:
        if self._asking is not None and not self._stop.is_set():
            self._status.activity = "Reading"

    async def _take(self, turn: Turn, reply: Reply) -> None:
        answered = (turn.question, reply.answers[0].text) if reply.answered else turn.question
        self._history.append(answered)
        await turn.show_reply(reply)
        if self._conversation.current is turn:
            self._conversation.reveal(turn)
            self._show_chosen(turn)

    # Showing

    def on_turn_chosen(self, event: Turn.Chosen) -> None:
        self._show(event.quotation)

    async def on_turn_pressed(self, event: Turn.Pressed) -> None:
        if self._conversation.current is not event.turn:
            await self._conversation.make_current(event.turn)
            self._show_chosen(event.turn)

    def _show_chosen(self, turn: Turn) -> None:
        if turn.quotation is not None:
            self._show(turn.quotation)

    @work(exclusive=True, group="show")
    async def _show(self, quotation: Quotation) -> None:
        assistant, shown = self._assistant, self._source.text
        if assistant is None:
            return

        def measured() -> MeasuredText:
            text = assistant.text(quotation.document.path)
            return shown if shown is not None and shown.text == text else MeasuredText.of(text)

        try:
            text = await self._in_background(measured)
        except Exception as error:
            await self._conversation.note(f"Could not show {quotation.file_name}: {error}")
        else:
            self._source.show(quotation, text)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        return self._failed_to_open if action == "retry" else True

    def on_key(self, event: events.Key) -> None:
        # Nothing typed is lost, wherever the focus is.
        typed = event.is_printable and event.key not in self.screen.active_bindings
        if typed and event.character and self.screen is self.screen_stack[0]:
            self._question.focus()
            self._question.add(event.character)

    def on_paste(self, event: events.Paste) -> None:
        self._question.focus()
        self._question.add(event.text)

    def action_answer(self, by: int) -> None:
        self._conversation.step(AnswerChoice, by)

    def action_passage(self, by: int) -> None:
        self._conversation.step(PassageChoice, by)

    async def action_turn(self, by: int) -> None:
        await self._conversation.go(by)
        if self._conversation.current is not None:
            self._show_chosen(self._conversation.current)

    def action_leave(self) -> None:
        """Cancel what is being asked and what waits; else go back to the question."""
        asking = [self._asking] if self._asking and not self._stop.is_set() else []
        cancelled = [*asking, *self._waiting]
        self._waiting.clear()
        self._stop.set()
        if asking:
            self._status.activity = "Stopping"
        for turn in cancelled:
            turn.say("Cancelled.")
        if not cancelled:
            self.screen.clear_selection()
            self._question.focus()

    def action_retry(self) -> None:
        self._open()

    async def action_clear(self) -> None:
        """Start afresh: what was asked before no longer counts."""
        self._waiting.clear()
        self._stop.set()
        self._history.clear()
        self.workers.cancel_group(self, "show")
        self._source.clear()
        await self._conversation.clear()

    def action_theme(self) -> None:
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_help(self) -> None:
        up_and_down = [
            binding
            for binding in Binding.make_bindings(ScrollableContainer.BINDINGS)
            if not binding.action.endswith(("left", "right"))
        ]
        self.push_screen(
            HelpScreen(
                {
                    "Everywhere": self.BINDINGS,
                    "In the question": QuestionInput.BINDINGS,
                    "In the source": SourceView.BINDINGS,
                    "In the conversation and the source": up_and_down,
                }
            )
        )
