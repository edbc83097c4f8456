"""A conversation saved as it goes, off the screen's thread."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from qa import Reply
from tui.sessions.session_store import SessionStore


class SessionRecorder:
    """Saves one conversation after the other, each step in its turn.

    A conversation is saved from its first question on.

    Attributes:
        place: folder of the index that is asked.
    """

    def __init__(
        self, sessions: SessionStore, place: str, failed: Callable[[Exception], None]
    ) -> None:
        """A recorder.

        Args:
            place: folder of the index that is asked.
            failed: told, from another thread, what could not be saved.
        """
        self._sessions = sessions
        self.place = place
        self._failed = failed
        # One thread, so that the steps keep their order.
        self._steps = ThreadPoolExecutor(1, "quoteback-recording")
        self._latest: Future[None] | None = None
        self._closed = False
        self._session: int | None = None
        self._turns: dict[Hashable, int] = {}

    @property
    def session(self) -> int | None:
        """Id of the conversation that is being saved, once it has a question."""
        return self._session

    def asked(self, turn: Hashable, question: str) -> None:
        """A question was asked; `turn` is what it is known by."""

        def save() -> None:
            if self._session is None:
                self._session = self._sessions.begin(question, self.place)
            self._turns[turn] = self._sessions.ask(self._session, question)

        self._do(save)

    def answered(self, turn: Hashable, reply: Reply) -> None:
        """A reply came."""

        def save() -> None:
            if turn in self._turns:
                self._sessions.answer(self._turns[turn], reply)

        self._do(save)

    def go_on_with(self, session: int | None) -> None:
        """Save what follows in this conversation; in a new one if None."""

        def change() -> None:
            self._session = session
            self._turns.clear()

        self._do(change)

    def settle(self) -> None:
        """Wait until all that it has been told so far is saved; from any thread."""
        if self._latest is not None:
            wait([self._latest])

    def close(self) -> None:
        """Wait until all is saved. What it is told after that is not."""
        self._closed = True
        self._steps.shutdown()

    def _do(self, step: Callable[[], None]) -> None:
        if not self._closed:
            self._latest = self._steps.submit(step)
            self._latest.add_done_callback(self._see)

    def _see(self, step: Future[None]) -> None:
        error = step.exception()
        if isinstance(error, Exception):
            self._failed(error)
