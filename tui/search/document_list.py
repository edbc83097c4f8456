"""The documents to read, a line each: those read last, then all of them by folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.common.presentation.wording import one_line, shorten_path

# Documents that were read last, and documents in all: the others are found by their names.
_MOST_RECENT, _MOST_LISTED = 5, 2_000


@dataclass(frozen=True, slots=True)
class Readable:
    """What can be read.

    Attributes:
        recent: the paths of documents that were read last, the latest first.
        paths: of all documents.
    """

    recent: Sequence[str] = ()
    paths: Sequence[str] = ()


class DocumentList(OptionList):
    """Documents under the names of their folders."""

    DEFAULT_CSS = """
    DocumentList {
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .option-list--option-disabled { color: $text-primary; }
        & > .option-list--option-highlighted { background: transparent; }
        &:focus > .option-list--option-highlighted {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
        }
    }
    """

    @dataclass
    class Chosen(Message):
        """A document was chosen."""

        path: str

    def __init__(self) -> None:
        super().__init__()
        self._readable = Readable()

    def show(self, readable: Readable) -> None:
        """List documents in place of the last ones."""
        if readable != self._readable:
            self._readable = readable
            self.set_options(_list_options(readable))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        # After its mark, an id is a path.
        self.post_message(self.Chosen(str(event.option_id)[1:]))


def _list_options(readable: Readable) -> Iterator[Option]:
    listed = set(readable.paths)
    recent = [path for path in readable.recent if path in listed][:_MOST_RECENT]
    if recent:
        yield _make_title("Read last")
        yield from (_make_option("r", path) for path in recent)
    folders = sorted(readable.paths, key=_split)[:_MOST_LISTED]
    for folder, paths in groupby(folders, key=lambda path: _split(path)[0]):
        yield _make_title(shorten_path(folder))
        yield from (_make_option("a", path) for path in paths)
    if left := len(readable.paths) - len(folders):
        yield _make_title(f"and {left:,} more")


def _split(path: str) -> tuple[str, str]:
    """The folder of a document, and its name."""
    whole = PurePath(path)
    return str(whole.parent), whole.name or path


def _make_title(text: str) -> Option:
    return Option(Content(one_line(text)), disabled=True)


def _make_option(mark: str, path: str) -> Option:
    return Option(Content(f"  {one_line(_split(path)[1])}"), id=mark + path)
