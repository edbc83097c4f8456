"""What stands beside the source where there is room: its outline, and the passages of the reply."""

from __future__ import annotations

from dataclasses import dataclass

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from index import Hit
from qa import Reply
from tui.source.excerpt import excerpt_passage
from tui.source.outline import Outline
from tui.source.outline_list import OutlineList
from tui.source.position_history import Position
from tui.source.quotation import Quotation

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
    }
    """

    @dataclass
    class HeadingChosen(Message):
        """A heading was chosen, to read on there."""

        position: Position

    @dataclass
    class PassageChosen(Message):
        """A passage was chosen, to show it."""

        quotation: Quotation

    def __init__(self) -> None:
        super().__init__()
        self._outline_list = OutlineList()
        self._outline_list.border_title = "Outline"
        self._passage_list = OptionList(classes="passages")
        self._passage_list.border_title = "Passages"
        self._path = ""
        self._outline = Outline()
        self._offset = 0
        self._reply: Reply | None = None

    def show_outline(self, path: str, outline: Outline) -> None:
        """Show the headings of a document."""
        if (path, outline) != (self._path, self._outline):
            self._path, self._outline = path, outline
            self._draw()

    def follow(self, offset: int) -> None:
        """Mark the heading that the text at an offset stands under."""
        self._offset = offset
        self._outline_list.follow(offset)

    def show_passages(self, reply: Reply | None) -> None:
        """Show the passages that were read for a reply."""
        if reply is not self._reply:
            self._reply = reply
            self._draw()

    async def on_show(self) -> None:
        if not self.children:
            # Only a wide screen needs them.
            await self.mount(self._outline_list, self._passage_list)
        self._draw()

    def _draw(self) -> None:
        if not self.children:
            return
        self._outline_list.show(self._outline)
        self._outline_list.follow(self._offset)
        reply = self._reply
        hits = reply.hits if reply else ()
        considered = reply.considered if reply else ()
        self._passage_list.set_options(
            Option(_draw_passage(hit, excerpt_passage(hit, considered, _PASSAGE_LENGTH)))
            for hit in hits
        )

    def on_outline_list_chosen(self, event: OutlineList.Chosen) -> None:
        event.stop()
        self.post_message(self.HeadingChosen(Position(self._path, event.offset)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._reply is not None:
            quotation = Quotation.from_hit(self._reply.hits[event.option_index])
            self.post_message(self.PassageChosen(quotation.with_reply(self._reply)))


def _draw_passage(hit: Hit, excerpt: str) -> Content:
    name = Quotation.from_hit(hit).file_name
    return Content.assemble((name, "$text-primary"), "\n", (excerpt, "$secondary"))
