"""The text of a source: of a whole document, only the rows in sight are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual import work
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from index import Span
from tui.common.background import in_background
from tui.source.span_set import NO_SPANS, SpanSet

if TYPE_CHECKING:
    # NumPy comes with the first text: the screen need not wait for it.
    from tui.source.wrapping import MeasuredText, Rows

# Lines kept above a span that is scrolled to, where there is room: they show what led there.
_LINES_ABOVE = 3
# A text of up to this many characters is wrapped at once: it takes some milliseconds.
_AT_ONCE = 200_000
# What is drawn in a style of its own; of two that overlap, the later is seen.
EVIDENCE, CONTEXT, OTHER, SPAN, MATCH = (
    "source--evidence",
    "source--context",
    "source--other",
    "source--span",
    "source--match",
)
HERE = "source--here"


@dataclass(frozen=True, slots=True)
class Viewport:
    """What is in sight: the first and the last row, of so many, and the offsets they span."""

    first: int
    last: int
    rows: int
    start: int
    end: int


class SourceView(ScrollView, can_focus=True):
    """The text, with stretches of it highlighted."""

    DEFAULT_CSS = """
    SourceView {
        padding: 0 1 0 2;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
        &.-unwrapped { overflow-x: auto; }
        /* Seen without colour too: each has a text style of its own. */
        & > .source--evidence { background: $foreground 5%; }
        & > .source--context { background: $accent 14%; text-style: underline; }
        & > .source--other { background: $foreground 12%; text-style: italic; }
        & > .source--span { color: $accent; background: $surface; text-style: bold reverse; }
        & > .source--match { background: $primary 35%; text-style: bold; }
        & > .source--here { color: $primary; background: $surface; text-style: reverse; }
        &:light > .source--context { background: $accent 20%; }
        &:light > .source--span { background: $foreground; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {EVIDENCE, CONTEXT, OTHER, SPAN, MATCH, HERE}
    ALLOW_SELECT = False

    class Moved(Message):
        """Other rows are in sight, or other stretches highlighted."""

    def __init__(self) -> None:
        super().__init__()
        self._text: MeasuredText | None = None
        self._rows: Rows | None = None
        self._layers: dict[str, SpanSet] = {}
        self._marks: dict[int, dict[int, str]] = {}
        self._target = Span(0, 0)
        self._to_reveal = False
        self._wraps = True
        self._height = 0

    def show(self, text: MeasuredText, layers: Mapping[str, SpanSet], target: Span) -> None:
        """Show a document with stretches of it highlighted, and scroll to the target."""
        if text is not self._text:
            self._text, self._rows = text, None
        self._layers = {
            name: layers.get(name, NO_SPANS) for name in (EVIDENCE, CONTEXT, OTHER, SPAN)
        }
        self._target, self._to_reveal = target, True
        self._lay_out()
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._text = self._rows = None
        self._layers = {}
        self.virtual_size = Size(0, 0)
        self.refresh()

    def mark(self, found: SpanSet) -> None:
        """Highlight what was found."""
        self._layers[MATCH] = found
        self._marks.clear()
        self.refresh()
        self.post_message(self.Moved())

    def go_to(self, target: Span) -> None:
        """Scroll to a stretch of the text; it is the one where the reader is now."""
        self._target, self._to_reveal = target, True
        if self._rows is not None:
            self._take(self._rows)

    @property
    def wraps(self) -> bool:
        """Whether long lines go on in a row below; else one scrolls sideways."""
        return self._wraps

    @wraps.setter
    def wraps(self, wraps: bool) -> None:
        self._wraps = wraps
        self.set_class(not wraps, "-unwrapped")
        self.scroll_to(x=0, animate=False, force=True)
        self._lay_out()

    @property
    def place(self) -> Viewport | None:
        """What is in sight; None while there is nothing to be seen."""
        rows, height = self._rows, self.scrollable_size.height
        if rows is None or not height:
            return None
        first = min(self.scroll_offset.y, len(rows) - 1)
        last = min(first + height, len(rows)) - 1
        return Viewport(first, last, len(rows), rows.bounds(first)[0], rows.bounds(last)[1])

    def marks(self, height: int) -> dict[int, str]:
        """Where in a column that stands for the whole text there is something to see.

        Args:
            height: of the column.

        Returns:
            by row of the column, the component class of what is there.
        """
        if height not in self._marks:
            self._marks = {height: self._marks_in(height)}
        return self._marks[height]

    def _marks_in(self, height: int) -> dict[int, str]:
        marks: dict[int, str] = {}
        if self._rows is not None:
            count = max(len(self._rows), height)
            for name, stretches in self._layers.items():
                if name != CONTEXT:
                    rows = self._rows.starts.searchsorted(stretches.starts, "right") - 1
                    places = rows * height // count
                    marks |= dict.fromkeys(places.tolist(), name)
        return marks

    def scroll_to_share(self, share: float) -> None:
        """Scroll so that what stands at this share (0 to 1) of the text is in the middle."""
        if self._rows is not None:
            self._scroll_to_row(int(share * len(self._rows)) - self.scrollable_size.height // 2)

    def on_resize(self) -> None:
        """Keep the target in sight if it was, else what was at the top."""
        self._lay_out()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        left, top = self.scroll_offset
        row = top + y
        base = self.rich_style
        rows, width = self._rows, self.scrollable_size.width
        if rows is None or row >= len(rows):
            return Strip.blank(width, base)
        start, end, blank = rows.stretch(row, left, width)
        edges = {start, end}
        for stretches in self._layers.values():
            edges |= stretches.edges(start, end)
        segments = [Segment(" " * blank, base)] if blank else []
        for here, there in pairwise(sorted(edges)):
            name = self._layer(here)
            style = base + self.get_component_rich_style(name) if name else base
            segments.append(Segment(rows.measured.drawn(here, there), style))
        return Strip(segments).adjust_cell_length(width, base)

    def _layer(self, offset: int) -> str | None:
        """Of what is drawn in a style of its own at an offset, the last."""
        name = None
        for layer, stretches in self._layers.items():
            if stretches.hold(offset):
                name = layer
        target = self._target
        return HERE if name == MATCH and target.start <= offset < target.end else name

    # Rows

    def _lay_out(self) -> None:
        """Find the rows for the room there is, a long text's in the background."""
        text, width = self._text, self.scrollable_size.width
        if text is None or width == 0:
            return
        known = self._rows
        if not self._wraps:
            self._take(text.unwrapped())
        elif known is not None and known.wrapped and known.width == width:
            self._take(known)
        elif len(text.text) <= _AT_ONCE:
            self._take(text.wrapped(width))
        else:
            self._wrap(text, width)

    @work(exclusive=True, group="wrap")
    async def _wrap(self, text: MeasuredText, width: int) -> None:
        rows = await in_background(lambda: text.wrapped(width))
        if text is self._text and self._wraps and width == self.scrollable_size.width:
            self._take(rows)

    def _take(self, rows: Rows) -> None:
        """Show these rows, with the target in sight if it was or is to be, else as scrolled."""
        before, self._rows = self._rows, rows
        self._marks.clear()
        top, height, self._height = self.scroll_offset.y, self._height, self.scrollable_size.height
        self.virtual_size = Size(rows.width, len(rows))
        if before is None or self._to_reveal or self._in_sight(before, top, height):
            self._to_reveal = False
            self._reveal(rows)
        else:
            self._scroll_to_row(rows.at(int(before.starts[min(top, len(before) - 1)])))
        self.refresh()
        self.post_message(self.Moved())

    def _in_sight(self, rows: Rows, top: int, height: int) -> bool:
        return top <= rows.at(self._target.start) < top + height

    def _reveal(self, rows: Rows) -> None:
        above = min(_LINES_ABOVE, self.scrollable_size.height // 4)
        self._scroll_to_row(rows.at(self._target.start) - above)
        if not self._wraps:
            column, width = rows.column(self._target.start), self.scrollable_size.width
            seen = self.scroll_offset.x <= column < self.scroll_offset.x + width - 1
            if not seen:
                x = 0 if column < width * 2 // 3 else column - width // 3
                self.scroll_to(x=x, animate=False, force=True)

    def _scroll_to_row(self, row: int) -> None:
        self.scroll_to(y=max(row, 0), animate=False, force=True)
