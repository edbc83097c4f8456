"""What stands beside the source where there is room: its outline, and the passages of the reply."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from index import Hit
from qa import Reply
from tui.common.wording import one_line
from tui.source.excerpt import excerpt_passage
from tui.source.outline import Outline
from tui.source.place_history import Place
from tui.source.quotation import Quotation

# Headings that are listed: the screen of the outline has all of them.
_MOST_HEADINGS = 500
# Characters of a passage.
_PASSAGE_LENGTH = 120


class SidePane(Vertical):
    """Two lists. What is chosen in them is shown in the source."""

    DEFAULT_CSS = """
    SidePane {
        display: none;
        & > OptionList {
            height: 1fr;
            padding: 0 1;
            background: $background;
            scrollbar-size-vertical: 1;
            border: round $foreground 20%;
            border-title-color: $text-muted;
            &:focus {
                border: round $primary;
                border-title-color: $text-primary;
                border-title-style: bold;
            }
        }
        & > .outline { text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    @dataclass
    class HeadingChosen(Message):
        """A heading was chosen, to read on there."""

        place: Place

    @dataclass
    class PassageChosen(Message):
        """A passage was chosen, to show it."""

        quotation: Quotation

    def __init__(self) -> None:
        super().__init__()
        self._outline_list = OptionList(classes="outline")
        self._outline_list.border_title = "Outline"
        self._passage_list = OptionList(classes="passages")
        self._passage_list.border_title = "Passages"
        self._path = ""
        self._outline = Outline()
        self._reply: Reply | None = None

    def compose(self) -> ComposeResult:
        yield self._outline_list
        yield self._passage_list

    def show_outline(self, path: str, outline: Outline) -> None:
        """Show the headings of a document."""
        if (path, outline) != (self._path, self._outline):
            self._path, self._outline = path, outline
            self._draw()

    def show_passages(self, reply: Reply | None) -> None:
        """Show the passages that were read for a reply."""
        if reply is not self._reply:
            self._reply = reply
            self._draw()

    def on_show(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if not self.display:
            return
        entries = self._outline.entries[:_MOST_HEADINGS]
        self._outline_list.set_options(
            Option("  " * (entry.level - 1) + one_line(entry.title)) for entry in entries
        )
        reply = self._reply
        hits = reply.hits if reply else ()
        considered = reply.considered if reply else ()
        self._passage_list.set_options(
            Option(_draw_passage(hit, excerpt_passage(hit, considered, _PASSAGE_LENGTH)))
            for hit in hits
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_list is self._outline_list:
            start = self._outline.entries[event.option_index].start
            self.post_message(self.HeadingChosen(Place(self._path, start)))
        elif self._reply is not None:
            quotation = Quotation.from_hit(self._reply.hits[event.option_index])
            self.post_message(self.PassageChosen(quotation.with_reply(self._reply)))


def _draw_passage(hit: Hit, excerpt: str) -> Content:
    name = Quotation.from_hit(hit).file_name
    return Content.assemble((name, "$text-primary"), "\n", (excerpt, "$text-muted"))
