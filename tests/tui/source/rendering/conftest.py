"""What is drawn of a document, read from the strips of the source pane."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from textual.app import App, ComposeResult

from index import Content, Passage, Span
from index.loaders import UnreadableFile, find_loader
from index.text.plain_blocks import complete_blocks
from qa import visible
from tui.source.rendering.blocks import render_blocks
from tui.source.rendering.rendering import OffsetMap, Rendering
from tui.source.source_view import EVIDENCE, SPAN, SourceView
from tui.source.span_set import SpanSet
from tui.source.wrapping import MeasuredText


class ViewApp(App[None]):
    """The text alone."""

    def compose(self) -> ComposeResult:
        yield SourceView()

    @property
    def view(self) -> SourceView:
        return self.query_one(SourceView)

    def show(self, rendering: Rendering, span: Span | None = None, layer: str = SPAN) -> None:
        spans = {layer: SpanSet.from_spans([span])} if span else {}
        self.view.show_text(MeasuredText.measure(rendering), spans, span or Span(0, 0))


def plain(text: str) -> Rendering:
    """The document as it is."""
    return Rendering(text, OffsetMap.identity(len(text)))


def read_rows(view: SourceView) -> list[str]:
    """Every row, as it is drawn."""
    top = view.scroll_offset.y
    return [view.render_line(row - top).text.rstrip() for row in range(view.virtual_size.height)]


def wrap_rows(rendering: Rendering, width: int) -> list[str]:
    """Every row at a width, with what is drawn before its text; for what has no tables."""
    measured = MeasuredText.measure(rendering)
    rows = measured.wrap(width)
    drawn = []
    for row in range(len(rows)):
        line = rows.find_line(row)
        form = measured.find_format(line)
        before = form.first if row == rows.line_rows[line] else form.rest
        drawn.append((before + measured.draw(*rows.row_bounds(row))).rstrip())
    return drawn


def read_highlighted(view: SourceView, layer: str = SPAN) -> str:
    """All characters that are drawn as part of a layer, but for white space."""
    own = view.get_component_rich_style(layer)
    top = view.scroll_offset.y
    return "".join(
        segment.text
        for row in range(view.virtual_size.height)
        for segment in view.render_line(row - top)
        if segment.style
        and (segment.style.reverse, segment.style.bgcolor) == (own.reverse, own.bgcolor)
        and bool(segment.style.underline) >= (layer == EVIDENCE)
    ).replace(" ", "")


def list_pieces(offsets: OffsetMap) -> list[tuple[int, int, int, int]]:
    """Start and end of each piece, in the document and as drawn."""
    columns = offsets.starts, offsets.ends, offsets.drawn_starts, offsets.drawn_ends
    return list(zip(*(column.tolist() for column in columns), strict=True))


def expect_drawn(rendering: Rendering, span: Span) -> str:
    """What of a span is drawn, found character by character."""
    drawn = []
    for start, end, drawn_start, drawn_end in list_pieces(rendering.offsets):
        words = rendering.text[drawn_start:drawn_end]
        if end - start == len(words):
            here = range(span.start, span.end)
            drawn += [words[at - start] for at in range(start, end) if at in here]
        elif len(span) and start < span.end and span.start < end:
            drawn.append(words)
    return "".join(drawn)


def check_pieces(text: str, rendering: Rendering, replaced: str) -> None:
    """Every piece that is drawn is that of the document, or one of the characters given."""
    before = (0, 0)
    for start, end, drawn_start, drawn_end in list_pieces(rendering.offsets):
        assert before[0] <= start < end <= len(text)
        assert before[1] <= drawn_start < drawn_end <= len(rendering.text)
        before = end, drawn_end
        words = rendering.text[drawn_start:drawn_end]
        if end - start == len(words):
            pairs = zip(words, text[start:end], strict=True)
            words = "".join(drawn for drawn, written in pairs if drawn != written)
        assert set(words) <= set(replaced), (words, text[start:end])


def passage(text: str, words: str, *headings: str, columns=(), page=None) -> Passage:
    start = text.index(words)
    return Passage(1, Span(start, start + len(words)), words, headings, tuple(columns), page)


def safe(text: str) -> str:
    return "".join(visible(text).split())


def without_space(rows: Sequence[str]) -> str:
    return "".join("".join(rows).split())


def read(text: str | bytes, suffix: str) -> Content:
    """What a loader reads from a file of a format."""
    module, _ = find_loader(suffix)
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return complete_blocks(import_module(module).load(data))


def draw(text: str | bytes, suffix: str) -> Rendering | None:
    """What is drawn of a file of a format; None if it cannot be read."""
    try:
        content = read(text, suffix)
    except UnreadableFile:
        return None
    return render_blocks(content.text, content.structure)
