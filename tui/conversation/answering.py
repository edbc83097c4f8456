"""Answers questions in the background; each may build on those before."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from threading import Event
from typing import TYPE_CHECKING

from textual.app import App

from index import DEFAULT_MODE, IndexMoved
from qa import PASSAGES_READ, Cancelled, Reply
from tui.common.screens.background import in_background, while_running
from tui.conversation.turn_view import TurnView

if TYPE_CHECKING:
    from index import Filter, Index, Mode
    from qa import Assistant
    from tui.source.source_document import SourceDocument


@dataclass(frozen=True, slots=True)
class AskOptions:
    """Options with which questions are asked; `Assistant.ask` says what they mean."""

    k: int = PASSAGES_READ
    mode: Mode = DEFAULT_MODE
    threshold: float | None = None
    filter: Filter | None = None


class QuestionAnswerer:
    """Answers one question at a time, and remembers the conversation.

    Attributes:
        assistant: answers the questions; None until it is open.
        options: how the next questions are answered.
        history: what later questions may build on, oldest first: a question, or a question
            and its answer.
    """

    def __init__(self) -> None:
        self.assistant: Assistant | None = None
        self._previous: Assistant | None = None
        self.options = AskOptions()
        self.history: list[str | tuple[str, str]] = []
        self._stop = Event()

    def use_assistant(self, assistant: Assistant) -> None:
        """Answer with another assistant from now on.

        The history is cleared, since its questions were about other documents. What the
        previous assistant quoted can still be shown.
        """
        self.leave_assistant()
        self.assistant = assistant

    def leave_assistant(self) -> None:
        """Ask the current assistant nothing more: questions wait for the next one."""
        if self.assistant is not None:
            self.history.clear()
            self._previous, self.assistant = self.assistant, None

    async def answer_question(
        self, question: str, *, standalone: bool, on_reading: Callable[[], object]
    ) -> Reply:
        """The reply to a question.

        Args:
            standalone: the question does not build on earlier ones.
            on_reading: called from another thread when the search is over.

        Raises:
            LookupError: no assistant is open yet.
            Cancelled: the question was cancelled.
            Exception: whatever the assistant raises.
        """
        assistant = self.assistant
        if assistant is None:
            raise LookupError("no index is open")
        self._stop = stop = Event()
        options, history = self.options, () if standalone else tuple(self.history)
        steps = count()

        def cancelled() -> bool:
            # The assistant calls this between steps; the first call follows the search.
            if next(steps) == 0:
                on_reading()
            return stop.is_set()

        def ask() -> Reply:
            return assistant.ask(
                question,
                history,
                k=options.k,
                mode=options.mode,
                threshold=options.threshold,
                filter=options.filter,
                cancelled=cancelled,
            )

        return await in_background(ask)

    @property
    def cancelled(self) -> bool:
        """Whether the current question was cancelled."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Cancel the current question."""
        self._stop.set()

    def remember_reply(self, reply: Reply) -> tuple[str, ...]:
        """Add a reply to the history, for later questions to build on.

        Returns the earlier questions that this one builds on, oldest first.
        """
        earlier = tuple(turn if isinstance(turn, str) else turn[0] for turn in self.history)
        turn = (reply.question, reply.answers[0].text) if reply.answered else reply.question
        self.history.append(turn)
        return earlier if reply.is_rewritten else ()

    # Documents

    def text_of(self, path: str) -> str:
        """The text of a document; raises LookupError, or what the assistant raises without one."""
        return self._find_document(path)[1]

    def read_document(self, path: str, shown: SourceDocument | None) -> SourceDocument:
        """A document ready to be shown; the one that is shown, if it still reads the same."""
        index, text = self._find_document(path)
        if shown is not None and (shown.path, shown.text) == (path, text):
            return shown
        # It loads NumPy, which comes with the first text: the screen is drawn before that.
        from tui.source.source_document import read_source_document

        return read_source_document(
            path,
            text,
            lambda: index.passages(path),
            index.properties(path),
            index.structure(path),
        )

    def _find_document(self, path: str) -> tuple[Index, str]:
        """The index that has a document, and the text of the document."""
        problem: Exception = LookupError("no index is open")
        for assistant in (self.assistant, self._previous):
            if assistant is not None:
                try:
                    return assistant.index, assistant.index.text(path)
                except Exception as error:
                    problem = error
        raise problem


class QuestionQueue:
    """Answers the turns that are added, once there is an assistant; `current` is at work."""

    def __init__(
        self,
        app: Callable[[], App[None]],
        answering: QuestionAnswerer,
        *,
        on_step: Callable[[str], object],
        on_reply: Callable[[TurnView, Reply], Awaitable[None]],
        on_lost: Callable[[], object],
    ) -> None:
        """A queue without questions.

        Args:
            app: returns the app, which the work ends with.
            on_step: called with what is being done; "" when nothing is.
            on_reply: called with each reply that was not cancelled.
            on_lost: called if the index was moved, removed or replaced.
        """
        self.current: TurnView | None = None
        self._app = app
        self._answering = answering
        self._on_step = on_step
        self._on_reply = on_reply
        self._on_lost = on_lost
        self._waiting: deque[TurnView] = deque()

    def add(self, turn: TurnView) -> None:
        """Add a turn at the end."""
        self._waiting.append(turn)

    async def answer_all(self) -> None:
        """Answer all turns that wait, unless that is going on already."""
        if self._answering.assistant is None or self.current is not None:
            return
        while self._waiting:
            self.current = self._waiting.popleft()
            self._on_step("Searching")
            try:
                await self._answer(self.current)
            finally:
                self.current = None
                self._on_step("")

    async def _answer(self, turn: TurnView) -> None:
        turn.show_outcome("Searching…")
        app = self._app()
        try:
            answer = self._answering.answer_question(
                turn.question,
                standalone=turn.standalone,
                on_reading=lambda: app.call_later(self._show_reading),
            )
            reply = await while_running(app, answer)
            if not self._answering.cancelled:
                await self._on_reply(turn, reply)
        except Cancelled:
            pass
        except Exception as error:
            turn.show_outcome(f"Something went wrong: {error}", failed=True)
            if isinstance(error, IndexMoved):
                self._on_lost()

    def _show_reading(self) -> None:
        if self.current is not None and not self._answering.cancelled:
            self._on_step("Reading")

    def cancel(self) -> bool:
        """Cancel the current and the waiting turns; returns whether there were any."""
        running = self.current is not None and not self._answering.cancelled
        cancelled = [*([self.current] if self.current and running else []), *self._waiting]
        self._waiting.clear()
        self._answering.cancel()
        if running:
            self._on_step("Stopping")
        for turn in cancelled:
            turn.show_outcome("Cancelled.", final=True)
        return bool(cancelled)

    def clear(self) -> None:
        """Drop all turns; what is being answered is left unfinished."""
        self._waiting.clear()
        self._answering.cancel()
