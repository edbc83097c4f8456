"""A horizontal scrollbar as a line: a row of a terminal is too high for a bar."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBarRender

_THUMB, _TRACK = "━", "─"


class LineScrollBar(ScrollBarRender):
    """Draws vertical scrollbars as Textual does, horizontal ones as lines."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style(self.style)
        for drawn in super().__rich_console__(console, options):
            if self.vertical or not isinstance(drawn, Segments):
                yield drawn
            else:
                yield Segments([_draw_line(segment, style) for segment in drawn.segments])


def _draw_line(segment: Segment, style: Style) -> Segment:
    if segment.text == "\n":
        return segment
    meta = segment.style.meta if segment.style else {}
    line = _THUMB if meta.get("@mouse.down") == "grab" else _TRACK
    return Segment(line, style + Style.from_meta(meta))
