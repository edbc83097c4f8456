"""The work of the app once it is on the screen: opening the assistant, looking at documents."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from index import OtherVersion, Progress
from index.locations import Location
from qa import counted
from tui.app.main_screen import MainScreen
from tui.common.screens.background import in_background, while_running
from tui.conversation.welcome import read_overview, suggest_questions
from tui.documents.document_tree import DocumentTree, read_document_tree
from tui.documents.indexing_queue import IndexingQueue

if TYPE_CHECKING:
    from qa import Assistant

OpenAssistant = Callable[[Callable[[Progress], None]], "Assistant"]

# Seconds before questions are tried: that takes all cores, and a person may begin to type.
_QUIET_SECONDS = 2.0


class AssistantOpening:
    """Opens the assistant that the main screen asks; it can be tried again.

    Attributes:
        failed: the last try has failed, or the index was lost since.
    """

    def __init__(
        self,
        main: MainScreen,
        open_assistant: OpenAssistant,
        embed_anew: Callable[[], Awaitable[bool]],
    ) -> None:
        """Nothing is open yet.

        Args:
            open_assistant: opens the index and loads the models; called in the background.
            embed_anew: starts to embed the documents with the current version of the model;
                returns whether it could.
        """
        self.failed = False
        self._main = main
        self._open_assistant = open_assistant
        self._embed_anew = embed_anew

    async def run(self, retry_key: str) -> bool:
        """Open it, and answer the questions that wait; returns whether that went well."""
        main = self._main
        self._note_failure(False)
        main.status.activity = "Opening"
        try:
            try:
                work = in_background(lambda: self._open_assistant(self._report_progress))
                assistant = await while_running(main.app, work)
            finally:
                main.status.activity = ""
            await main.use_assistant(assistant)
        except Exception as error:
            self._note_failure(True)
            if main.assistant is None:
                main.status.idle = f"Not ready: {retry_key} tries again"
            if not (isinstance(error, OtherVersion) and await self._embed_anew()):
                await main.conversation.show_note(f"Could not open: {error}", problem=True)
            return False
        return True

    def note_lost(self, retry_key: str) -> None:
        """The index was moved, removed or replaced since: it has to be opened again."""
        self._note_failure(True)
        self._main.status.idle = f"{retry_key} opens the index again"

    def _note_failure(self, failed: bool) -> None:
        self.failed = failed
        self._main.refresh_bindings()

    def _report_progress(self, step: Progress) -> None:
        """Show the progress; called from another thread."""
        self._main.app.call_later(self._show_progress, step)

    def _show_progress(self, step: Progress) -> None:
        if self._main.assistant is None:
            self._main.status.activity = step.stage
            self._main.status.fraction = step.done / step.total if step.total else None


def describe_unfinished(tree: DocumentTree) -> str:
    """Say in a sentence what is still to be indexed; "" if nothing is."""
    files, passages = tree.counts["waiting"], tree.waiting
    parts = []
    if files:
        parts.append(f"{counted(files, 'file')} in your folders {_be(files)} not indexed yet")
    if passages:
        parts.append(
            f"{counted(passages, 'passage')} {_be(passages)} found by "
            f"{'their' if passages > 1 else 'its'} words alone so far"
        )
    return f"Indexing is not finished: {', and '.join(parts)}." if parts else ""


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


async def look_around(
    main: MainScreen, index: Location, queue: IndexingQueue | None, *, are_samples: bool
) -> None:
    """Show what is in the person's own documents, and whether all of them are indexed.

    While they come in there is nothing to say yet.

    Args:
        index: the person's own.
        queue: what is indexed now, if anything can be.
        are_samples: the samples are asked, since nothing else is indexed yet.
    """
    if queue is not None and queue.is_working:
        return
    if queue is not None and not queue.watching:
        await show_unfinished(main, index, queue)
    if main.conversation.is_empty and not are_samples:
        await _show_overview(main)


async def _show_overview(main: MainScreen) -> None:
    """Show what is in the documents that are asked, as long as nothing was asked."""
    assistant = main.assistant
    if assistant is not None:
        # A problem with the documents is shown when they are asked.
        with suppress(Exception):
            reading = in_background(lambda: read_overview(assistant))
            overview = await while_running(main.app, reading)
            await main.conversation.show_overview(overview)
            await asyncio.sleep(_QUIET_SECONDS)
            questions = suggest_questions(assistant, lambda: main.conversation.is_empty)
            find_next = partial(next, questions, None)
            while found := await while_running(main.app, in_background(find_next)):
                overview = replace(overview, questions=(*overview.questions, found))
                await main.conversation.show_overview(overview)


async def show_unfinished(main: MainScreen, index: Location, queue: IndexingQueue | None) -> None:
    """Offer to go on if the indexing of an index is not finished, and does not go on."""
    with suppress(Exception):
        tree = await while_running(main.app, in_background(lambda: read_document_tree(index)))
        if queue is None or not queue.is_working:
            await offer_to_go_on(main, describe_unfinished(tree))


async def offer_to_go_on(main: MainScreen, unfinished: str) -> None:
    """Say what is unfinished, and offer to go on; take the offer back if nothing is."""
    await main.conversation.show_unfinished(unfinished)
    if main.assistant is not None:
        main.status.idle = "Not all is indexed" if unfinished else "Ready"
