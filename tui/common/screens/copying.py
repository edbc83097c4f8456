"""Copying from the app: what was copied is said, and what was not is shown to be copied by hand."""

from __future__ import annotations

import os
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from tui.common.presentation.wording import shorten
from tui.common.screens.background import in_background
from tui.common.screens.clipboard import copy_by_command, copy_to_tmux, takes_osc_52
from tui.common.screens.screen_parts import Overlay


class CopyScreen(Overlay[None]):
    """A text to be copied with the terminal's own means."""

    DEFAULT_CSS = """
    CopyScreen {
        & > .panel, & > .panel:focus {
            height: auto;
            max-height: 80%;
            padding: 1 2;
            border: round $primary 40%;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "dismiss", "Close")]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        area = TextArea(self._text, read_only=True, show_cursor=False, classes="panel")
        area.border_title = "This may not have been copied: no clipboard was found"
        area.border_subtitle = "select it with the mouse (Shift held), esc closes"
        yield area


async def copy_text(app: App[Any], text: str) -> None:
    """Copy a text, and say so; show it where it is not known to have been copied."""
    # The app keeps it for its own input lines, and sends it to the terminal.
    app.copy_to_clipboard(text)
    known = takes_osc_52(os.environ) and not app.is_web
    if known or await in_background(lambda: copy_by_command(text)):
        app.notify(f"Copied: {shorten(text, 80)}", timeout=4, markup=False)
    elif not app.is_web and await in_background(lambda: copy_to_tmux(text)):
        app.notify(f"Copied to tmux's buffer: {shorten(text, 80)}", timeout=6, markup=False)
    else:
        app.push_screen(CopyScreen(text))
