"""The outline of a document as a list: choose a heading to go to."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.common.screens.screen_parts import Overlay
from tui.source.outline.outline import Outline
from tui.source.outline.outline_list import MOST_ENTRIES, format_entry


class OutlineScreen(Overlay[int | None]):
    """Headings and pages; returns the offset of the chosen one, None if it was closed."""

    DEFAULT_CSS = """
    OutlineScreen {
        & > .panel {
            max-height: 80%;
            padding: 1 2;
            scrollbar-size-vertical: 1;
            &:focus { border: round $primary 40%; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,o,q", "dismiss", "Close")]

    def __init__(self, outline: Outline, offset: int) -> None:
        """The screen.

        Args:
            offset: the place that is shown now; its entry is highlighted first.
        """
        super().__init__()
        self._outline = outline
        self._here = outline.entry_at(offset)

    def compose(self) -> ComposeResult:
        entries = self._outline.entries[:MOST_ENTRIES]
        listed = OptionList(*(Option(format_entry(entry)) for entry in entries), classes="panel")
        listed.border_title = "Outline"
        listed.border_subtitle = "enter goes there, esc closes"
        yield listed

    def on_mount(self) -> None:
        listed = self.query_one(OptionList)
        listed.highlighted = min(self._here or 0, listed.option_count - 1)
        self.call_after_refresh(listed.scroll_to_highlight)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._outline.entries[event.option_index].start)
