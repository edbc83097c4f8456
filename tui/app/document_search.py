"""Without asking: documents are chosen, opened by name, searched, and quotations are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.locations import Location
from tui.app.main_screen import MainScreen
from tui.documents.document_tree import Scope, read_document_tree
from tui.documents.documents_screen import DocumentsScreen
from tui.documents.indexing_queue import IndexingQueue
from tui.search.check_screen import CheckScreen
from tui.search.quick_open import QuickOpenScreen
from tui.search.search_screen import SearchScreen
from tui.source.places import Position

if TYPE_CHECKING:
    from qa import Assistant

# Passages that a keyword search lists.
_MOST_FOUND = 100


async def choose_documents(
    main: MainScreen, queue: IndexingQueue, index: Location, own: Assistant | None, *, adding: bool
) -> Scope | Position | None:
    """Show the documents; returns the one to read, or what questions are confined to.

    Args:
        index: the person's own index.
        own: knows their passages, once they are asked.
        adding: begin with adding some.
    """
    screen = DocumentsScreen(
        queue,
        lambda: read_document_tree(index),
        main.summary.scope,
        adding=adding,
        passages_of=own.index.passages if own else None,
    )
    return await main.app.push_screen_wait(screen)


async def open_by_name(main: MainScreen) -> None:
    """Ask for the name of a document, or of a heading in one, and open it."""
    assistant = main.assistant
    if assistant is None:
        return
    screen = QuickOpenScreen(
        lambda: [document.path for document in assistant.index.documents()],
        assistant.index.passages,
        main.navigation.paths_since_start,
        main.navigation.recall_read,
    )
    position = await main.app.push_screen_wait(screen)
    if position is not None:
        main.open_position(position)


async def search_words(main: MainScreen, words: str) -> str:
    """Search among the documents that questions are confined to, and open what is chosen.

    It begins with these words, and returns those that were searched for last.
    """
    assistant = main.assistant
    if assistant is None:
        return words
    chosen = main.answering.options.filter
    screen = SearchScreen(
        lambda typed: assistant.search(typed, _MOST_FOUND, "bm25", filter=chosen), words
    )
    hit = await main.app.push_screen_wait(screen)
    if hit is not None:
        main.open_hit(hit)
    return screen.words


async def check_quotations(main: MainScreen, path: str) -> str:
    """Check the quotations in a text against the documents that questions are confined to.

    It begins with the text at a path, and returns the path of the last one.
    """
    assistant = main.assistant
    if assistant is None:
        return path
    chosen = main.answering.options.filter
    screen = CheckScreen(
        lambda text, path, stopped: assistant.check_quotations(
            text, filter=chosen, path=path, cancelled=stopped
        ),
        lambda document: main.answering.read_document(document, None),
        path,
    )
    await main.app.push_screen_wait(screen)
    return screen.path
