"""Reading without asking: documents opened by name, passages found by keyword."""

from __future__ import annotations

from tui.app.main_screen import MainScreen
from tui.finding.quick_open_screen import QuickOpenScreen
from tui.finding.search_screen import SearchScreen

# Passages that a keyword search lists.
_MOST_FOUND = 100


class Finding:
    """Shows the screens that find documents and passages, and opens what is chosen there."""

    def __init__(self, main: MainScreen) -> None:
        self._main = main
        self._words = ""

    async def open_by_name(self) -> None:
        """Open a document, or a heading in one, by its name."""
        assistant = self._main.assistant
        if assistant is None:
            return
        screen = QuickOpenScreen(
            lambda: [document.path for document in assistant.list_documents()],
            assistant.passages_of,
            self._main.navigation.recent_paths,
        )
        place = await self._main.app.push_screen_wait(screen)
        if place is not None:
            self._main.open_place(place)

    async def search_words(self) -> None:
        """Search for words, among the documents that questions are confined to."""
        assistant = self._main.assistant
        if assistant is None:
            return
        chosen = self._main.answering.options.filter
        screen = SearchScreen(
            lambda words: assistant.search(words, _MOST_FOUND, "bm25", filter=chosen), self._words
        )
        hit = await self._main.app.push_screen_wait(screen)
        self._words = screen.words
        if hit is not None:
            self._main.open_hit(hit)
