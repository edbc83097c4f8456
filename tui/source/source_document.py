"""A document that is ready to be shown: its text as it reads and as it is, and its outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from index import Passage, Properties
from tui.source.outline import Outline, build_outline
from tui.source.rendering.formats import render_document
from tui.source.rendering.rendering import Rendering
from tui.source.wrapping import MeasuredText

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
        properties: what the document says of itself.
    """

    path: str
    text: str
    passages: Sequence[Passage]
    outline: Outline
    raw: MeasuredText
    rendered: MeasuredText | None = None
    is_rendered: bool = False
    properties: Properties = field(default_factory=Properties)


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
    raw = MeasuredText.measure(Rendering.plain(text))
    outline = build_outline(text, passages)
    document = SourceDocument(
        path, text, passages, outline, raw, properties=properties or Properties()
    )
    return render_source_document(document) if len(text) <= _AT_ONCE else document


def render_source_document(document: SourceDocument) -> SourceDocument:
    """The document as a person would read it; takes seconds where it is long."""
    rendering = render_document(document.path, document.text, document.passages)
    rendered = MeasuredText.measure(rendering) if rendering else None
    return replace(document, rendered=rendered, is_rendered=True)
