"""The questions that wait for a reply: answered in order, since each may build on those before."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from textual.app import App

from qa import Cancelled, Reply
from tui.common.screens.background import while_running
from tui.conversation.answering import QuestionAnswerer
from tui.conversation.turn_view import TurnView


class QuestionQueue:
    """Answers the turns that are added, once there is an assistant.

    Attributes:
        current: the turn that is being answered; None without one.
    """

    def __init__(
        self,
        app: Callable[[], App[None]],
        answering: QuestionAnswerer,
        *,
        on_step: Callable[[str], object],
        on_reply: Callable[[TurnView, Reply], Awaitable[None]],
    ) -> None:
        """A queue without questions.

        Args:
            app: returns the app, which the work ends with.
            on_step: called with what is being done; "" when nothing is.
            on_reply: called with each reply that was not cancelled.
        """
        self.current: TurnView | None = None
        self._app = app
        self._answering = answering
        self._on_step = on_step
        self._on_reply = on_reply
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
