"""Finding words in the source: the line below it to type them, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from tui.source.span_set import NO_SPANS, SpanSet

if TYPE_CHECKING:
    from tui.source.rendering.rendering import Rendering

# Characters searched in one call: other threads wait that long. A match across the edge is
# found if it ends within `_BEYOND` characters after it.
_WINDOW, _BEYOND = 200_000, 2_000


class FindBar(Input):
    """One line; the search runs with every change."""

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        padding: 0 2;
        border: none;
        background: $panel;
        display: none;
        &:focus { border: none; background-tint: $foreground 5%; }
        &.-open { display: block; }
        &.-not-found { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "To the text", show=False),
        Binding("down", "step(1)", "Next match", show=False),
        Binding("up", "step(-1)", "Match before", show=False),
        Binding("escape", "leave", "End the search"),
    ]

    # Its size stays the same; see `QuestionInput.virtual_size`.
    virtual_size = reactive(Size(0, 0), layout=False)

    @dataclass
    class Stepped(Message):
        """The next or previous match is wanted."""

        by: int

    class Left(Message):
        """The search is ended."""

    def __init__(self) -> None:
        super().__init__(placeholder="Find in this document")

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(by))

    def action_leave(self) -> None:
        self.post_message(self.Left())


def find_words(text: str, words: str) -> SpanSet:
    """All places of the words in the text; case and the white space between them do not count."""
    parts = words.split()
    if not parts:
        return NO_SPANS
    pattern = re.compile(r"\s++".join(map(re.escape, parts)), re.IGNORECASE)
    return SpanSet.from_pairs(_iterate_matches(text, pattern))


def find_words_as_read(text: str, rendering: Rendering, words: str) -> SpanSet:
    """All places of the words in a document as it reads; where there are none, in its markup.

    Args:
        text: of the document, which the places are in.
    """
    matches = find_words(rendering.text, words)
    return rendering.offsets.locate(matches) if len(matches) else find_words(text, words)


def _iterate_matches(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        edge = at + _WINDOW
        for match in pattern.finditer(text, at, edge + _BEYOND):
            if match.start() >= edge:
                break
            yield match.span()
            at = match.end()
        at = max(at, edge)
