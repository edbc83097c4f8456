"""The outline of a document beside its text: it follows where one reads, and leads elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.common.presentation.wording import one_line
from tui.source.outline.outline import Outline, OutlineEntry

# A document with more headings is data; the first ones are listed.
MOST_ENTRIES = 3_000


class OutlineList(OptionList):
    """Headings and pages, a line each."""

    DEFAULT_CSS = """
    OutlineList {
        color: $text-muted;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .option-list--option-highlighted { color: $text-primary; background: transparent; }
        &:focus > .option-list--option-highlighted {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
        }
    }
    """

    @dataclass
    class Chosen(Message):
        """The heading at an offset was chosen."""

        offset: int

    def __init__(self) -> None:
        super().__init__()
        self._outline = Outline()

    def show(self, outline: Outline) -> None:
        """List an outline in place of the last one."""
        if outline is not self._outline:
            self._outline = outline
            self.set_options(
                Option(format_entry(each, with_page=False))
                for each in outline.entries[:MOST_ENTRIES]
            )

    def follow(self, offset: int) -> None:
        """Mark the heading that an offset stands under, unless one is choosing."""
        if self.display and not self.has_focus:
            number = self._outline.entry_at(offset)
            self.highlighted = None if number is None else min(number, MOST_ENTRIES - 1)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self._outline.entries[event.option_index].start))


def format_entry(entry: OutlineEntry, *, with_page: bool = True) -> Content:
    """A heading on one line, indented by its level, with its page where it has one."""
    shown = "  " * (entry.level - 1) + one_line(entry.title)
    named = not with_page or entry.page is None or entry.title == f"Page {entry.page}"
    page = "" if named else f"  p. {entry.page}"
    return Content.assemble(shown, (page, "$secondary"))
