"""The pane beside the source if there is room: its outline, and other documents to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from textual import work
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from index import Hit
from qa import Reply
from tui.common.presentation.wording import one_line, shorten_path
from tui.common.screens.background import in_background
from tui.source.outline import Outline, OutlineList
from tui.source.places import Position, QuotedPlace
from tui.source.rendering.passage_words import excerpt_passage

# Characters of a passage: at least, and at most if the list has room for more.
_SHORTEST_PASSAGE, _LONGEST_PASSAGE = 120, 480
# Documents that were read last, and documents in all: the others are found by their names.
_MOST_RECENT, _MOST_LISTED = 5, 2_000


class SidePane(Vertical):
    """The outline of the source, below it the passages of the reply; without one, the documents.

    What is chosen in a list is shown in the source.
    """

    DEFAULT_CSS = """
    SidePane {
        display: none;
        & > OptionList {
            height: 1fr;
            padding: 0 1;
            color: $text-muted;
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
        & > OutlineList { height: auto; max-height: 40%; }
        & > .passages > .option-list--option-highlighted { background: $foreground 8%; }
        & > .documents {
            text-wrap: nowrap;
            text-overflow: ellipsis;
            & > .option-list--option-disabled { color: $text-primary; }
            & > .option-list--option-highlighted { background: transparent; }
        }
        & > .passages:focus, & > .documents:focus {
            & > .option-list--option-highlighted {
                color: $block-cursor-foreground;
                background: $block-cursor-background;
            }
        }
    }
    """

    @dataclass
    class PositionChosen(Message):
        """A heading or a document was chosen, to read there."""

        position: Position

    @dataclass
    class PassageChosen(Message):
        """A passage was chosen, to show it."""

        place: QuotedPlace

    def __init__(self, list_documents: Callable[[], tuple[list[str], list[str]]]) -> None:
        """Nothing is shown yet.

        Args:
            list_documents: returns the paths of documents that were read last, the latest first,
                and those of all; called in the background.
        """
        super().__init__()
        self._list_documents = list_documents
        self._outline_list = OutlineList()
        self._outline_list.border_title = "Outline"
        self._passage_list = OptionList(classes="passages")
        self._passage_list.border_title = "Passages"
        self._document_list = OptionList(classes="documents")
        self._document_list.border_title = "Documents"
        self._path = ""
        self._outline = Outline()
        self._offset = 0
        self._quoted = Position("", 0)
        self._reply: Reply | None = None
        self._documents: tuple[list[str], list[str]] = [], []
        self._length = _SHORTEST_PASSAGE

    @property
    def _hits(self) -> Sequence[Hit]:
        return self._reply.hits if self._reply else ()

    def show_outline(self, path: str, outline: Outline) -> None:
        """Show the headings of a document."""
        if (path, outline) != (self._path, self._outline):
            self._path, self._outline = path, outline
            self._draw()

    def follow(self, offset: int) -> None:
        """Mark the heading that the text at an offset stands under."""
        self._offset = offset
        self._outline_list.follow(offset)

    def mark_passage(self, place: QuotedPlace) -> None:
        """Mark the passage of a quoted place."""
        self._quoted = Position(place.document.path, place.start)
        self._mark_quoted()

    def _mark_quoted(self) -> None:
        if not self._passage_list.has_focus:
            self._passage_list.highlighted = next(
                (at for at, hit in enumerate(self._hits) if _holds(hit, self._quoted)), None
            )

    def show_passages(self, reply: Reply | None) -> None:
        """Show the passages that were read for a reply."""
        if reply is not self._reply:
            self._reply = reply
            self._draw()

    def clear(self) -> None:
        """Nothing is shown in the source, and nothing was asked."""
        self._path, self._outline, self._reply = "", Outline(), None
        self._draw()
        self.update_documents()

    async def on_show(self) -> None:
        if not self.children:
            # Only a wide screen needs them.
            await self.mount(self._outline_list, self._passage_list, self._document_list)
        self._draw()
        self.update_documents()

    @work(exclusive=True, group="documents")
    async def update_documents(self) -> None:
        """List the documents anew, if they are seen."""
        if self._document_list.is_attached and self._document_list.display:
            documents = await in_background(self._list_documents)
            if documents != self._documents:
                self._documents = documents
                self._document_list.set_options(list_document_options(*documents))

    def _draw(self) -> None:
        if not self.children:
            return
        self._outline_list.display = bool(self._outline.entries)
        self._outline_list.show(self._outline)
        self._outline_list.follow(self._offset)
        self._passage_list.display = bool(self._hits)
        self._document_list.display = not self._hits
        self._list_passages()
        # How much room the outline leaves is known once it is laid out.
        self.call_after_refresh(self._fit_passages)

    def _list_passages(self) -> None:
        considered = self._reply.considered if self._reply else ()
        self._passage_list.set_options(
            Option(_draw_passage(hit, excerpt_passage(hit, considered, self._length)))
            for hit in self._hits
        )
        self._mark_quoted()

    def _fit_passages(self) -> None:
        """Show as much of each passage as there is room for."""
        width, height = self._passage_list.size
        if not self._hits or not height:
            return
        # Beside its words, a passage has one or two lines with its name.
        room = int((height / len(self._hits) - 2) * width)
        length = min(max(room, _SHORTEST_PASSAGE), _LONGEST_PASSAGE)
        if length != self._length:
            self._length = length
            self._list_passages()

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit_passages)

    def on_outline_list_chosen(self, event: OutlineList.Chosen) -> None:
        event.stop()
        self.post_message(self.PositionChosen(Position(self._path, event.offset)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_list is self._document_list:
            # After its mark, an id is a path.
            self.post_message(self.PositionChosen(Position(str(event.option_id)[1:], 0)))
        elif self._reply is not None:
            place = QuotedPlace.from_hit(self._reply.hits[event.option_index])
            self.post_message(self.PassageChosen(place.with_reply(self._reply)))


def _holds(hit: Hit, position: Position) -> bool:
    span = hit.passage.span
    return hit.document.path == position.path and span.start <= position.offset < span.end


def _draw_passage(hit: Hit, excerpt: str) -> Content:
    name = QuotedPlace.from_hit(hit).file_name
    headings = hit.passage.headings[-1:]
    return Content.assemble(
        (name, "$text-primary"),
        *((f" › {one_line(heading)}", "$secondary") for heading in headings),
        "\n",
        (excerpt, "$secondary"),
    )


def list_document_options(recent: Sequence[str], paths: Sequence[str]) -> Iterator[Option]:
    """The documents to read, a line each: those read last, then all of them by folder."""
    listed = set(paths)
    recent = [path for path in recent if path in listed][:_MOST_RECENT]
    if recent:
        yield _make_title("Read last")
        yield from (_make_option("r", path) for path in recent)
    first = sorted(paths, key=_split)[:_MOST_LISTED]
    for folder, below in groupby(first, key=lambda path: _split(path)[0]):
        yield _make_title(shorten_path(folder))
        yield from (_make_option("a", path) for path in below)
    if left := len(paths) - len(first):
        yield _make_title(f"and {left:,} more")


def _split(path: str) -> tuple[str, str]:
    """The folder of a document, and its name."""
    whole = PurePath(path)
    return str(whole.parent), whole.name or path


def _make_title(text: str) -> Option:
    return Option(Content(one_line(text)), disabled=True)


def _make_option(mark: str, path: str) -> Option:
    return Option(Content(f"  {one_line(_split(path)[1])}"), id=mark + path)
