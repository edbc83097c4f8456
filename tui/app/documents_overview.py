"""What the app finds out about a person's documents once it is open."""

from __future__ import annotations

from contextlib import suppress

from index import Location
from tui.app.main_screen import MainScreen
from tui.common.background import in_background, while_running
from tui.conversation.overview import find_questions, read_overview
from tui.documents.document_tree import read_document_tree
from tui.documents.unfinished import describe_unfinished


async def show_overview(main: MainScreen) -> None:
    """Show what is in the documents that are asked, as long as nothing was asked."""
    assistant = main.assistant
    if assistant is not None:
        # A problem with the documents is said when they are asked.
        with suppress(Exception):
            reading = in_background(lambda: read_overview(assistant))
            overview = await while_running(main.app, reading)
            await main.conversation.show_overview(overview)
            finding = in_background(
                lambda: find_questions(assistant, overview, lambda: main.conversation.is_empty)
            )
            await main.conversation.show_overview(await while_running(main.app, finding))


async def show_unfinished(main: MainScreen, index: Location) -> None:
    """Offer to go on where the indexing of an index is not finished."""
    with suppress(Exception):
        tree = await while_running(main.app, in_background(lambda: read_document_tree(index)))
        unfinished = describe_unfinished(tree)
        await main.conversation.show_unfinished(unfinished)
        main.status.idle = "Not all is indexed" if unfinished else "Ready"
