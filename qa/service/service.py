"""The service: one open index, warm models, and a bounded queue of questions."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from index import (
    DEFAULT_HITS,
    Document,
    Filter,
    Hit,
    Index,
    MissingPath,
    Passage,
    Progress,
    QuotebackError,
    Report,
    Retriever,
    Status,
    UnreadableFile,
    identify_index,
)
from index.concurrency import run_cancellable
from index.documents import read_spelled_bytes, spell_surrogates
from index.filesystem import is_within
from index.locations import EngineUrl, read_location
from qa.answering.answers import Reply
from qa.assistant import Assistant
from qa.service.requests import (
    AskRequest,
    BadRequest,
    CheckRequest,
    Defaults,
    IndexRequest,
    SearchRequest,
    read_patterns,
)

if TYPE_CHECKING:
    from qa.quotations.checking import CheckedQuotation

Result = TypeVar("Result")
ProgressCallback = Callable[[Progress], None]

# Questions that may be answered or wait at a time; more are refused.
MOST_QUESTIONS = 100


class NotAllowed(QuotebackError):
    """The person who started the service has not allowed this."""


def check_allowed(path: str, folders: Iterable[str]) -> str:
    """The path without "..", if it lies in one of the folders, also with all links followed.

    It may be as `read_spelled_path` reads it. Raises `NotAllowed` if it lies in none, or is
    relative, and `MissingPath` if there is nothing at it.
    """
    if not Path(path).is_absolute() or "\0" in path:
        raise NotAllowed(f"{path!r} is not an absolute path")
    plain = os.path.abspath(read_spelled_path(os.path.abspath(path)))
    for folder in folders:
        # A link may lead out of the folder.
        if is_within(plain, folder) and is_within(
            os.path.realpath(plain), os.path.realpath(folder)
        ):
            if not Path(plain).exists():
                raise MissingPath(f"{path}: no such file or folder")
            return plain
    raise NotAllowed(f"{path!r} is in none of the folders that are allowed")


def read_spelled_path(path: str) -> str:
    """A path of a file, whose bytes that are not UTF-8 may be spelled out as in our replies.

    A file that really has such a name goes first.
    """
    return path if os.path.lexists(path) else read_spelled_bytes(path)


class ServiceBusy(QuotebackError):
    """A service has as many questions already as it takes."""


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document with its text and its passages, in reading order."""

    document: Document
    text: str
    passages: tuple[Passage, ...]


class Service:
    """Answers for many callers from one index, which stays open.

    Questions are answered in the order in which they come, as many at a time as there are cores.
    A caller that is cancelled leaves the queue, or stops the work on its question. If another
    index takes the place of this one, it is opened; if there is none, every question fails.
    """

    def __init__(
        self,
        location: str | os.PathLike[str] | EngineUrl,
        *,
        defaults: Defaults | None = None,
        allowed: Sequence[str | os.PathLike[str]] = (),
        read_only: bool = False,
        models: tuple[str | None, str | None] = (None, None),
        most_questions: int = MOST_QUESTIONS,
    ) -> None:
        """A service that has yet to open its index: see `warm_up`.

        Args:
            location: the folder of the index, or its URL.
            defaults: how questions are answered.
            allowed: folders from which files may be added, beside those that are indexed.
            read_only: nothing may be added.
            models: the names of the reader and the reranker, if they are not those that ship.
            most_questions: that are answered or wait at a time.
        """
        self.location = read_location(location)
        self.defaults = defaults or Defaults()
        self.read_only = read_only
        self.models = models
        self._allowed = [os.path.abspath(path) for path in allowed]
        self._most = most_questions
        self._pending = 0
        self._opening = threading.Lock()
        # Over an open index, and which one it was when it was opened.
        self._opened: tuple[Assistant, object] | None = None

    def warm_up(self, progress: ProgressCallback | None = None) -> Assistant:
        """Open the index and load all models, so that no question waits for them.

        Raises `QuotebackError` as `Index.open` does.
        """
        assistant = self._open_assistant(progress)
        if not assistant.index.is_empty:
            assistant.ask("Is everything loaded?")
        assistant.load_all()
        return assistant

    def close(self) -> None:
        """Close the index."""
        if self._opened is not None:
            self._opened[0].index.close()

    def check(self) -> None:
        """Check that the index is still there.

        Raises `NotAnIndex` if it is gone, and `CannotRead` if it may not be read.
        """
        identify_index(self.location)

    @property
    def notice(self) -> str | None:
        """A line for people if one of the models could not be used."""
        return self._open_assistant().notice

    async def ask(self, request: AskRequest, defaults: Defaults | None = None) -> Reply:
        """Answer a question, with the caller's own defaults if given.

        Raises `ServiceBusy` if too many wait, and `QuotebackError` as `Assistant.ask` does, or if
        the index is gone.
        """
        defaults = defaults or self.defaults

        def ask(cancelled: Callable[[], bool]) -> Reply:
            assistant = self._open_assistant()
            assistant.read_fitted()
            return assistant.ask(
                request.question,
                request.read_history(),
                k=request.k or defaults.k,
                mode=request.mode or defaults.mode,
                threshold=defaults.threshold if request.threshold is None else request.threshold,
                filter=request.read_filter(),
                cancelled=cancelled,
            )

        return await self._run(ask)

    async def search(self, request: SearchRequest, defaults: Defaults | None = None) -> list[Hit]:
        """The passages that bear on a question, best first. Raises as `ask` does.

        If no mode is asked for, they are ranked by how well they answer.
        """
        defaults = defaults or self.defaults
        return await self._run(
            lambda _: self._open_assistant().search(
                request.question,
                request.k or DEFAULT_HITS,
                request.mode or defaults.mode,
                ranked=request.mode is None,
                filter=request.read_filter(),
            )
        )

    async def check_quotations(self, request: CheckRequest) -> list[CheckedQuotation]:
        """The quotations in a text, each with what is to be said of it.

        Raises as `ask` does, and `BadRequest` if it is not a text.
        """

        def check(cancelled: Callable[[], bool]) -> list[CheckedQuotation]:
            from qa.quotations.checking import check_quotations

            try:
                return check_quotations(
                    request.text,
                    self._open_assistant().index,
                    fewest_words=request.fewest_words,
                    filter=request.read_filter(),
                    path=None if request.path is None else read_spelled_path(request.path),
                    cancelled=cancelled,
                )
            except UnreadableFile as error:
                raise BadRequest(f"text: {error}") from None

        return await self._run(check)

    async def list_documents(self, filter: Filter | None = None) -> list[Document]:
        """All documents, or those that a filter lets through; by path."""
        return await self._run(lambda _: self._open_assistant().index.documents(filter))

    async def read_document(self, name: int | str) -> DocumentText:
        """A document by its id or its path, or by its path as it is spelled to other programs.

        Raises `MissingPath` if there is none.
        """

        def read(_: Callable[[], bool]) -> DocumentText:
            index = self._open_assistant().index
            documents = index.documents()
            named = [each for each in documents if name in (each.id, each.path)]
            named += [each for each in documents if name == spell_surrogates(each.path)]
            if not named:
                raise MissingPath(f"there is no document {name}")
            path = named[0].path
            return DocumentText(named[0], index.text(path), tuple(index.passages(path)))

        return await self._run(read)

    async def read_texts(self, paths: Iterable[str]) -> dict[str, str]:
        """The texts of documents by path; "" for a document that has gone meanwhile."""

        def read(_: Callable[[], bool]) -> dict[str, str]:
            index = self._open_assistant().index
            texts = dict.fromkeys(paths, "")
            for path in texts:
                with suppress(MissingPath):
                    texts[path] = index.text(path)
            return texts

        return await self._run(read)

    async def read_status(self) -> Status:
        """What is in the index, and what is out of date."""
        return await self._run(lambda _: self._open_assistant().index.status())

    async def count(self) -> tuple[int, int]:
        """How many documents and passages there are."""
        return await self._run(lambda _: self._open_assistant().index.counts)

    async def count_embedded(self) -> int:
        """How many passages are embedded. Counting them takes a moment in a large index."""
        return await self._run(lambda _: self._open_assistant().index.embedded)

    async def check_paths(self, request: IndexRequest) -> list[str]:
        """The paths to add, absolute and without "..".

        Raises `NotAllowed` if nothing may be added, or a path is in no folder that is allowed, and
        `MissingPath` if one does not exist.
        """
        if self.read_only:
            raise NotAllowed(
                "these are the sample documents: index your own with `quoteback index PATH` first"
            )

        def check(_: Callable[[], bool]) -> list[str]:
            roots = self._open_assistant().index.status().folders
            return [check_allowed(path, [*self._allowed, *roots]) for path in request.paths]

        return await self._run(check)

    async def add(
        self, paths: Sequence[str], request: IndexRequest, progress: ProgressCallback
    ) -> Report:
        """Bring the index up to date with paths that `check_paths` has let through."""
        index = (await self._run(lambda _: self._open_assistant())).index
        include, exclude = (
            patterns and read_patterns(patterns) for patterns in (request.include, request.exclude)
        )
        return await index.aadd(paths, include=include, exclude=exclude, progress=progress)

    async def _run(self, work: Callable[[Callable[[], bool]], Result]) -> Result:
        """Wait for a turn and do the work in a thread."""
        if self._pending >= self._most:
            raise ServiceBusy(f"{self._pending} questions wait already: try again in a moment")
        self._pending += 1
        try:
            return await run_cancellable(work)
        finally:
            self._pending -= 1

    def _open_assistant(self, progress: ProgressCallback | None = None) -> Assistant:
        """The assistant over the index that lies in the folder now."""
        identity = identify_index(self.location)
        with self._opening:
            if self._opened is None or self._opened[1] != identity:
                index = Index.open(self.location, progress=progress)
                reader, reranker = self.models
                assistant = Assistant(
                    Retriever(index), reader=reader, reranker=reranker, progress=progress
                )
                previous, self._opened = self._opened, (assistant, identity)
                if previous is not None:
                    previous[0].index.close()
            return self._opened[0]
