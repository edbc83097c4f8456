"""The source: a whole document, scrolled to what is quoted from it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import ClassVar

from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from index import Span
from tui.choices import STALE
from tui.printing import shortened
from tui.quotation import Quotation, one_line
from tui.wrapping import MeasuredText, Rows

# Lines kept above a span that is scrolled to, where there is room: they show what led there.
_LINES_ABOVE = 3


class SourceView(ScrollView, can_focus=True):
    """The text, of which only the rows in sight are drawn."""

    DEFAULT_CSS = """
    SourceView {
        padding: 0 1 0 2;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        /* Seen without colour too: one is underlined, the other reversed. */
        & > .source--context { background: $accent 14%; text-style: underline; }
        & > .source--span { color: $accent; background: $surface; text-style: bold reverse; }
        &:light > .source--context { background: $accent 20%; }
        &:light > .source--span { background: $foreground; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"source--context", "source--span"}
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "step(1)", "Next part of the answer", show=False),
        Binding("N", "step(-1)", "Part before", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._text: MeasuredText | None = None
        self._rows: Rows | None = None
        self._spans: tuple[Span, ...] = ()
        self._around = Span(0, 0)
        self._step = 0
        self._height = 0

    def show(self, text: MeasuredText, spans: tuple[Span, ...], context: Span) -> None:
        """Show a document, scrolled to the first of the spans, or to the context if there is none.

        Args:
            spans: ascending, and apart from each other.
        """
        if text is not self._text:
            self._text, self._rows = text, None
        self._spans, self._around, self._step = spans, context, 0
        self._wrap()
        self._reveal()
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._text = self._rows = None
        self.virtual_size = Size(0, 0)
        self.refresh()

    def action_step(self, by: int) -> None:
        """Scroll to the next or the previous span."""
        if self._spans:
            self._step = (self._step + by) % len(self._spans)
            self._reveal()

    def on_resize(self) -> None:
        """Keep the span in sight if it was, else what was at the top."""
        before, height = self._rows, self._height
        self._height = self.size.height
        top = self.scroll_offset.y
        self._wrap()
        if before is None or top <= before.at(self._target().start) < top + height:
            self._reveal()
        elif self._rows is not None:
            self._scroll_to_row(self._rows.at(int(before.starts[min(top, len(before) - 1)])))

    def render_line(self, y: int) -> Strip:
        row = self.scroll_offset.y + y
        base = self.rich_style
        if self._rows is None or row >= len(self._rows):
            return Strip.blank(self.size.width, base)
        start, end = self._rows.bounds(row)
        styles = (
            base,
            self.get_component_rich_style("source--context"),
            self.get_component_rich_style("source--span"),
        )
        drawn = self._rows.measured.drawn
        cuts = [start, *self._edges(start, end), end]
        segments = [
            Segment(drawn(here, there), base + styles[self._depth(here)])
            for here, there in pairwise(cuts)
            if here < there
        ]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _edges(self, start: int, end: int) -> list[int]:
        """Where, within a row, a highlight starts or ends."""
        inside = self._spans_between(start, end)
        edges = {edge for span in (self._around, *inside) for edge in (span.start, span.end)}
        return sorted(edge for edge in edges if start < edge < end)

    def _depth(self, offset: int) -> int:
        """2 within a span, 1 within the context, 0 elsewhere."""
        if self._spans_between(offset, offset + 1):
            return 2
        return int(self._around.start <= offset < self._around.end)

    def _spans_between(self, start: int, end: int) -> tuple[Span, ...]:
        first = bisect_right(self._spans, start, key=lambda span: span.end)
        past = bisect_right(self._spans, end - 1, key=lambda span: span.start)
        return self._spans[first:past]

    def _wrap(self) -> None:
        """Wrap the text to the width there is; not before there is one."""
        width = self.size.width
        if self._text is None or width == 0:
            return
        if self._rows is None or self.virtual_size.width != width:
            self._rows = self._text.wrapped(width)
            self.virtual_size = Size(width, len(self._rows))

    def _target(self) -> Span:
        return self._spans[self._step] if self._spans else self._around

    def _reveal(self) -> None:
        if self._rows is not None:
            above = min(_LINES_ABOVE, self.size.height // 4)
            self._scroll_to_row(self._rows.at(self._target().start) - above)

    def _scroll_to_row(self, row: int) -> None:
        self.scroll_to(y=max(row, 0), animate=False, force=True)


class SourcePane(Vertical):
    """The document's name above its text."""

    DEFAULT_CSS = """
    SourcePane {
        background: $surface;
        &:focus-within { background-tint: $foreground 3%; }
        & > .source-title {
            height: auto;
            padding: 1 2 1 2;
        }
        & > .source-empty { padding: 1 2; color: $text-disabled; }
        & > SourceView, & > .source-title { display: none; }
        &.-showing > SourceView, &.-showing > .source-title { display: block; }
        &.-showing > .source-empty { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._text: MeasuredText | None = None
        self._title = Static(classes="source-title")
        self._view = SourceView()

    def compose(self) -> ComposeResult:
        yield Static("The source of an answer is shown here.", classes="source-empty")
        yield self._title
        yield self._view

    @property
    def text(self) -> MeasuredText | None:
        """The text that is shown."""
        return self._text

    def show(self, quotation: Quotation, text: MeasuredText) -> None:
        """Show what is quoted in its document, whose text this is."""
        self._text = text
        fits = quotation.fits(text.text)
        self._say(quotation, fits)
        self.add_class("-showing")
        spans, context = (quotation.spans, quotation.context) if fits else ((), Span(0, 0))
        self._view.show(text, spans, context)

    def clear(self) -> None:
        """Show nothing."""
        self._text = None
        self.remove_class("-showing")
        self._view.clear()

    def _say(self, quotation: Quotation, fits: bool) -> None:
        note = STALE if quotation.stale else ""
        if not fits:
            note = "indexed anew since this was found; ask again"
        self._title.update(
            Content.assemble(
                (one_line(shortened(quotation.document.path)), "bold $text-primary"),
                (quotation.within, "$secondary"),
                (f"\n{note}" if note else "", "$text-warning"),
            )
        )
