"""The current conversation is saved step by step, in a thread."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress

from qa import Reply
from tui.saved_conversations.conversation_store import ConversationGone, ConversationStore


class ConversationRecorder:
    """Saves the current conversation from its first question on.

    Attributes:
        index_location: the index that is asked.
        conversation: the id of the current conversation; None before its first question is kept.
    """

    def __init__(
        self,
        store: ConversationStore | None,
        index_location: str,
        on_error: Callable[[Exception], None],
    ) -> None:
        """Without a store nothing is kept; `on_error` is called from another thread."""
        self._store = store
        self.index_location = index_location
        self._on_error = on_error
        # One thread, so that the steps keep their order.
        self._steps = ThreadPoolExecutor(1, "quoteback-recording")
        self._latest: Future[None] | None = None
        self._closed = False
        self.conversation: int | None = None
        self._turns: dict[Hashable, int] = {}

    def record_question(self, turn: Hashable, question: str) -> None:
        """Save a question; `turn` identifies it.

        If the conversation was deleted meanwhile, the question begins a new one.
        """

        def save(store: ConversationStore) -> None:
            if self.conversation is not None:
                # Another window may have deleted it.
                with suppress(ConversationGone):
                    self._turns[turn] = store.add_question(self.conversation, question)
                    return
            self.conversation = store.begin_conversation(question, self.index_location)
            self._turns[turn] = store.add_question(self.conversation, question)

        self._submit(save)

    def record_reply(self, turn: Hashable, reply: Reply) -> None:
        """Save the reply to a question."""

        def save(store: ConversationStore) -> None:
            if turn in self._turns:
                store.add_reply(self._turns[turn], reply)

        self._submit(save)

    def switch_conversation(self, conversation: int | None) -> None:
        """Save the next steps in this conversation, or in a new one if None."""

        def change(_: ConversationStore) -> None:
            self.conversation = conversation
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

    def _submit(self, step: Callable[[ConversationStore], None]) -> None:
        if self._store is not None and not self._closed:
            self._latest = self._steps.submit(step, self._store)
            self._latest.add_done_callback(self._report_error)

    def _report_error(self, step: Future[None]) -> None:
        error = step.exception()
        if isinstance(error, Exception):
            self._on_error(error)
