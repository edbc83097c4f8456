"""The outline on a screen of its own: choose a heading to go to."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.common.page import Overlay
from tui.common.wording import one_line
from tui.source.outline import Outline, OutlineEntry


class OutlineScreen(Overlay[int | None]):
    """Headings and pages; gives the offset of the one chosen."""

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
            offset: where the reader is now.
        """
        super().__init__()
        self._outline = outline
        self._here = outline.entry_at(offset)

    def compose(self) -> ComposeResult:
        entries = self._outline.entries
        listed = OptionList(*(Option(_line(section)) for section in entries), classes="panel")
        listed.border_title = "DocumentTree"
        listed.border_subtitle = "enter goes there, esc closes"
        yield listed

    def on_mount(self) -> None:
        listed = self.query_one(OptionList)
        listed.highlighted = self._here or 0
        self.call_after_refresh(listed.scroll_to_highlight)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._outline.entries[event.option_index].start)


def _line(section: OutlineEntry) -> Content:
    shown = "  " * (section.level - 1) + one_line(section.title)
    named = section.page is None or section.title == f"Page {section.page}"
    page = "" if named else f"  p. {section.page}"
    return Content.assemble(shown, (page, "$secondary"))
