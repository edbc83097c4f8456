"""The main screen: ask on the left, read the source on the right."""

from __future__ import annotations

from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from threading import Event
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer

from qa import Cancelled, Reply
from tui.assistant import Assistant
from tui.background import Result, in_background
from tui.choices import AnswerChoice, PassageChoice
from tui.conversation import Conversation
from tui.explain_screen import ExplainScreen
from tui.outline import Outline, outline_of
from tui.question import QuestionInput
from tui.quotation import Quotation
from tui.sessions import SavedTurn
from tui.source import SourcePane
from tui.status import Status
from tui.turn import Turn
from tui.welcome import Sample
from tui.wrapping import MeasuredText


class AskScreen(Screen[None]):
    """Questions and answers, and the source of the answer chosen.

    It answers once it has an assistant; questions asked before wait for it.
    """

    AUTO_FOCUS = "QuestionInput"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012
    DEFAULT_CSS = """
    AskScreen.-wide {
        layout: grid;
        grid-size: 2;
        grid-columns: 1fr 1fr;
        grid-rows: 1fr 1 3;
        SourcePane { row-span: 3; }
    }
    AskScreen.-narrow {
        layout: vertical;
        Conversation { height: 1fr; }
        SourcePane { height: 1fr; display: none; }
        SourcePane.-showing { display: block; }
    }
    AskScreen.-low {
        grid-rows: 1fr 1 1;
        Conversation { padding-top: 0; }
        QuestionInput { height: 1; border: none; padding: 0 2; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n,alt+right", "answer(1)", "Next answer", id="next-answer"),
        Binding("alt+left", "answer(-1)", "Answer before", show=False, id="answer-before"),
        Binding("f3", "passage(1)", "Next passage", id="next-passage"),
        Binding("f2", "passage(-1)", "Passage before", show=False, id="passage-before"),
        Binding("alt+up", "turn(-1)", "Earlier turn", show=False, id="earlier-turn"),
        Binding("alt+down", "turn(1)", "Later turn", show=False, id="later-turn"),
        Binding("f4", "explain", "Why?", id="explain"),
        Binding("f6", "edit", "Edit the question", show=False, id="edit-question"),
        Binding("escape", "leave", "Cancel; back to the question", show=False, id="leave"),
    ]

    @dataclass
    class Asked(Message):
        """A question was asked."""

        turn: Turn

    @dataclass
    class Answered(Message):
        """A reply came."""

        turn: Turn
        reply: Reply

    class Reading(Message):
        """The search is over, what it found is being read."""

    def __init__(self, notice: str | None = None, samples: Sequence[str] = ()) -> None:
        """The screen.

        Args:
            notice: something to say before the first question.
            samples: questions to offer there.
        """
        super().__init__()
        self.assistant: Assistant | None = None
        self.status = Status()
        self.question = QuestionInput()
        self._conversation = Conversation(notice, samples)
        self._source = SourcePane()
        self._waiting: deque[Turn] = deque()
        self._asking: Turn | None = None
        self._stop = Event()
        self._history: list[str | tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self._conversation
        yield self._source
        yield self.status
        yield self.question
        yield Footer(show_command_palette=False, compact=True)

    async def _in_background(self, work: Callable[[], Result]) -> Result:
        """Run in the background; where the app has ended meanwhile, nothing comes after it."""
        try:
            return await in_background(work)
        finally:
            if not self.app.is_running:
                raise CancelledError

    async def open_with(self, assistant: Assistant) -> None:
        """Answer with this assistant from now on, beginning with what waits.

        Raises:
            Exception: whatever it says when its documents cannot be counted.
        """
        await self._count(assistant)
        self.assistant = assistant
        self._answer_waiting()

    async def note(self, text: str) -> None:
        """Say something that belongs to no question, on a line of its own."""
        await self._conversation.note(text)

    async def _count(self, assistant: Assistant) -> None:
        documents, passages = await self._in_background(
            lambda: (assistant.documents, assistant.passages)
        )
        self.status.rest = f"Ready: {documents:,} documents, {passages:,} passages"

    # Asking

    async def on_question_input_asked(self, event: QuestionInput.Asked) -> None:
        if event.question:
            await self._ask(event.question, standalone=event.standalone)
        else:
            self.status.hint = "Type a question, then press Enter"

    async def on_sample_pressed(self, event: Sample.Pressed) -> None:
        self.question.remember(event.question)
        self.question.focus()
        await self._ask(event.question)

    def on_input_changed(self) -> None:
        self.status.hint = ""

    async def _ask(self, question: str, *, standalone: bool = False) -> None:
        turn = Turn(question, standalone=standalone)
        await self._conversation.add(turn)
        self.post_message(self.Asked(turn))
        self._waiting.append(turn)
        self._answer_waiting()

    @work
    async def _answer_waiting(self) -> None:
        """Answer what waits, one question after the other: each may build on the one before."""
        if self.assistant is None or self._asking is not None:
            return
        while self._waiting:
            self._asking = self._waiting.popleft()
            self.status.activity = "Searching"
            try:
                await self._answer(self.assistant, self._asking)
            finally:
                self._asking = None
                self.status.activity = ""

    async def _answer(self, assistant: Assistant, turn: Turn) -> None:
        self._stop = stop = Event()
        turn.say("Searching…")

        history = () if turn.standalone else tuple(self._history)
        steps = count()

        def cancelled() -> bool:
            # It is asked between steps: the first time, the search is over.
            if next(steps) == 0:
                self.post_message(self.Reading())
            return stop.is_set()

        try:
            reply = await self._in_background(
                lambda: assistant.ask(turn.question, history, cancelled=cancelled)
            )
            if not stop.is_set():
                await self._take(turn, reply)
                await self._count(assistant)
        except Cancelled:
            pass
        except Exception as error:
            turn.say(f"Something went wrong: {error}", failed=True)

    async def on_ask_screen_reading(self) -> None:
        if self._asking is not None and not self._stop.is_set():
            self.status.activity = "Reading"

    async def _take(self, turn: Turn, reply: Reply) -> None:
        self._remember(reply)
        self.post_message(self.Answered(turn, reply))
        await turn.show_reply(reply)
        if self._conversation.current is turn:
            self._conversation.reveal(turn)
            self._show_chosen(turn)

    def _remember(self, reply: Reply) -> None:
        """Later questions may build on this one."""
        answered = (reply.question, reply.answers[0].text) if reply.answered else reply.question
        self._history.append(answered)

    async def restore(self, turns: Sequence[SavedTurn]) -> None:
        """Show an earlier conversation, to go on with it."""
        await self.clear()
        shown = [Turn(saved.question, reply=saved.reply) for saved in turns]
        for turn in shown:
            self.question.remember(turn.question)
            if turn.reply is None:
                turn.say("No reply was kept: ask it again.", final=True)
            else:
                self._remember(turn.reply)
        if shown:
            await self._conversation.add(*shown)
        if self._conversation.current is not None:
            self._show_chosen(self._conversation.current)

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
        assistant, shown, outline = self.assistant, self._source.text, self._source.outline
        if assistant is None:
            return

        def opened() -> tuple[MeasuredText, Outline]:
            path = quotation.document.path
            text = assistant.text(path)
            if shown is not None and shown.text == text:
                return shown, outline
            return MeasuredText.of(text), outline_of(text, assistant.passages_of(path))

        try:
            text, outline = await self._in_background(opened)
        except Exception as error:
            await self.note(f"Could not show {quotation.file_name}: {error}")
        else:
            self._source.show(quotation, text, outline)

    def on_searched_for_pressed(self) -> None:
        self.action_edit()

    # Keys

    def on_key(self, event: events.Key) -> None:
        # Nothing typed is lost, wherever the focus is.
        typed = event.is_printable and event.key not in self.active_bindings
        if typed and event.character:
            self.question.focus()
            self.question.add(event.character)

    def on_paste(self, event: events.Paste) -> None:
        self.question.focus()
        self.question.add(event.text)

    def action_answer(self, by: int) -> None:
        self._conversation.step(AnswerChoice, by)

    def action_passage(self, by: int) -> None:
        self._conversation.step(PassageChoice, by)

    async def action_turn(self, by: int) -> None:
        await self._conversation.go(by)
        if self._conversation.current is not None:
            self._show_chosen(self._conversation.current)

    @work(exclusive=True, group="explain")
    async def action_explain(self) -> None:
        """Explain the answer that is chosen, or why the passage that is chosen holds none."""
        turn = self._conversation.current
        if turn is None or turn.reply is None:
            return
        chosen, reply = turn.chosen, turn.reply
        answer = (
            chosen.answer if isinstance(chosen, AnswerChoice) else next(iter(reply.answers), None)
        )
        hit = chosen.hit if isinstance(chosen, PassageChoice) else None
        shown = await self.app.push_screen_wait(ExplainScreen(reply, answer, hit))
        if shown is not None:
            self._show(Quotation.of_passage(shown).among(reply))

    def action_edit(self) -> None:
        """Take up the current question as it was searched for, to change it and ask again."""
        if turn := self._conversation.current:
            self.question.focus()
            self.question.edit(turn.reply.resolved_question if turn.reply else turn.question)

    def action_leave(self) -> None:
        """Cancel what is being asked and what waits; else go back to the question."""
        asking = [self._asking] if self._asking and not self._stop.is_set() else []
        cancelled = [*asking, *self._waiting]
        self._waiting.clear()
        self._stop.set()
        if asking:
            self.status.activity = "Stopping"
        for turn in cancelled:
            turn.say("Cancelled.", final=True)
        if not cancelled:
            self.clear_selection()
            self.question.focus()

    async def clear(self) -> None:
        """Start afresh: what was asked before no longer counts."""
        self._waiting.clear()
        self._stop.set()
        self._history.clear()
        self.workers.cancel_group(self, "show")
        self._source.clear()
        await self._conversation.clear()
