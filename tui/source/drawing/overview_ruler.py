"""A column beside the scrollbar that marks the highlights of the whole text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.source.drawing.source_view import MATCH, OTHER, PASSAGE, SENTENCES, SPAN

# Distinct shapes: colour alone would not do.
_GLYPHS = {PASSAGE: "╵", OTHER: "-", SENTENCES: "━", SPAN: "━", MATCH: "•"}


class OverviewRuler(Widget):
    """One cell wide. A click scrolls to that place."""

    DEFAULT_CSS = """
    OverviewRuler {
        width: 1;
        height: 1fr;
        pointer: pointer;
        & > .source--passage { color: $text-disabled; }
        & > .source--other { color: $text-muted; }
        & > .source--span, & > .source--sentences { color: $accent; text-style: bold; }
        & > .source--match { color: $primary; text-style: bold; }
        &:light > .source--span, &:light > .source--sentences { color: $warning; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set(_GLYPHS)
    ALLOW_SELECT = False

    @dataclass
    class Pressed(Message):
        """The ruler was clicked at this share (0 to 1) of the text."""

        share: float

    def __init__(self) -> None:
        super().__init__()
        self._marks: Mapping[int, str] = {}

    def show(self, marks: Mapping[int, str]) -> None:
        """Show marks: for each row of the ruler that has one, its component class."""
        if marks != self._marks:
            self._marks = marks
            self.refresh()

    def render_line(self, y: int) -> Strip:
        name = self._marks.get(y)
        if name is None:
            return Strip.blank(self.size.width, self.rich_style)
        style = self.rich_style + self.get_component_rich_style(name)
        return Strip([Segment(_GLYPHS[name], style)]).crop_extend(0, self.size.width, style)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed((event.y + 0.5) / max(1, self.size.height)))
