"""A key asked for by pressing it."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.quotation import one_line


class KeyScreen(ModalScreen[str | None]):
    """Gives the name of the key that was pressed; None for Escape."""

    DEFAULT_CSS = """
    KeyScreen {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 60;
            max-width: 95%;
            height: auto;
            padding: 1 2;
            background: $panel;
            border: round $primary 40%;
        }
        Static { height: auto; }
    }
    """

    def __init__(self, action: str) -> None:
        """The screen.

        Args:
            action: what the key is to do, in words.
        """
        super().__init__()
        self._action = action

    def compose(self) -> ComposeResult:
        with Vertical() as panel:
            panel.border_subtitle = "esc leaves it"
            yield Static(
                Content.assemble("Press the key for ", (f"“{one_line(self._action)}”", "bold"))
            )

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(None if event.key == "escape" else event.key)
