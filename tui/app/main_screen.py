"""The main screen: ask on the left, read the source on the right."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from index import Hit
from qa import Reply
from tui.app.navigation import SourceNavigation
from tui.app.side_pane import SidePane
from tui.app.title_line import TitleLine, name_scope
from tui.common.presentation.wording import NO_WORD, has_word, one_line
from tui.common.screens.background import in_background, while_running
from tui.common.screens.screen_parts import KeyFooter
from tui.conversation.answering import QuestionAnswerer, QuestionQueue
from tui.conversation.choices import AnswerChoice, PassageChoice
from tui.conversation.conversation import Conversation
from tui.conversation.judgements import JudgementRating
from tui.conversation.judging import JudgementChange, judge_answer
from tui.conversation.question_input import QuestionInput
from tui.conversation.turn_view import TurnView
from tui.conversation.welcome import SampleDocuments
from tui.documents.document_tree import ALL_DOCUMENTS, Scope
from tui.search.quick_open import RecentDocuments
from tui.source.places import Position, QuotedPlace
from tui.source.source_pane import SourcePane
from tui.source.source_view import SourceView

if TYPE_CHECKING:
    from qa import Assistant

# Actions that the footer shows first, by importance.
_FIRST_KEYS = (
    "retry leave_find read_source explain documents quick_open search help quit find contents "
    "judge command_palette conversations"
).split()
# Said of a document that is not on the screen after so many seconds.
_OPENING, _SLOW_SECONDS = "Opening the document…", 0.5


class MainScreen(Screen[None]):
    """The conversation, and the source of the chosen answer.

    Questions that are asked before there is an assistant wait for it.

    Attributes:
        index_location: the index that is asked.
        status: what is going on.
        summary: what is asked.
    """

    AUTO_FOCUS = "QuestionInput"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (160, "-vast")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-short"), (30, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "read_source", "Source", tooltip="To the source", id="read-source"),
        Binding("ctrl+n", "answer(1)", "Next answer", show=False, id="next-answer"),
        Binding("ctrl+b", "answer(-1)", "Answer before", show=False, id="answer-before"),
        Binding("alt+left", "step_position(-1)", "Back to what was read", show=False, id="back"),
        Binding("alt+right", "step_position(1)", "Forward again", show=False, id="forward"),
        Binding("f3", "passage(1)", "Next passage", show=False, id="next-passage"),
        Binding("f2", "passage(-1)", "Passage before", show=False, id="passage-before"),
        Binding("alt+up", "turn(-1)", "Earlier turn", show=False, id="earlier-turn"),
        Binding("alt+down", "turn(1)", "Later turn", show=False, id="later-turn"),
        Binding("f4", "explain", "Why?", id="explain", tooltip="Why this answer?"),
        Binding("f6", "edit", "Edit the question", show=False, id="edit-question"),
        Binding("f7", "judge('right')", "Right", id="mark-right", tooltip="Mark it right"),
        Binding("f8", "judge('wrong')", "Wrong", id="mark-wrong", tooltip="Mark it wrong"),
        Binding("f9", "judge('missing')", "Mark it missing", show=False, id="mark-missing"),
        Binding("ctrl+g", "app.ask_everything", "Ask everything", show=False, id="ask-everything"),
        Binding("ctrl+l", "app.clear", "New conversation", show=False, id="new-conversation"),
        Binding("escape", "leave", "Cancel; back to the question", show=False, id="leave"),
    ]

    @dataclass
    class QuestionAsked(Message):
        """A question was asked."""

        turn: TurnView

    @dataclass
    class ReplyReceived(Message):
        """A reply came."""

        turn: TurnView
        reply: Reply

    @dataclass
    class ReplyJudged(Message):
        """A reply was judged, or its judgement taken back."""

        turn: TurnView
        change: JudgementChange

    class IndexLost(Message):
        """The index that was opened was moved, removed or replaced."""

    def __init__(self, samples: SampleDocuments | None, recent: RecentDocuments) -> None:
        """The screen; `samples` if those are asked."""
        super().__init__()
        self.index_location = ""
        self.answering = QuestionAnswerer()
        self._title = TitleLine()
        self.status, self.summary = self._title.status, self._title.summary
        self.question = QuestionInput()
        self.conversation = Conversation(samples)
        self.conversation.border_title = "Conversation"
        self._source = SourcePane()
        self.navigation = SourceNavigation(self._source, self.answering, recent)
        self._side = SidePane(self.navigation.list_documents)
        # Runs out while a document is being opened.
        self._slow: Timer | None = None
        self._questions = QuestionQueue(
            lambda: self.app,
            self.answering,
            on_step=self._show_step,
            on_reply=self._show_reply,
            on_lost=lambda: self.post_message(self.IndexLost()),
        )

    def compose(self) -> ComposeResult:
        yield self._title
        yield self.conversation
        yield self._source
        yield self._side
        yield self.question
        yield KeyFooter(_FIRST_KEYS)

    async def use_assistant(self, assistant: Assistant) -> None:
        """Answer with this assistant from now on, first the questions that wait.

        They do not wait until its documents are counted.

        Raises:
            Exception: whatever the assistant raises when it counts its documents. It is not asked
                any more then.
        """
        self.answering.use_assistant(assistant)
        self.status.idle = "Ready"
        self._side.update_documents()
        self.refresh_bindings()
        # What was counted are not its documents.
        self.summary.counts = None
        self._answer_waiting()
        try:
            counts = await self._count(assistant)
        except Exception:
            if self.assistant is assistant:
                self.answering.leave_assistant()
                self.refresh_bindings()
            raise
        # By now another index may be asked.
        if self.assistant is assistant:
            self.summary.counts = counts

    @property
    def assistant(self) -> Assistant | None:
        """Answers the questions; None until it is open."""
        return self.answering.assistant

    def show_scope(self, scope: Scope) -> None:
        """Show the scope of questions."""
        self.summary.scope = scope
        whose = name_scope(scope) if scope != ALL_DOCUMENTS else "your documents"
        self.question.placeholder = f"Ask {whose} a question"

    @work(exclusive=True, group="count")
    async def update_counts(self) -> None:
        """Show how many documents there are now."""
        await self._show_counts()

    async def _show_counts(self) -> None:
        assistant = self.assistant
        if assistant is not None:
            with suppress(Exception):
                counts = await self._count(assistant)
                # By now another index may be asked.
                if self.assistant is assistant:
                    self.summary.counts = counts
                    self._side.update_documents()

    async def _count(self, assistant: Assistant) -> tuple[int, int]:
        counts = in_background(lambda: assistant.index.counts)
        return await while_running(self.app, counts)

    def on_resize(self) -> None:
        turn = self.conversation.current
        if turn is not None:
            self.conversation.scroll_to_top_of(turn)
            turn.scroll_to_chosen()

    # Asking

    async def on_question_input_entered(self, event: QuestionInput.Entered) -> None:
        if has_word(event.question):
            await self._ask(event.question, standalone=event.standalone)
        elif event.question:
            self.status.hint = f"{NO_WORD[0].upper()}{NO_WORD[1:]}"
        else:
            self.status.hint = "Type a question, then press Enter"

    async def action_ask(self, question: str) -> None:
        """Ask a question that is offered."""
        self.question.add_to_history(question)
        self.question.focus()
        await self._ask(question)

    def on_input_changed(self) -> None:
        self.status.hint = ""

    async def _ask(self, question: str, *, standalone: bool = False) -> None:
        turn = TurnView(question, standalone=standalone)
        await self.conversation.add_turns(turn)
        self.post_message(self.QuestionAsked(turn))
        self._questions.add(turn)
        self._answer_waiting()

    @work
    async def _answer_waiting(self) -> None:
        await self._questions.answer_all()

    def _show_step(self, step: str) -> None:
        self.status.activity = step

    async def _show_reply(self, turn: TurnView, reply: Reply) -> None:
        turn.history = self.answering.remember_reply(reply)
        turn.index_location = self.index_location
        turn.searched = self._describe_search()
        self.post_message(self.ReplyReceived(turn, reply))
        await turn.show_reply(reply)
        if self.conversation.current is turn:
            self.conversation.scroll_to_top_of(turn)
            self._show_chosen()
        self._count_searched(turn)

    @work
    async def _count_searched(self, turn: TurnView) -> None:
        """Show how much there is now: another process may have added what was searched, too.

        The reply does not wait for it.
        """
        assistant, scope = self.assistant, self.summary.scope
        await self._show_counts()
        if (self.assistant, self.summary.scope) == (assistant, scope):
            turn.show_searched(self._describe_search())

    def _describe_search(self) -> str:
        return self.summary.describe_search(unfinished=bool(self.status.indexing))

    async def show_turns(self, turns: Sequence[TurnView]) -> None:
        """Show a conversation in place of the one that is shown, to continue it."""
        if turns:
            await self.conversation.add_turns(*turns)
        self._show_chosen()

    # Showing

    def on_turn_view_chosen(self, event: TurnView.Chosen) -> None:
        self._show(event.place)

    async def on_turn_view_pressed(self, event: TurnView.Pressed) -> None:
        if self.conversation.current is not event.turn:
            await self.conversation.make_current(event.turn)
            self._show_chosen()

    def _show_chosen(self) -> None:
        """Show what is chosen in the current turn."""
        turn = self.conversation.current
        if turn is None:
            return
        self.refresh_bindings()
        self._side.show_passages(turn.reply)
        if turn.place is not None:
            self._show(turn.place)

    def _show(self, place: QuotedPlace) -> None:
        if self.assistant is not None:
            self._side.mark_passage(place)
            self._navigate(place.file_name, self.navigation.show_place(place))

    def open_position(self, position: Position) -> None:
        """Show a document at an offset, to read it without a question."""
        self._navigate(Path(position.path).name, self.navigation.open(position), reading=True)

    def open_hit(self, hit: Hit) -> None:
        """Show a passage that was found, without a question."""
        place = QuotedPlace.from_hit(hit)
        showing = self.navigation.show_place(place)
        self._navigate(place.file_name, showing, reading=True)

    def on_source_pane_scrolled(self, event: SourcePane.Scrolled) -> None:
        # Its pages may have come meanwhile.
        self._show_outline()
        self._side.follow(event.offset)

    def _show_outline(self) -> None:
        if self._source.document is not None:
            self._side.show_outline(self._source.document.path, self._source.outline)

    def on_side_pane_position_chosen(self, event: SidePane.PositionChosen) -> None:
        self.open_position(event.position)

    def on_side_pane_passage_chosen(self, event: SidePane.PassageChosen) -> None:
        self._show(event.place)

    def action_step_position(self, by: int) -> None:
        self._navigate("it", self.navigation.step(by))

    @work(exclusive=True, group="show")
    async def _navigate(
        self, name: str, showing: Awaitable[None], *, reading: bool = False
    ) -> None:
        """Show something in the source; `reading`: and go there."""
        self._slow = slow = self.set_timer(_SLOW_SECONDS, self._say_opening)
        try:
            await showing
        except Exception as error:
            await self.conversation.show_note(f"Could not show {name}: {error}", problem=True)
        else:
            self._show_outline()
            if reading:
                self.call_after_refresh(self._focus_source)
            self.refresh_bindings()
        finally:
            slow.stop()
            if self._slow is slow:
                self._slow = None
                if self.status.hint == _OPENING:
                    self.status.hint = ""

    def _say_opening(self) -> None:
        # What the timer calls may come only when all is shown.
        if self._slow is not None:
            self.status.hint = _OPENING

    def _focus_source(self) -> None:
        self._source.query_one(SourceView).focus()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Offer a key only when it can do something."""
        turn = self.conversation.current
        if action == "read_source":
            return self.focused is self.question and self._source.document is not None
        if action == "step_position" and isinstance(parameters[0], int):
            return self.navigation.can_step(parameters[0])
        if action in ("answer", "passage", "explain", "judge"):
            return turn is not None and turn.reply is not None
        return turn is not None if action in ("edit", "turn") else True

    def on_key(self, event: events.Key) -> None:
        # A letter typed anywhere goes to the question.
        typed = event.is_printable and event.key not in self.active_bindings
        if typed and event.character:
            self.question.focus()
            self.question.insert_text(event.character)

    def on_paste(self, event: events.Paste) -> None:
        self.question.focus()
        self.question.insert_text(event.text)

    @property
    def focus_chain(self) -> list[Widget]:
        """The question, the conversation if there is one, and last the source."""
        empty = not self.conversation.turns
        return sorted(
            (w for w in super().focus_chain if not (empty and w is self.conversation)),
            key=lambda widget: self._source not in widget.ancestors_with_self,
        )

    def action_read_source(self) -> None:
        self.focus_next()

    async def action_answer(self, by: int) -> None:
        await self.conversation.step_choice(AnswerChoice, by)

    async def action_passage(self, by: int) -> None:
        await self.conversation.step_choice(PassageChoice, by)

    async def action_turn(self, by: int) -> None:
        await self.conversation.step_turn(by)
        self._show_chosen()

    @work(exclusive=True, group="explain")
    async def action_explain(self) -> None:
        """Explain the chosen answer, or why the chosen passage holds no answer."""
        turn = self.conversation.current
        if turn is None or turn.reply is None:
            return
        chosen, reply = turn.chosen, turn.reply
        answer = (
            chosen.answer if isinstance(chosen, AnswerChoice) else next(iter(reply.answers), None)
        )
        hit = chosen.hit if isinstance(chosen, PassageChoice) else None
        # Imported when it is wanted: the main screen is drawn before.
        from tui.conversation.explanation_screen import ExplanationScreen

        shown = await self.app.push_screen_wait(ExplanationScreen(reply, answer, hit))
        if shown is not None:
            self._show(QuotedPlace.from_hit(shown).with_reply(reply))

    def action_edit(self) -> None:
        """Edit the current question, as it was searched for."""
        if turn := self.conversation.current:
            self.question.focus()
            self.question.edit(turn.reply.resolved_question if turn.reply else turn.question)

    @work(exclusive=True, group="judge")
    async def action_judge(self, rating: JudgementRating) -> None:
        """Judge the chosen answer, or the lack of one."""
        turn = self.conversation.current
        if turn is None:
            return
        if turn.index_location != self.index_location:
            message = (
                f"Not judged: this was asked of another index, {one_line(turn.index_location)}"
            )
            self.notify(message, severity="warning", timeout=6, markup=False)
            return
        change = await judge_answer(turn, rating, self.app.push_screen_wait, self.answering.text_of)
        if change is not None:
            self.post_message(self.ReplyJudged(turn, change))

    def action_leave(self) -> None:
        """Cancel the current and the waiting questions, or drawing; else focus the input line."""
        if not self._questions.cancel() and not self._source.stop_drawing():
            self.clear_selection()
            self.question.focus()

    async def clear(self) -> None:
        """Start a new conversation, without history."""
        self._questions.clear()
        self.answering.history.clear()
        self.workers.cancel_group(self, "show")
        self._source.clear()
        self._side.clear()
        self.refresh_bindings()
        await self.conversation.clear()
