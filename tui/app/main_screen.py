"""The main screen: ask on the left, read the source on the right."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from qa import Cancelled, Reply, counted
from tui.app.scope_bar import ScopeBar
from tui.app.status_line import StatusLine
from tui.common.background import in_background, while_running
from tui.common.page import KeyFooter
from tui.common.wording import one_line
from tui.conversation.answering import QuestionAnswerer
from tui.conversation.assistant import AssistantLike
from tui.conversation.choices import AnswerChoice, PassageChoice
from tui.conversation.conversation import Conversation
from tui.conversation.explanation_screen import ExplanationScreen
from tui.conversation.judgement_file import NO_JUDGEMENTS, Judgement, Verdict, make_judgement_id
from tui.conversation.judging import Outcome, judged
from tui.conversation.question_input import QuestionInput
from tui.conversation.turn_view import TurnView
from tui.conversation.welcome import SampleDocuments, SampleQuestion
from tui.documents.scope import ALL_DOCUMENTS, Scope
from tui.sessions.session_store import SavedTurn
from tui.source.quotation import Quotation
from tui.source.source_pane import SourcePane


class MainScreen(Screen[None]):
    """Questions and answers, and the source of the answer chosen.

    It answers once it has an assistant; questions asked before wait for it.

    Attributes:
        place: folder of the index that is asked.
    """

    AUTO_FOCUS = "QuestionInput"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012
    DEFAULT_CSS = """
    MainScreen.-wide {
        layout: grid;
        grid-size: 2;
        grid-columns: 1fr 1fr;
        grid-rows: 1fr 1 3;
        SourcePane { row-span: 3; }
    }
    MainScreen.-wide.-confined {
        grid-rows: 1fr 1 1 3;
        SourcePane { row-span: 4; }
    }
    MainScreen.-narrow {
        layout: vertical;
        Conversation { height: 1fr; }
        SourcePane { height: 1fr; display: none; }
        SourcePane.-showing { display: block; }
    }
    MainScreen > ToastRack {
        /* Below stand what is typed to ask, and what is typed to find. */
        dock: top;
        align: right top;
        margin-bottom: 0;
    }
    MainScreen.-low {
        grid-rows: 1fr 1 1;
        &.-confined { grid-rows: 1fr 1 1 1; }
        Conversation { padding-top: 0; }
        Toast { max-width: 100%; margin: 0; padding: 0 1; }
        QuestionInput { height: 1; border: none; padding: 0 2; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "read_source", "Source", tooltip="To the source", id="read-source"),
        Binding("ctrl+n,alt+right", "answer(1)", "Next answer", show=False, id="next-answer"),
        Binding("alt+left", "answer(-1)", "Answer before", show=False, id="answer-before"),
        Binding("f3", "passage(1)", "Next passage", show=False, id="next-passage"),
        Binding("f2", "passage(-1)", "Passage before", show=False, id="passage-before"),
        Binding("alt+up", "turn(-1)", "Earlier turn", show=False, id="earlier-turn"),
        Binding("alt+down", "turn(1)", "Later turn", show=False, id="later-turn"),
        Binding("f4", "explain", "Why?", id="explain", tooltip="Why this answer?"),
        Binding("f6", "edit", "Edit the question", show=False, id="edit-question"),
        Binding("f7", "judge('right')", "Right", id="mark-right", tooltip="Mark it right"),
        Binding("f8", "judge('wrong')", "Wrong", id="mark-wrong", tooltip="Mark it wrong"),
        Binding("f9", "judge('missing')", "Mark it missing", show=False, id="mark-missing"),
        Binding("escape", "leave", "Cancel; back to the question", show=False, id="leave"),
    ]

    @dataclass
    class Asked(Message):
        """A question was asked."""

        turn: TurnView

    @dataclass
    class Answered(Message):
        """A reply came."""

        turn: TurnView
        reply: Reply

    @dataclass
    class Judged(Message):
        """A person has judged a reply; or takes that back."""

        turn: TurnView
        outcome: Outcome

    def __init__(self, samples: SampleDocuments | None = None) -> None:
        """The screen.

        Args:
            samples: the sample documents, where those are asked.
        """
        super().__init__()
        self.place = ""
        self.answering = QuestionAnswerer()
        self.status = StatusLine()
        self.scope = ScopeBar()
        self.question = QuestionInput()
        self.conversation = Conversation(samples)
        self._source = SourcePane()
        self._waiting: deque[TurnView] = deque()
        self._asking: TurnView | None = None

    def compose(self) -> ComposeResult:
        yield self.conversation
        yield self._source
        yield self.scope
        yield self.status
        yield self.question
        yield KeyFooter()

    async def open_with(self, assistant: AssistantLike) -> None:
        """Answer with this assistant from now on, beginning with what waits.

        Raises:
            Exception: whatever it says when its documents cannot be counted.
        """
        counted = await self._counted(assistant)
        self.answering.open(assistant)
        self.status.rest = counted
        self._answer_waiting()

    @property
    def assistant(self) -> AssistantLike | None:
        """What answers; None until it is open."""
        return self.answering.assistant

    def confine(self, scope: Scope) -> None:
        """Say what questions are confined to."""
        self.scope.scope = scope
        self.set_class(scope != ALL_DOCUMENTS, "-confined")

    @work(exclusive=True, group="count")
    async def count(self) -> None:
        """Say anew how many documents there are."""
        if self.assistant is not None:
            with suppress(Exception):
                self.status.rest = await self._counted(self.assistant)

    async def _counted(self, assistant: AssistantLike) -> str:
        counts = in_background(lambda: (assistant.documents, assistant.passages))
        documents, passages = await while_running(self.app, counts)
        return f"Ready: {counted(documents, 'document')}, {counted(passages, 'passage')}"

    def on_resize(self) -> None:
        turn = self.conversation.current
        if turn is not None:
            self.conversation.reveal(turn)
            turn.reveal_chosen()

    # Asking

    async def on_question_input_asked(self, event: QuestionInput.Asked) -> None:
        if event.question:
            await self._ask(event.question, standalone=event.standalone)
        else:
            self.status.hint = "Type a question, then press Enter"

    async def on_sample_question_pressed(self, event: SampleQuestion.Pressed) -> None:
        self.question.remember(event.question)
        self.question.focus()
        await self._ask(event.question)

    def on_input_changed(self) -> None:
        self.status.hint = ""

    async def _ask(self, question: str, *, standalone: bool = False) -> None:
        turn = TurnView(question, standalone=standalone)
        await self.conversation.add(turn)
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
                await self._answer(self._asking)
            finally:
                self._asking = None
                self.status.activity = ""

    async def _answer(self, turn: TurnView) -> None:
        turn.say("Searching…")
        answering = self.answering
        try:
            replied = answering.answer(
                turn.question,
                standalone=turn.standalone,
                reading=lambda: self.call_later(self._say_reading),
            )
            reply = await while_running(self.app, replied)
            if not answering.cancelled:
                await self._take(turn, reply)
                self.count()
        except Cancelled:
            pass
        except Exception as error:
            turn.say(f"Something went wrong: {error}", failed=True)

    def _say_reading(self) -> None:
        if self._asking is not None and not self.answering.cancelled:
            self.status.activity = "Reading"

    async def _take(self, turn: TurnView, reply: Reply) -> None:
        turn.history, turn.place = self.answering.remember(reply), self.place
        self.post_message(self.Answered(turn, reply))
        await turn.show_reply(reply)
        if self.conversation.current is turn:
            self.conversation.reveal(turn)
            self._show_chosen(turn)

    async def restore(
        self,
        turns: Sequence[SavedTurn],
        place: str,
        judged: Mapping[str, Judgement] = NO_JUDGEMENTS,
    ) -> None:
        """Show an earlier conversation, to go on with it.

        Args:
            place: folder of the index that was asked.
            judged: what was said of its replies, by the id of the judgement.
        """
        await self.clear()
        shown = [TurnView(saved.question, reply=saved.reply) for saved in turns]
        for turn in shown:
            self.question.remember(turn.question)
            if turn.reply is None:
                turn.say("No reply was kept: ask it again.", final=True)
                continue
            turn.history, turn.place = self.answering.remember(turn.reply), place
            turn.judged = judged.get(make_judgement_id(turn.question, turn.history))
        if shown:
            await self.conversation.add(*shown)
        if self.conversation.current is not None:
            self._show_chosen(self.conversation.current)

    # Showing

    def on_turn_view_chosen(self, event: TurnView.Chosen) -> None:
        self._show(event.quotation)

    async def on_turn_view_pressed(self, event: TurnView.Pressed) -> None:
        if self.conversation.current is not event.turn:
            await self.conversation.make_current(event.turn)
            self._show_chosen(event.turn)

    def _show_chosen(self, turn: TurnView) -> None:
        self.refresh_bindings()
        if turn.quotation is not None:
            self._show(turn.quotation)

    @work(exclusive=True, group="show")
    async def _show(self, quotation: Quotation) -> None:
        answering, path, pane = self.answering, quotation.document.path, self._source
        shown, outline = pane.text, pane.outline
        if answering.assistant is None:
            return
        try:
            opened = in_background(lambda: answering.opened(path, shown, outline))
            text, outline = await while_running(self.app, opened)
        except Exception as error:
            await self.conversation.note(
                f"Could not show {quotation.file_name}: {error}", problem=True
            )
        else:
            pane.show(quotation, text, outline)
            self.refresh_bindings()

    def on_resolved_question_pressed(self) -> None:
        self.action_edit()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """What needs a reply is offered once there is one."""
        turn = self.conversation.current
        if action == "read_source":
            return self.focused is self.question and self._source.text is not None
        if action in ("answer", "passage", "explain", "judge"):
            return turn is not None and turn.reply is not None
        return turn is not None if action in ("edit", "turn") else True

    def on_key(self, event: events.Key) -> None:
        # Nothing typed is lost, wherever the focus is.
        typed = event.is_printable and event.key not in self.active_bindings
        if typed and event.character:
            self.question.focus()
            self.question.add(event.character)

    def on_paste(self, event: events.Paste) -> None:
        self.question.focus()
        self.question.add(event.text)

    @property
    def focus_chain(self) -> list[Widget]:
        """To the source, from there to the conversation once there is one, and back."""
        empty = not self.conversation.turns
        return sorted(
            (w for w in super().focus_chain if not (empty and w is self.conversation)),
            key=lambda widget: self._source not in widget.ancestors_with_self,
        )

    def action_read_source(self) -> None:
        self.focus_next()

    def action_answer(self, by: int) -> None:
        self.conversation.step(AnswerChoice, by)

    def action_passage(self, by: int) -> None:
        self.conversation.step(PassageChoice, by)

    async def action_turn(self, by: int) -> None:
        await self.conversation.go(by)
        if self.conversation.current is not None:
            self._show_chosen(self.conversation.current)

    @work(exclusive=True, group="explain")
    async def action_explain(self) -> None:
        """Explain the answer that is chosen, or why the passage that is chosen holds none."""
        turn = self.conversation.current
        if turn is None or turn.reply is None:
            return
        chosen, reply = turn.chosen, turn.reply
        answer = (
            chosen.answer if isinstance(chosen, AnswerChoice) else next(iter(reply.answers), None)
        )
        hit = chosen.hit if isinstance(chosen, PassageChoice) else None
        shown = await self.app.push_screen_wait(ExplanationScreen(reply, answer, hit))
        if shown is not None:
            self._show(Quotation.of_passage(shown).among(reply))

    def action_edit(self) -> None:
        """Take up the current question as it was searched for, to change it and ask again."""
        if turn := self.conversation.current:
            self.question.focus()
            self.question.edit(turn.reply.resolved_question if turn.reply else turn.question)

    @work(exclusive=True, group="judge")
    async def action_judge(self, verdict: Verdict) -> None:
        """Judge the answer that is chosen, or that none was found."""
        turn = self.conversation.current
        if turn is None:
            return
        if turn.place != self.place:
            said = f"Not judged: this was asked of another index, {one_line(turn.place)}"
            self.notify(said, severity="warning", timeout=6, markup=False)
            return
        outcome = await judged(turn, verdict, self.app.push_screen_wait, self.answering.text_of)
        if outcome is not None:
            self.post_message(self.Judged(turn, outcome))

    def action_leave(self) -> None:
        """Cancel what is being asked and what waits; else go back to the question."""
        asking = [self._asking] if self._asking and not self.answering.cancelled else []
        cancelled = [*asking, *self._waiting]
        self._waiting.clear()
        self.answering.cancel()
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
        self.answering.cancel()
        self.answering.history.clear()
        self.workers.cancel_group(self, "show")
        self._source.clear()
        self.refresh_bindings()
        await self.conversation.clear()
