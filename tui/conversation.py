"""The conversation: one turn below the other."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.choices import Choice
from tui.quotation import one_line
from tui.turn import Turn
from tui.welcome import Welcome


class Conversation(VerticalScroll):
    """All turns, of which one is current: unfolded, and stepped through with keys."""

    DEFAULT_CSS = """
    Conversation {
        padding: 1 0 0 0;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        scrollbar-background: $background;
        &:focus { background-tint: $foreground 3%; }
        & > .note { height: auto; padding: 0 2; margin-bottom: 1; color: $text-error; }
    }
    """

    def __init__(self, notice: str | None = None, samples: Sequence[str] = ()) -> None:
        super().__init__()
        self._notice = notice
        self._samples = samples
        self.current: Turn | None = None

    def compose(self) -> ComposeResult:
        yield self._welcome()

    async def add(self, turn: Turn) -> None:
        """A new turn at the end; it becomes the current one."""
        await self.query_children(Welcome).remove()
        await self.mount(turn)
        await self.make_current(turn)

    async def make_current(self, turn: Turn) -> None:
        """Unfold a turn, fold the one before."""
        if self.current is not turn:
            if self.current is not None:
                await self.current.fold(True)
            self.current = turn
            await turn.fold(False)
        self.reveal(turn)

    async def note(self, text: str) -> None:
        """Say something that belongs to no turn, on a line of its own."""
        line = Static(Content(one_line(text)), classes="note")
        await self.mount(line)
        self.reveal(line)

    async def clear(self) -> None:
        """Start afresh."""
        self.current = None
        await self.remove_children()
        await self.mount(self._welcome())

    def step(self, kind: type[Choice], by: int) -> None:
        """Choose another answer or passage of the current turn."""
        if self.current is not None:
            self.current.step(kind, by)

    async def go(self, by: int) -> None:
        """Make an earlier or later turn the current one."""
        turns = list(self.query_children(Turn))
        if self.current in turns:
            at = turns.index(self.current) + by
            if 0 <= at < len(turns):
                await self.make_current(turns[at])

    def reveal(self, widget: Widget) -> None:
        """Scroll to the top of something once it has its place."""
        self.call_after_refresh(self.scroll_to_widget, widget, top=True, animate=False)

    def _welcome(self) -> Welcome:
        return Welcome(self._notice, self._samples)
