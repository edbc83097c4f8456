"""Saves a conversation step by step, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from qa import Reply
from tui.sessions.session_store import SessionStore


class SessionRecorder:
    """Saves the current conversation, from its first question on, in the order of its steps.

    Attributes:
        index_folder: the index that is asked.
    """

    def __init__(
        self, sessions: SessionStore, index_folder: str, on_error: Callable[[Exception], None]
    ) -> None:
        """A recorder.

        Args:
            index_folder: the index that is asked.
            on_error: called from another thread when a step cannot be saved.
        """
        self._sessions = sessions
        self.index_folder = index_folder
        self._on_error = on_error
        # One thread, so that the steps keep their order.
        self._steps = ThreadPoolExecutor(1, "quoteback-recording")
        self._latest: Future[None] | None = None
        self._closed = False
        self._session: int | None = None
        self._turns: dict[Hashable, int] = {}

    @property
    def session(self) -> int | None:
        """The id of the current conversation; None before its first question."""
        return self._session

    def record_question(self, turn: Hashable, question: str) -> None:
        """Save a question; `turn` identifies it."""

        def save() -> None:
            if self._session is None:
                self._session = self._sessions.begin_session(question, self.index_folder)
            self._turns[turn] = self._sessions.add_question(self._session, question)

        self._submit(save)

    def record_reply(self, turn: Hashable, reply: Reply) -> None:
        """Save the reply to a question."""

        def save() -> None:
            if turn in self._turns:
                self._sessions.add_reply(self._turns[turn], reply)

        self._submit(save)

    def switch_session(self, session: int | None) -> None:
        """Save the next steps in this conversation, or in a new one if None."""

        def change() -> None:
            self._session = session
            self._turns.clear()

        self._submit(change)

    def wait_until_saved(self) -> None:
        """Wait until all steps so far are saved; from any thread."""
        if self._latest is not None:
            wait([self._latest])

    def close(self) -> None:
        """Wait until all steps are saved. Later ones are dropped."""
        self._closed = True
        self._steps.shutdown()

    def _submit(self, step: Callable[[], None]) -> None:
        if not self._closed:
            self._latest = self._steps.submit(step)
            self._latest.add_done_callback(self._report_error)

    def _report_error(self, step: Future[None]) -> None:
        error = step.exception()
        if isinstance(error, Exception):
            self._on_error(error)
