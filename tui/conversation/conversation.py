"""The conversation: one turn below the other."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from qa import counted
from tui.common.wording import one_line
from tui.conversation.choices import Choice
from tui.conversation.turn_view import TurnView
from tui.conversation.welcome import SampleDocuments, Welcome

# Turns on the screen: the time to lay it out grows with them. The others are only remembered.
_SHOWN = 60


class EarlierTurns(Static):
    """Stands for the turns that are not on the screen; a click brings some of them back."""

    DEFAULT_CSS = """
    EarlierTurns {
        height: auto;
        padding: 0 2;
        margin-bottom: 1;
        color: $text-primary;
        display: none;
        pointer: pointer;
        &:hover { background: $foreground 5%; }
    }
    """
    ALLOW_SELECT = False

    class Pressed(Message):
        """Earlier turns are to be shown."""

    def on_click(self) -> None:
        self.post_message(self.Pressed())


class Conversation(VerticalScroll):
    """All turns, of which one is current: unfolded, and stepped through with keys."""

    DEFAULT_CSS = """
    Conversation {
        padding: 1 0 0 0;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        scrollbar-background: $background;
        &:focus { background-tint: $foreground 3%; }
        & > .note { height: auto; padding: 0 2; margin-bottom: 1; color: $text-muted; }
        & > .note.-problem { color: $text-error; }
    }
    """

    def __init__(self, samples: SampleDocuments | None = None) -> None:
        super().__init__()
        self._samples = samples
        self.current: TurnView | None = None
        self._turns: list[TurnView] = []
        self._first = 0
        self._revealed: Widget | None = None
        self._earlier = EarlierTurns()
        # What was said before there was a place for it; None since then.
        self._unsaid: list[Static] | None = []

    async def on_mount(self) -> None:
        unsaid, self._unsaid = self._unsaid or (), None
        await self.mount_all(unsaid)

    def compose(self) -> ComposeResult:
        yield self._earlier
        yield self._welcome()

    @property
    def turns(self) -> list[TurnView]:
        """All turns, oldest first; only the last ones are on the screen."""
        return list(self._turns)

    async def add(self, *turns: TurnView) -> None:
        """New turns at the end, of which the last becomes the current one."""
        await self.query_children(Welcome).remove()
        for turn in turns[:-1]:
            await turn.fold(True)
        self._turns += turns
        await self._show_from(len(self._turns) - _SHOWN)
        await self.make_current(self._turns[-1])

    async def make_current(self, turn: TurnView) -> None:
        """Unfold a turn, fold the one before."""
        if self.current is not turn:
            if self.current is not None:
                await self.current.fold(True)
            self.current = turn
            await turn.fold(False)
        self.reveal(turn)

    async def note(self, text: str, *, problem: bool = False) -> None:
        """Say something that belongs to no turn, on a line of its own."""
        line = Static(Content(one_line(text)), classes="note")
        line.set_class(problem, "-problem")
        if self._unsaid is not None:
            self._unsaid.append(line)
            return
        await self.mount(line)
        self.reveal(line)

    async def welcome(self, samples: SampleDocuments | None) -> None:
        """Offer something else before the first question."""
        self._samples = samples
        if self.query_children(Welcome):
            await self.query_children(Welcome).remove()
            await self.mount(self._welcome(), before=0)

    async def clear(self) -> None:
        """Start afresh."""
        self.current = None
        self._turns = []
        self._say_earlier(0)
        await self.remove_children("TurnView, Welcome, .note")
        await self.mount(self._welcome())

    def step(self, kind: type[Choice], by: int) -> None:
        """Choose another answer or passage of the current turn."""
        if self.current is not None:
            self.current.step(kind, by)

    async def go(self, by: int) -> None:
        """Make an earlier or later turn the current one."""
        if self.current in self._turns:
            at = self._turns.index(self.current) + by
            if 0 <= at < len(self._turns):
                await self._show_from(min(at, self._first))
                await self.make_current(self._turns[at])

    async def on_earlier_turns_pressed(self) -> None:
        await self._show_from(self._first - _SHOWN)

    def reveal(self, widget: Widget) -> None:
        """Scroll to the top of something once it has its place."""
        self._revealed = widget
        self.call_after_refresh(self._reveal, widget)

    def _reveal(self, widget: Widget, before: int | None = None) -> None:
        if widget is not self._revealed:
            return
        self.scroll_to_widget(widget, top=True, animate=False, immediate=True)
        place = widget.virtual_region.y
        if place != before:
            # What is folded above it may not have been laid out yet.
            self.call_after_refresh(self._reveal, widget, place)

    async def _show_from(self, first: int) -> None:
        """Have the turns from this one on upon the screen, and no others that are settled."""
        waiting = (at for at, turn in enumerate(self._turns) if not turn.settled)
        first = max(0, min(first, next(waiting, first)))
        leaving = [turn for turn in self._turns[:first] if turn.is_attached]
        for at, turn in enumerate(self._turns[:first]):
            if turn in leaving:
                self._turns[at] = turn.again()
        if self.current in leaving:
            self.current = None
        await self.remove_children(leaving)
        coming = [turn for turn in self._turns[first : self._first] if not turn.is_attached]
        await self.mount_all(coming, after=self._earlier)
        await self.mount_all(turn for turn in self._turns[first:] if not turn.is_attached)
        self._say_earlier(first)

    def _say_earlier(self, first: int) -> None:
        self._first = first
        self._earlier.display = first > 0
        self._earlier.update(counted(first, "earlier turn"))

    def _welcome(self) -> Welcome:
        return Welcome(self._samples)
