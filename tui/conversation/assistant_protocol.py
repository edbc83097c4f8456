"""The part of `qa.Assistant` that the app needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from index import DEFAULT_MODE, Content, Document, Hit, Passage, Properties
from qa import PASSAGES_READ, Reply

if TYPE_CHECKING:
    from index import Filter, Mode
    from index.documents import Structure
    from qa import CheckedQuotation


@dataclass(frozen=True, slots=True)
class AskOptions:
    """Options with which questions are asked.

    Attributes:
        k: the number of passages to read, at most.
        mode: how passages are searched.
        threshold: the least confidence (0 to 1) of an answer; None for the fitted one.
        filter: the documents to search; None for all.
    """

    k: int = PASSAGES_READ
    mode: Mode = DEFAULT_MODE
    threshold: float | None = None
    filter: Filter | None = None


class AssistantLike(Protocol):
    """Answers questions, and gives the texts that its answers quote. Must be thread-safe."""

    @property
    def documents(self) -> int:
        """The number of documents it searches."""

    @property
    def passages(self) -> int:
        """The number of passages it searches."""

    def text(self, path: str) -> str:
        """The text of an indexed document."""

    def list_documents(self) -> Sequence[Document]:
        """All documents."""

    def passages_of(self, path: str) -> Sequence[Passage]:
        """The passages of a document, in reading order."""

    def structure_of(self, path: str) -> Structure:
        """What the text of a document is made of."""

    def properties_of(self, path: str) -> Properties:
        """The properties that a document gives itself."""

    def search(
        self, words: str, k: int, mode: Mode = ..., *, filter: Filter | None = ...
    ) -> Sequence[Hit]:
        """The passages that a search finds, best first."""

    def check_quotations(
        self,
        text: str | Content,
        *,
        filter: Filter | None = ...,
        path: str | None = ...,
        cancelled: Callable[[], bool] | None = None,
    ) -> Sequence[CheckedQuotation]:
        """What is to be said of the quotations in a text. Raises `Cancelled` as `ask` does."""

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
        """Answer a question. Raises `Cancelled` once `cancelled`, called between steps, is true."""


# Takes a message, and the fraction of the work that is done (0 to 1), None if unknown.
ReportProgress = Callable[[str, float | None], None]
OpenAssistant = Callable[[ReportProgress], AssistantLike]
