"""Questions answered in the background, each of which may build on those before."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from threading import Event
from typing import TYPE_CHECKING

from qa import Reply
from tui.common.background import in_background
from tui.conversation.assistant import AskOptions, AssistantLike
from tui.source.outline import Outline, build_outline

if TYPE_CHECKING:
    from tui.source.wrapping import MeasuredText


class QuestionAnswerer:
    """Answers one question at a time, and remembers what was said.

    Attributes:
        assistant: what answers; None until it is open.
        how: questions are answered from now on.
        history: what later questions may build on, oldest first.
    """

    def __init__(self) -> None:
        self.assistant: AssistantLike | None = None
        self._former: AssistantLike | None = None
        self.how = AskOptions()
        self.history: list[str | tuple[str, str]] = []
        self._stop = Event()

    def open(self, assistant: AssistantLike) -> None:
        """Answer with this one from now on; what the one before has quoted can still be shown.

        What was asked of the one before is nothing to build on: it knew other documents.
        """
        if self.assistant is not None:
            self.history.clear()
        self._former, self.assistant = self.assistant, assistant

    async def answer(
        self,
        question: str,
        *,
        standalone: bool,
        reading: Callable[[], object],
    ) -> Reply:
        """The reply to a question.

        Args:
            standalone: it builds on nothing.
            reading: told, from another thread, that the search is over.

        Raises:
            LookupError: there is no assistant yet.
            Cancelled: it was cancelled meanwhile.
            Exception: whatever the assistant raises.
        """
        assistant = self.assistant
        if assistant is None:
            raise LookupError("no index is open")
        self._stop = stop = Event()
        how, history = self.how, () if standalone else tuple(self.history)
        steps = count()

        def cancelled() -> bool:
            # It is asked between steps: the first time, the search is over.
            if next(steps) == 0:
                reading()
            return stop.is_set()

        def ask() -> Reply:
            return assistant.ask(
                question,
                history,
                k=how.k,
                mode=how.mode,
                threshold=how.threshold,
                filter=how.filter,
                cancelled=cancelled,
            )

        return await in_background(ask)

    @property
    def cancelled(self) -> bool:
        """Whether the question that is being answered was cancelled."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Cancel what is being answered."""
        self._stop.set()

    def remember(self, reply: Reply) -> tuple[str, ...]:
        """Later questions may build on this one.

        Returns:
            the earlier questions that it was understood by, oldest first.
        """
        earlier = tuple(said if isinstance(said, str) else said[0] for said in self.history)
        answered = (reply.question, reply.answers[0].text) if reply.answered else reply.question
        self.history.append(answered)
        return earlier if reply.resolved_question != reply.question else ()

    # What is quoted

    def text_of(self, path: str) -> str:
        """The text of a document that was quoted from.

        Raises:
            Exception: whatever the assistant says where it has no such document.
        """
        return self._found(path)[1]

    def opened(
        self, path: str, shown: MeasuredText | None, outline: Outline
    ) -> tuple[MeasuredText, Outline]:
        """A document's text and outline: those that are shown already, where that is so."""
        holder, text = self._found(path)
        if shown is not None and shown.text == text:
            return shown, outline
        from tui.source.wrapping import MeasuredText

        return MeasuredText.of(text), build_outline(text, holder.passages_of(path))

    def _found(self, path: str) -> tuple[AssistantLike, str]:
        """The assistant that has a document, and its text."""
        if self.assistant is None:
            raise LookupError("no index is open")
        try:
            return self.assistant, self.assistant.text(path)
        except Exception:
            if self._former is None:
                raise
            return self._former, self._former.text(path)
