"""The conversation: a list of turns."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from qa import counted
from tui.common.presentation.wording import one_line
from tui.common.screens.screen_parts import Pressable
from tui.conversation.choices import Choice
from tui.conversation.turn_view import TurnView
from tui.conversation.welcome import Overview, SampleDocuments, Unfinished, Welcome

# Turns on the screen: the time to lay it out grows with them. The others are only remembered.
_SHOWN = 60


class EarlierTurns(Pressable):
    """The number of earlier turns that are not on the screen; a click brings some back."""

    DEFAULT_CSS = """
    EarlierTurns { padding: 0 2; margin-bottom: 1; color: $text-primary; display: none; }
    """


class Conversation(VerticalScroll):
    """All turns. One is current: it is unfolded, and its choices are reached with keys."""

    DEFAULT_CSS = """
    Conversation {
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
        self._scroll_target: Widget | None = None
        self._overview = Overview()
        self._earlier = EarlierTurns(action="show_earlier")
        # Notes from before this widget was mounted; None once it is.
        self._early_notes: list[Static] | None = []

    async def on_mount(self) -> None:
        notes, self._early_notes = self._early_notes or (), None
        await self.mount_all(notes)

    def compose(self) -> ComposeResult:
        yield self._earlier
        yield Welcome(self._samples)

    @property
    def turns(self) -> list[TurnView]:
        """All turns, oldest first, also those that are not on the screen."""
        return list(self._turns)

    async def add_turns(self, *turns: TurnView) -> None:
        """Add turns at the end, and make the last one current."""
        await self.query_children(Welcome).remove()
        for turn in turns[:-1]:
            await turn.fold(True)
        self._turns += turns
        await self._show_from(len(self._turns) - _SHOWN)
        await self.make_current(self._turns[-1])

    async def make_current(self, turn: TurnView) -> None:
        """Unfold a turn, and fold the one that was current."""
        if self.current is not turn:
            if self.current is not None:
                await self.current.fold(True)
            self.current = turn
            await turn.fold(False)
        self.scroll_to_top_of(turn)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked yet."""
        return not self._turns

    async def show_note(self, text: str, *, problem: bool = False) -> None:
        """Show a message that belongs to no turn."""
        line = Static(Content(one_line(text)), classes="note")
        line.set_class(problem, "-problem")
        if self._early_notes is not None:
            self._early_notes.append(line)
            return
        await self.mount(line)
        self.scroll_to_top_of(line)

    async def leave_samples(self) -> None:
        """Offer no samples any more before the first question."""
        self._samples = None
        if self.query_children(Welcome):
            await self.query_children(Welcome).remove()
            # Below an offer: the overview grows.
            offer = next(iter(self.query_children(Unfinished)), None)
            await self.mount(
                Welcome(self._samples), after=self._earlier if offer is None else offer
            )
            await self.show_overview(self._overview)

    async def show_overview(self, overview: Overview) -> None:
        """Show what is in the documents, as long as nothing was asked."""
        self._overview = overview
        for welcome in self.query_children(Welcome):
            await welcome.show_overview(overview)

    async def show_unfinished(self, text: str) -> None:
        """Offer to go on with indexing; take the offer away if the text is empty.

        It stands at the end; but above an overview, which grows while questions are found: what is
        about to be pressed must not move.
        """
        await self.remove_children(Unfinished)
        if text:
            offer = Unfinished(text)
            growing = None if self._samples else next(iter(self.query_children(Welcome)), None)
            await self.mount(offer, before=growing)
            if not self.is_empty:
                self.call_after_refresh(offer.scroll_visible, animate=False)

    async def clear(self) -> None:
        """Remove all turns and notes."""
        self.current = None
        self._turns = []
        self._update_earlier(0)
        await self.remove_children("TurnView, Welcome, .note")
        await self.mount(Welcome(self._samples))
        await self.show_overview(self._overview)

    async def step_choice(self, kind: type[Choice], by: int) -> None:
        """Choose the next or previous answer, or passage, of the current turn."""
        if self.current is not None:
            await self.current.step_choice(kind, by)

    async def step_turn(self, by: int) -> None:
        """Make an earlier or later turn current."""
        if self.current in self._turns:
            at = self._turns.index(self.current) + by
            if 0 <= at < len(self._turns):
                await self._show_from(min(at, self._first))
                await self.make_current(self._turns[at])

    async def action_show_earlier(self) -> None:
        await self._show_from(self._first - _SHOWN)

    def scroll_to_top_of(self, widget: Widget) -> None:
        """Scroll to the top of a widget once it is laid out."""
        self._scroll_target = widget
        self.call_after_refresh(self._scroll_to_target, widget)

    def _scroll_to_target(self, widget: Widget, before: int | None = None) -> None:
        if widget is not self._scroll_target:
            return
        self.scroll_to_widget(widget, top=True, animate=False, immediate=True)
        self._scroll_target = widget
        row = widget.virtual_region.y
        if row != before:
            # Widgets above it may not be laid out yet.
            self.call_after_refresh(self._scroll_to_target, widget, row)

    def release_anchor(self) -> None:
        """Any scrolling comes by here; what a person scrolls to is not left for the target."""
        super().release_anchor()
        self._scroll_target = None

    async def _show_from(self, first: int) -> None:
        """Show the turns from an index on; from the first unfinished one, if that is earlier."""
        waiting = (at for at, turn in enumerate(self._turns) if not turn.finished)
        first = max(0, min(first, next(waiting, first)))
        leaving = [turn for turn in self._turns[:first] if turn.is_attached]
        for at, turn in enumerate(self._turns[:first]):
            if turn in leaving:
                self._turns[at] = turn.copy_folded()
        if self.current in leaving:
            self.current = None
        await self.remove_children(leaving)
        coming = [turn for turn in self._turns[first : self._first] if not turn.is_attached]
        await self.mount_all(coming, after=self._earlier)
        await self.mount_all(turn for turn in self._turns[first:] if not turn.is_attached)
        for offer in self.query_children(Unfinished):
            self.move_child(offer, after=-1)
        self._update_earlier(first)

    def _update_earlier(self, first: int) -> None:
        self._first = first
        self._earlier.display = first > 0
        self._earlier.update(counted(first, "earlier turn"))
