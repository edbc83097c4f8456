"""What is drawn of a document, with highlights. Only the visible rows are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from index import Span
from tui.common.screens.background import in_background
from tui.source.span_set import NO_SPANS, SpanSet

if TYPE_CHECKING:
    # It loads NumPy, which comes with the first text: the screen is drawn before that.
    from tui.source.wrapping import MeasuredText, Part, WrappedRows

# Rows kept above a span that is scrolled to, if there is room: they show its context.
_LINES_ABOVE = 3
# A text of up to this many characters is wrapped at once, in some milliseconds, whatever is in it;
# a longer one in the background.
_AT_ONCE = 50_000
# Component classes of the highlights; where two overlap, the later one is drawn.
PASSAGE, EVIDENCE, OTHER, SENTENCES, SPAN, MATCH = (
    "source--passage",
    "source--evidence",
    "source--other",
    "source--sentences",
    "source--span",
    "source--match",
)
HERE = "source--here"
# Of quotations in a text that is checked, by what they are.
VERBATIM, ALTERED, NOT_FOUND = "source--verbatim", "source--altered", "source--not-found"
_LAYERS = (PASSAGE, EVIDENCE, OTHER, SENTENCES, SPAN, VERBATIM, ALTERED, NOT_FOUND)
# Component classes of what the format of a document asks for, by the names of its styles.
_TEXT_STYLES = (
    "heading-1 heading-2 heading-3 strong emphasis struck code link quote header border gutter "
    "rule block label marker term page keyword name type string number comment doubtful"
).split()
_PREFIX = "text--"


@dataclass(frozen=True, slots=True)
class Viewport:
    """The visible part.

    Attributes:
        first, last: its rows, of `rows` in all.
        start, end: its offsets in the document.
        here: the offset that one reads at: of the row to which a span is scrolled.
    """

    first: int
    last: int
    rows: int
    start: int
    end: int
    here: int


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
        &.-unwrapped, &.-sideways { overflow-x: auto; }
        /* Each has its own text style: colour alone would not do. */
        & > .text--heading-1, & > .text--heading-2, & > .text--header, & > .text--keyword {
            color: $primary;
            text-style: bold;
        }
        & > .text--heading-3 { color: $primary; text-style: bold italic; }
        & > .text--strong { text-style: bold; }
        & > .text--emphasis { text-style: italic; }
        & > .text--struck { text-style: strike; }
        & > .text--code { color: $text-accent; }
        & > .text--link, & > .text--name { color: $primary; }
        & > .text--quote { color: $text-muted; }
        & > .text--gutter { color: $foreground 40%; }
        & > .text--border, & > .text--rule { color: $foreground 25%; }
        & > .text--block { background: $background; }
        & > .text--marker { color: $secondary; }
        & > .text--term { color: $foreground; text-style: bold; }
        & > .text--page { color: $text-disabled; }
        & > .text--label { color: $text-muted; text-style: italic; }
        & > .text--type { color: $secondary; }
        & > .text--string { color: $success; }
        & > .text--number { color: $warning; }
        & > .text--comment { color: $text-disabled; text-style: italic; }
        & > .text--doubtful { text-style: dim italic; }
        /* Each has its own text style: colour alone would not do. */
        & > .source--passage { background: $foreground 5%; }
        & > .source--evidence { background: $accent 14%; text-style: underline; }
        & > .source--other { background: $foreground 12%; text-style: italic; }
        & > .source--sentences { background: $accent 28%; text-style: bold; }
        & > .source--span { color: $accent; background: $surface; text-style: bold reverse; }
        & > .source--verbatim { background: $success 25%; }
        & > .source--altered { background: $warning 30%; text-style: underline; }
        & > .source--not-found { background: $error 30%; text-style: italic; }
        & > .source--match { background: $primary 35%; text-style: bold; }
        & > .source--here { color: $primary; background: $surface; text-style: reverse; }
        &:light > .source--evidence { background: $accent 20%; }
        &:light > .source--sentences { background: $accent 45%; }
        &:light > .source--span { background: $foreground; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *_LAYERS,
        MATCH,
        HERE,
        *(_PREFIX + name for name in _TEXT_STYLES),
    }
    ALLOW_SELECT = False

    class Moved(Message):
        """Other rows are visible, or other spans highlighted."""

    def __init__(self) -> None:
        super().__init__()
        self._text: MeasuredText | None = None
        self._rows: WrappedRows | None = None
        # What is highlighted: in the document, and where that is drawn.
        self._spans: dict[str, SpanSet] = {}
        self._layers: dict[str, SpanSet] = {}
        self._styles: dict[tuple[str, ...], Style] = {}
        self._marks: dict[int, dict[int, str]] = {}
        self._target = Span(0, 0)
        self._target_is_new = False
        self._wraps = True
        self._height = 0

    def show_text(self, text: MeasuredText, layers: Mapping[str, SpanSet], target: Span) -> None:
        """Show a text with the spans of each layer highlighted, and scroll to the target."""
        self._spans = {name: layers.get(name, NO_SPANS) for name in _LAYERS}
        self._target, self._target_is_new = target, True
        self._set_text(text)

    def redraw_as(self, text: MeasuredText) -> None:
        """Show the same document drawn in another way, at the same place."""
        rows, viewport = self._rows, self.viewport
        if rows is not None and viewport is not None:
            top, height = self.scroll_offset.y, self.scrollable_size.height
            if not self._is_visible(rows, top, height):
                self._target = Span(viewport.start, viewport.start)
        self._target_is_new = True
        self._set_text(text)

    def _set_text(self, text: MeasuredText) -> None:
        if text is not self._text:
            self._text, self._rows = text, None
        offsets = text.rendering.offsets
        self._layers = {name: offsets.map_spans(spans) for name, spans in self._spans.items()}
        self._marks.clear()
        self._lay_out()
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._text = self._rows = None
        self._spans, self._layers = {}, {}
        self.virtual_size = Size(0, 0)
        self.refresh()

    def highlight_matches(self, matches: SpanSet) -> None:
        """Highlight the matches of a search."""
        self._spans[MATCH] = matches
        if self._text is not None:
            self._layers[MATCH] = self._text.rendering.offsets.map_spans(matches)
        self._marks.clear()
        self.refresh()
        self.post_message(self.Moved())

    def scroll_to_span(self, target: Span) -> None:
        """Make a span the target, and scroll to it."""
        self._target, self._target_is_new = target, True
        if self._rows is not None:
            self._show_rows(self._rows)

    def toggle_wrap(self) -> None:
        """Wrap long lines; if they are already, have the view scroll sideways."""
        self._wraps = not self._wraps
        self.set_class(not self._wraps, "-unwrapped")
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
        here = min(first + self._count_rows_above(), last)
        if last == len(rows) - 1:
            # What is near the end cannot be scrolled up to where one reads.
            here = max(here, min(self._find_row(rows, self._target.start), last))
        return Viewport(
            first,
            last,
            len(rows),
            rows.find_start(first),
            rows.measured.rendering.offsets.to_document(rows.row_bounds(last)[1]),
            rows.find_start(here),
        )

    def compute_marks(self, height: int) -> dict[int, str]:
        """For each row of a ruler that has one, the component class of its highlight."""
        if height not in self._marks:
            marks: dict[int, str] = {}
            for name, spans in self._layers.items():
                if self._rows is not None and name != EVIDENCE:
                    rows = self._rows.starts.searchsorted(spans.starts, "right") - 1
                    places = rows * height // max(len(self._rows), height)
                    marks |= dict.fromkeys(places.tolist(), name)
            self._marks = {height: marks}
        return self._marks[height]

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

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def render_line(self, y: int) -> Strip:
        left, top = self.scroll_offset
        rows, width = self._rows, self.scrollable_size.width
        row = top + y
        if rows is None or row >= len(rows):
            return Strip.blank(width, self.rich_style)
        header = rows.header_rows(top)
        if 0 <= y < len(header) <= self._count_rows_above():
            row = header[y]
        line = rows.find_line(row)
        form = rows.measured.find_format(line)
        before = form.first if row == rows.line_rows[line] else form.rest
        names = (form.style,) if form.style else ()
        segments = [Segment(before, self._style(*names, "gutter"))] if before else []
        room = width - cell_len(before)
        is_table = rows.find_table(line) is not None
        # Where lines are wrapped only a wide table moves sideways.
        still = rows.wrapped and not is_table
        parts = rows.table_row(row) if is_table else rows.text_row(row, 0 if still else left, room)
        drawn = [segment for part in parts for segment in self._draw_part(part, names)]
        segments += Strip(drawn).crop(left, left + max(room, 0)) if is_table else drawn
        base = self._style(*(names if form.fill else ()))
        if form.fill.strip():
            room = max(0, width - sum(segment.cell_length for segment in segments))
            segments.append(Segment(form.fill * room, self._style(*names, "rule")))
        return Strip(segments).adjust_cell_length(width, base)

    def _draw_part(self, part: Part, names: tuple[str, ...]) -> Iterator[Segment]:
        """A part of a row; `names` are the styles of the whole row."""
        if part.style:
            names = (*names, part.style)
        if part.drawn:
            yield Segment(part.drawn, self._style(*names))
        if part.start == part.end or self._text is None:
            return
        start, end = part.start, part.end
        styles = self._text.rendering.styles
        edges = {start, end}
        for spans in (*styles.values(), *self._layers.values()):
            edges |= spans.edges_between(start, end)
        for here, there in pairwise(sorted(edges)):
            inner = [name for name, spans in styles.items() if spans.contains(here)]
            style = self._style(*names, *inner, layer=self._find_layer(here))
            yield Segment(self._text.draw(here, there), style)

    def _style(self, *names: str, layer: str = "") -> Style:
        """The style of text with these styles, highlighted as part of a layer."""
        if (*names, layer) not in self._styles:
            style = self.rich_style
            for name in (*(_PREFIX + name for name in names), *filter(None, [layer])):
                # Only what a class says itself is taken, but with colours mixed with those below.
                own = self.get_component_rich_style(name, partial=True)
                whole = self.get_component_rich_style(name)
                style += own + Style(
                    color=whole.color if own.color else None,
                    bgcolor=whole.bgcolor if own.bgcolor else None,
                )
            self._styles[(*names, layer)] = style
        return self._styles[(*names, layer)]

    def _find_layer(self, offset: int) -> str:
        """The topmost layer at an offset as drawn; "" if there is none."""
        layers = reversed(self._layers.items())
        name = next((layer for layer, spans in layers if spans.contains(offset)), "")
        if name != MATCH or self._text is None:
            return name
        offset = self._text.rendering.offsets.to_document(offset)
        return HERE if self._target.start <= offset < self._target.end else name

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

    def _show_rows(self, rows: WrappedRows) -> None:
        """Show these rows. Scroll to the target if it was visible or is new, else stay."""
        before, self._rows = self._rows, rows
        self._marks.clear()
        top, height, self._height = self.scroll_offset.y, self._height, self.scrollable_size.height
        self.virtual_size = Size(rows.width, len(rows))
        self.set_class(rows.width > self.scrollable_size.width, "-sideways")
        if before is None or self._target_is_new or self._is_visible(before, top, height):
            self._target_is_new = False
            self._scroll_to_target(rows)
        else:
            at = before.find_start(min(top, len(before) - 1))
            self._scroll_to_row(self._find_row(rows, at))
        self.refresh()
        self.post_message(self.Moved())

    def watch_show_vertical_scrollbar(self) -> None:
        # A bar that appears after its view was scrolled would stand at the top.
        self.vertical_scrollbar.position = self.scroll_y

    def _count_rows_above(self) -> int:
        """Rows kept above the target; the header of a table stays there if it fits."""
        return min(_LINES_ABOVE, self.scrollable_size.height // 4)

    def _find_row(self, rows: WrappedRows, offset: int) -> int:
        """The row in which a character of the document is drawn."""
        return rows.find_row(rows.measured.rendering.offsets.to_drawn(offset))

    def _is_visible(self, rows: WrappedRows, top: int, height: int) -> bool:
        return top <= self._find_row(rows, self._target.start) < top + height

    def _scroll_to_target(self, rows: WrappedRows) -> None:
        self._scroll_to_row(self._find_row(rows, self._target.start) - self._count_rows_above())
        drawn = rows.measured.rendering.offsets.to_drawn(self._target.start)
        width = self.scrollable_size.width
        if rows.width > width:
            column = rows.find_column(drawn)
            seen = self.scroll_offset.x <= column < self.scroll_offset.x + width - 1
            if not seen:
                x = 0 if column < width * 2 // 3 else column - width // 3
                self.scroll_to(x=x, animate=False, force=True)

    def _scroll_to_row(self, row: int) -> None:
        self.scroll_to(y=max(row, 0), animate=False, force=True)
