"""A screen that asks for one line: a name, a path, an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, Static

from qa import visible
from tui.common.screens.background import in_background
from tui.common.screens.screen_parts import MessageLine, Overlay


class PromptScreen(Overlay[str | None]):
    """Returns the line that was typed and accepted; None after Escape."""

    DEFAULT_CSS = """
    PromptScreen {
        & > .panel { padding: 0 2 1 2; }
        Static { height: auto; margin-top: 1; color: $text-muted; }
        MessageLine { padding: 0; }
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
        take: Callable[[str], object],
        hint: str = "",
        placeholder: str = "",
        suggester: Suggester | None = None,
    ) -> None:
        """A prompt.

        Args:
            value: the line to begin with.
            take: uses the line, in the background. What it raises is shown, and the line
                can be corrected.
            hint: what may be typed, in a sentence.
            placeholder: an example.
            suggester: completes the line; Tab accepts the suggestion.
        """
        super().__init__()
        self._title = title
        self._hint = hint
        self._take = take
        self._input = Input(
            value, placeholder, suggester=suggester, select_on_focus=False, compact=True
        )
        self._message = MessageLine()

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_title = Content(visible(self._title)).markup
            panel.border_subtitle = "enter takes it, esc leaves it"
            if self._hint:
                yield Static(Content(visible(self._hint)))
            yield self._input
            yield self._message

    def action_complete(self) -> None:
        self._input.action_end()
        self._input.action_cursor_right()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._message.show("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if typed := event.value.strip():
            self._try(typed)
        else:
            self.dismiss()

    @work(exclusive=True)
    async def _try(self, typed: str) -> None:
        try:
            await in_background(lambda: self._take(typed))
        except Exception as error:
            self._message.show(str(error), problem=True)
        else:
            self.dismiss(typed)
