"""What the source pane shows before there is a source: how to read without asking."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.common.screens.keys import describe_binding

# Actions that lead to something to read.
_ACTIONS = ("quick_open", "search", "documents", "conversations")


class EmptySource(Vertical):
    """A card in the middle; its lines can be clicked."""

    DEFAULT_CSS = """
    EmptySource {
        align: center middle;
        color: $text-muted;
        hatch: right $foreground 6%;
        & > Static { width: auto; max-width: 90%; padding: 0 2; background: $surface; }
        & > .ways {
            margin-top: 1;
            link-color: $foreground;
            link-style: none;
            link-color-hover: $foreground;
            link-background-hover: $primary 15%;
            link-style-hover: none;
        }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._ways = Static(classes="ways")

    def compose(self) -> ComposeResult:
        yield Static("The source of an answer is shown here.")
        yield self._ways

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._show_ways)

    def _show_ways(self, screen: Screen[object]) -> None:
        """The keys that work now, and what they do."""
        bindings = {
            active.binding.action: active.binding
            for active in screen.active_bindings.values()
            if active.enabled and active.binding.action in _ACTIONS
        }
        keys = {
            action: self.app.get_key_display(bindings[action])
            for action in _ACTIONS
            if action in bindings
        }
        width = max(map(cell_len, keys.values()), default=0)
        lines = (
            Content.assemble(
                (f"{key:<{width}}  ", "$primary bold"),
                (describe_binding(bindings[action]), f"@click=app.{action}"),
            )
            for action, key in keys.items()
        )
        self._ways.update(Content("\n").join(lines))
