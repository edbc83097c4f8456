"""Shows quoted places and documents in the source pane, and goes back and forward among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.common.screens.background import in_background, while_running
from tui.conversation.answering import QuestionAnswerer
from tui.search.quick_open import RecentDocuments
from tui.source.places import Position, PositionHistory, QuotedPlace
from tui.source.source_pane import SourcePane

if TYPE_CHECKING:
    from tui.source.source_document import SourceDocument


class SourceNavigation:
    """The positions that were shown in the source pane, and the ways between them.

    Attributes:
        index: the index that is asked.
    """

    def __init__(
        self, pane: SourcePane, answering: QuestionAnswerer, recent: RecentDocuments
    ) -> None:
        """Nothing is shown yet."""
        self._pane = pane
        self._answering = answering
        self._recent = recent
        self.index = ""
        self._history = PositionHistory()

    @property
    def paths_since_start(self) -> list[str]:
        """The documents that were shown since the app was opened, the latest first."""
        return self._recent.list_since_start(self.index)

    def recall_read(self) -> list[str]:
        """Those that were read last, also before the app was opened; call it in the background.

        They need not be in the index any more.
        """
        return self._recent.recall(self.index)

    def list_documents(self) -> tuple[list[str], list[str]]:
        """The paths of those read last, and of all; call it in the background."""
        assistant = self._answering.assistant
        if assistant is None:
            return [], []
        return self.recall_read(), [document.path for document in assistant.index.documents()]

    def can_step(self, by: int) -> bool:
        """Whether there is a position to go back (-1) or forward (1) to."""
        return self._history.can_step(by)

    async def show_place(self, place: QuotedPlace) -> None:
        """Show a quoted place in its document.

        Raises:
            LookupError: no assistant is open yet.
            Exception: whatever the assistant raises if it has no such document.
        """
        document = await self._read(place.document.path)
        self._visit(Position(document.path, place.start, place))
        self._pane.show_place(place, document)

    async def open(self, position: Position) -> None:
        """Show a document at an offset. Raises as `show_place` does."""
        document = await self._read(position.path)
        self._visit(position)
        self._pane.show_document(document, document.outline.include_heading(position.offset))

    async def step(self, by: int) -> None:
        """Go back (-1) or forward (1). Raises as `show_place` does."""
        if not self._history.can_step(by):
            return
        self._leave()
        history = self._history.step(by)
        if history.current is not None:
            position = history.current
            document = await self._read(position.path)
            self._history = history
            if position.place is not None:
                self._pane.show_place(position.place, document, position.offset)
            else:
                self._pane.show_document(document, position.offset)

    def _visit(self, position: Position) -> None:
        self._leave()
        before, self._history = self._history.current, self._history.visit(position)
        if before is None or before.path != position.path:
            recent, index = self._recent, self.index
            self._pane.app.run_worker(
                in_background(lambda: recent.add(index, position.path)), exit_on_error=False
            )

    def _leave(self) -> None:
        """Note how far one has read where one is."""
        here, current = self._pane.position, self._history.current
        if here is not None and current is not None and here.path == current.path:
            self._history = self._history.scroll_to(here.offset)

    async def _read(self, path: str) -> SourceDocument:
        answering, shown = self._answering, self._pane.document
        reading = in_background(lambda: answering.read_document(path, shown))
        document = await while_running(self._pane.app, reading)
        return await while_running(self._pane.app, self._pane.draw_soon(document))
