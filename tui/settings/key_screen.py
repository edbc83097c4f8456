"""A screen that asks for a key, to be pressed."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.common.presentation.wording import one_line
from tui.common.screens.screen_parts import Overlay


class KeyScreen(Overlay[str | None]):
    """Returns the name of the key that was pressed; None for Escape."""

    DEFAULT_CSS = """
    KeyScreen {
        & > .panel { width: 60; padding: 1 2; }
        Static { height: auto; }
    }
    """

    def __init__(self, action: str) -> None:
        """The screen.

        Args:
            action: what the key will do, in words.
        """
        super().__init__()
        self._action = action

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_subtitle = "esc leaves it"
            yield Static(
                Content.assemble("Press the key for ", (f"“{one_line(self._action)}”", "bold"))
            )

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(None if event.key == "escape" else event.key)
