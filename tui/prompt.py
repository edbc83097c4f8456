"""One line asked for: a name, a path, an answer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui.visible import visible


class PromptScreen(ModalScreen[str | None]):
    """Gives what was typed; None where it was left with Escape."""

    DEFAULT_CSS = """
    PromptScreen {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 72;
            max-width: 95%;
            height: auto;
            padding: 0 2 1 2;
            background: $panel;
            border: round $primary 40%;
            border-title-color: $text-primary;
        }
        Static { height: auto; margin-top: 1; color: $text-muted; }
        Input { margin-top: 1; padding: 0 1; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete it", show=False),
        Binding("escape", "dismiss", "Leave it", show=False),
    ]

    def __init__(
        self,
        title: str,
        value: str = "",
        *,
        hint: str = "",
        suggester: Suggester | None = None,
    ) -> None:
        """A prompt.

        Args:
            value: to begin with.
            hint: what may be typed, in a sentence.
            suggester: completes it; Tab takes what is suggested.
        """
        super().__init__()
        self._title = title
        self._hint = hint
        self._input = Input(value, suggester=suggester, select_on_focus=False, compact=True)

    def compose(self) -> ComposeResult:
        with Vertical() as panel:
            panel.border_title = Content(visible(self._title)).markup
            panel.border_subtitle = "enter takes it, esc leaves it"
            if self._hint:
                yield Static(Content(visible(self._hint)))
            yield self._input

    def action_complete(self) -> None:
        self._input.action_end()
        self._input.action_cursor_right()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())
