"""The text of a document with highlights. Only the visible rows are drawn."""

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
    # It loads NumPy, which comes with the first text: the screen is drawn before that.
    from tui.source.wrapping import MeasuredText, Rows

# Rows kept above a span that is scrolled to, if there is room: they show its context.
_LINES_ABOVE = 3
# A text of up to this many characters is wrapped at once, in some milliseconds; a longer one
# in the background.
_AT_ONCE = 200_000
# Component classes of the highlights; where two overlap, the later one is drawn.
PASSAGE, EVIDENCE, OTHER, SPAN, MATCH = (
    "source--passage",
    "source--evidence",
    "source--other",
    "source--span",
    "source--match",
)
HERE = "source--here"


@dataclass(frozen=True, slots=True)
class Viewport:
    """The visible part: its first and last row, of `rows` in all, and its offsets in the text."""

    first: int
    last: int
    rows: int
    start: int
    end: int


class SourceView(ScrollView, can_focus=True):
    """The text, with spans of it highlighted."""

    DEFAULT_CSS = """
    SourceView {
        padding: 0 1 0 2;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
        &.-unwrapped { overflow-x: auto; }
        /* Each has its own text style: colour alone would not do. */
        & > .source--passage { background: $foreground 5%; }
        & > .source--evidence { background: $accent 14%; text-style: underline; }
        & > .source--other { background: $foreground 12%; text-style: italic; }
        & > .source--span { color: $accent; background: $surface; text-style: bold reverse; }
        & > .source--match { background: $primary 35%; text-style: bold; }
        & > .source--here { color: $primary; background: $surface; text-style: reverse; }
        &:light > .source--evidence { background: $accent 20%; }
        &:light > .source--span { background: $foreground; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {PASSAGE, EVIDENCE, OTHER, SPAN, MATCH, HERE}
    ALLOW_SELECT = False

    class Moved(Message):
        """Other rows are visible, or other spans highlighted."""

    def __init__(self) -> None:
        super().__init__()
        self._text: MeasuredText | None = None
        self._rows: Rows | None = None
        self._layers: dict[str, SpanSet] = {}
        self._marks: dict[int, dict[int, str]] = {}
        self._target = Span(0, 0)
        self._target_is_new = False
        self._wraps = True
        self._height = 0

    def show_text(self, text: MeasuredText, layers: Mapping[str, SpanSet], target: Span) -> None:
        """Show a text with the spans of each layer highlighted, and scroll to the target."""
        if text is not self._text:
            self._text, self._rows = text, None
        self._layers = {
            name: layers.get(name, NO_SPANS) for name in (PASSAGE, EVIDENCE, OTHER, SPAN)
        }
        self._target, self._target_is_new = target, True
        self._lay_out()
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._text = self._rows = None
        self._layers = {}
        self.virtual_size = Size(0, 0)
        self.refresh()

    def highlight_matches(self, matches: SpanSet) -> None:
        """Highlight the matches of a search."""
        self._layers[MATCH] = matches
        self._marks.clear()
        self.refresh()
        self.post_message(self.Moved())

    def scroll_to_span(self, target: Span) -> None:
        """Make a span the target, and scroll to it."""
        self._target, self._target_is_new = target, True
        if self._rows is not None:
            self._show_rows(self._rows)

    @property
    def wraps(self) -> bool:
        """Whether long lines are wrapped; else the view scrolls sideways."""
        return self._wraps

    @wraps.setter
    def wraps(self, wraps: bool) -> None:
        self._wraps = wraps
        self.set_class(not wraps, "-unwrapped")
        self.scroll_to(x=0, animate=False, force=True)
        self._lay_out()

    @property
    def viewport(self) -> Viewport | None:
        """The visible part; None while there is none."""
        rows, height = self._rows, self.scrollable_size.height
        if rows is None or not height:
            return None
        first = min(self.scroll_offset.y, len(rows) - 1)
        last = min(first + height, len(rows)) - 1
        return Viewport(first, last, len(rows), rows.row_bounds(first)[0], rows.row_bounds(last)[1])

    def compute_marks(self, height: int) -> dict[int, str]:
        """Map the highlights of the whole text to the rows of a ruler.

        Args:
            height: rows of the ruler.

        Returns:
            for each row that has one, the component class of its highlight.
        """
        if height not in self._marks:
            self._marks = {height: self._marks_in(height)}
        return self._marks[height]

    def _marks_in(self, height: int) -> dict[int, str]:
        marks: dict[int, str] = {}
        if self._rows is not None:
            count = max(len(self._rows), height)
            for name, spans in self._layers.items():
                if name != EVIDENCE:
                    rows = self._rows.starts.searchsorted(spans.starts, "right") - 1
                    places = rows * height // count
                    marks |= dict.fromkeys(places.tolist(), name)
        return marks

    def scroll_to_share(self, share: float) -> None:
        """Scroll so that this share (0 to 1) of the text is in the middle."""
        if self._rows is not None:
            self._scroll_to_row(int(share * len(self._rows)) - self.scrollable_size.height // 2)

    def on_resize(self) -> None:
        """Keep the target visible if it was, else keep the row at the top."""
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
        start, end, blank = rows.clip_row(row, left, width)
        edges = {start, end}
        for spans in self._layers.values():
            edges |= spans.edges_between(start, end)
        segments = [Segment(" " * blank, base)] if blank else []
        for here, there in pairwise(sorted(edges)):
            name = self._find_layer(here)
            style = base + self.get_component_rich_style(name) if name else base
            segments.append(Segment(rows.measured.draw(here, there), style))
        return Strip(segments).adjust_cell_length(width, base)

    def _find_layer(self, offset: int) -> str | None:
        """The topmost layer at an offset, if any."""
        name = None
        for layer, spans in self._layers.items():
            if spans.contains(offset):
                name = layer
        target = self._target
        return HERE if name == MATCH and target.start <= offset < target.end else name

    # Rows

    def _lay_out(self) -> None:
        """Wrap the text to the width of the view; a long text in the background."""
        text, width = self._text, self.scrollable_size.width
        if text is None or width == 0:
            return
        known = self._rows
        if not self._wraps:
            self._show_rows(text.split_lines())
        elif known is not None and known.wrapped and known.width == width:
            self._show_rows(known)
        elif len(text.text) <= _AT_ONCE:
            self._show_rows(text.wrap(width))
        else:
            self._wrap_in_background(text, width)

    @work(exclusive=True, group="wrap")
    async def _wrap_in_background(self, text: MeasuredText, width: int) -> None:
        rows = await in_background(lambda: text.wrap(width))
        if text is self._text and self._wraps and width == self.scrollable_size.width:
            self._show_rows(rows)

    def _show_rows(self, rows: Rows) -> None:
        """Show these rows. Scroll to the target if it was visible or is new, else stay."""
        before, self._rows = self._rows, rows
        self._marks.clear()
        top, height, self._height = self.scroll_offset.y, self._height, self.scrollable_size.height
        self.virtual_size = Size(rows.width, len(rows))
        if before is None or self._target_is_new or self._is_visible(before, top, height):
            self._target_is_new = False
            self._scroll_to_target(rows)
        else:
            self._scroll_to_row(rows.find_row(int(before.starts[min(top, len(before) - 1)])))
        self.refresh()
        self.post_message(self.Moved())

    def _is_visible(self, rows: Rows, top: int, height: int) -> bool:
        return top <= rows.find_row(self._target.start) < top + height

    def _scroll_to_target(self, rows: Rows) -> None:
        above = min(_LINES_ABOVE, self.scrollable_size.height // 4)
        self._scroll_to_row(rows.find_row(self._target.start) - above)
        if not self._wraps:
            column, width = rows.find_column(self._target.start), self.scrollable_size.width
            seen = self.scroll_offset.x <= column < self.scroll_offset.x + width - 1
            if not seen:
                x = 0 if column < width * 2 // 3 else column - width // 3
                self.scroll_to(x=x, animate=False, force=True)

    def _scroll_to_row(self, row: int) -> None:
        self.scroll_to(y=max(row, 0), animate=False, force=True)
