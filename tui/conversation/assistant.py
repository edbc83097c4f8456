"""What the app needs of an assistant; `qa.Assistant` is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from index import DEFAULT_MODE, Passage
from qa import PASSAGES_READ, Reply

if TYPE_CHECKING:
    from index import Filter, Mode


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How questions are answered.

    Attributes:
        k: passages read.
        mode: how they are found.
        threshold: confidence (0 to 1) below which nothing is answered; the assistant's own if None.
        filter: confines the answers to some documents.
    """

    k: int = PASSAGES_READ
    mode: Mode = DEFAULT_MODE
    threshold: float | None = None
    filter: Filter | None = None


class AssistantLike(Protocol):
    """Answers questions, and gives the text that its answers quote. Called from threads."""

    @property
    def documents(self) -> int:
        """AskOptions many documents it answers from."""

    @property
    def passages(self) -> int:
        """AskOptions many passages they have."""

    def text(self, path: str) -> str:
        """The canonical text of an indexed document."""

    def passages_of(self, path: str) -> Sequence[Passage]:
        """Its passages, in reading order."""

    def ask(
        self,
        question: str,
        history: Sequence[str | tuple[str, str]] = (),
        *,
        k: int = ...,
        mode: Mode = ...,
        threshold: float | None = ...,
        filter: Filter | None = ...,
        cancelled: Callable[[], bool] | None = None,
    ) -> Reply:
        """Answer; `cancelled` is asked between steps, and `Cancelled` raised when it is true."""


# Takes a message and how much of that work is done (0 to 1), or None where that is not known.
ReportProgress = Callable[[str, float | None], None]
OpenAssistant = Callable[[ReportProgress], AssistantLike]
