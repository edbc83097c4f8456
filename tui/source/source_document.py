"""A document that is ready to be shown: its text as it reads and as it is, and its outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from index import Passage, Properties, Span
from tui.common.presentation.property_line import describe_properties
from tui.source.drawing.wrapping import MeasuredText
from tui.source.outline.outline import Outline, build_outline
from tui.source.rendering.formats import render_document
from tui.source.rendering.plain import render_plain
from tui.source.rendering.rendering import Rendering
from tui.source.span_set import SpanSet

# A text of more characters is shown as it is until it has been rendered, some seconds later.
_AT_ONCE = 300_000


@dataclass(frozen=True, slots=True, eq=False)
class SourceDocument:
    """A document to show.

    Attributes:
        path: absolute path of the file.
        text: its canonical text, which all spans refer to.
        passages: all its passages, in reading order.
        outline: its headings and pages.
        raw: the text as it is, measured.
        rendered: the text as a person would read it; None where that is the same, or not known yet.
        is_rendered: whether that is known.
        properties: what the document says of itself, and what of it is doubtful.
    """

    path: str
    text: str
    passages: Sequence[Passage]
    outline: Outline
    raw: MeasuredText
    rendered: MeasuredText | None = None
    is_rendered: bool = False
    properties: Properties = field(default_factory=Properties)

    @property
    def described(self) -> str:
        """Its properties in one line, and how what is doubtful is drawn."""
        words = describe_properties(self.properties)
        return f"{words} (dim italics)" if self.properties.doubtful else words


def read_source_document(
    path: str, text: str, passages: Sequence[Passage], properties: Properties | None = None
) -> SourceDocument:
    """Make a document ready to be shown; call it in the background.

    Args:
        path: of the document.
        text: its canonical text.
        passages: all its passages, in reading order.
        properties: what it says of itself.
    """
    properties = properties or Properties()
    raw = MeasuredText.measure(_mark_doubtful(render_plain(text), properties))
    outline = build_outline(text, passages)
    document = SourceDocument(path, text, passages, outline, raw, properties=properties)
    return render_source_document(document) if len(text) <= _AT_ONCE else document


def render_source_document(document: SourceDocument) -> SourceDocument:
    """The document as a person would read it; takes seconds where it is long."""
    rendering = render_document(document.path, document.text, document.passages)
    rendered = None
    if rendering is not None:
        rendered = MeasuredText.measure(_mark_doubtful(rendering, document.properties))
    return replace(document, rendered=rendered, is_rendered=True)


def _mark_doubtful(rendering: Rendering, properties: Properties) -> Rendering:
    """The rendering with a style for what was hard to read."""
    if not properties.doubtful:
        return rendering
    spans = SpanSet.from_spans(Span(*each) for each in properties.doubtful)
    return replace(
        rendering, styles={**rendering.styles, "doubtful": rendering.offsets.map_spans(spans)}
    )
