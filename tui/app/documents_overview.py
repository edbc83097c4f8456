"""What the app finds out about a person's documents once it is open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from index.locations import Location
from tui.app.main_screen import MainScreen
from tui.common.screens.background import in_background, while_running
from tui.conversation.overview import find_questions, read_overview
from tui.documents.document_tree import read_document_tree
from tui.documents.indexing_queue import IndexingQueue
from tui.documents.unfinished import describe_unfinished

# Seconds before questions are tried: that takes all cores, and a person may begin to type.
_QUIET = 2.0


async def look_around(
    main: MainScreen, index: Location, queue: IndexingQueue | None, *, are_samples: bool
) -> None:
    """Show what is in the person's own documents, and whether all of them are indexed.

    While they come in there is nothing to say yet.

    Args:
        index: the person's own.
        queue: what is indexed now, if anything can be.
        are_samples: the samples are asked, since none of them is indexed yet.
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
        # A problem with the documents is said when they are asked.
        with suppress(Exception):
            reading = in_background(lambda: read_overview(assistant))
            overview = await while_running(main.app, reading)
            await main.conversation.show_overview(overview)
            await asyncio.sleep(_QUIET)
            questions = find_questions(assistant, lambda: main.conversation.is_empty)
            while found := await _find_next(main, questions):
                overview = replace(overview, questions=(*overview.questions, found))
                await main.conversation.show_overview(overview)


async def _find_next(main: MainScreen, questions: Iterator[str]) -> str | None:
    return await while_running(main.app, in_background(lambda: next(questions, None)))


async def show_unfinished(main: MainScreen, index: Location, queue: IndexingQueue | None) -> None:
    """Offer to go on where the indexing of an index is not finished, and does not go on."""
    with suppress(Exception):
        tree = await while_running(main.app, in_background(lambda: read_document_tree(index)))
        if queue is None or not queue.is_working:
            await _show(main, describe_unfinished(tree))


async def hide_unfinished(main: MainScreen) -> None:
    """Take the offer back: indexing goes on."""
    await _show(main, "")


async def _show(main: MainScreen, unfinished: str) -> None:
    await main.conversation.show_unfinished(unfinished)
    if main.assistant is not None:
        main.status.idle = "Not all is indexed" if unfinished else "Ready"
