"""A document that is ready to be shown: its text as it reads and as it is, and its outline."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from index import Passage, Properties, Span
from index.documents import NO_STRUCTURE, Structure
from tui.common.presentation.wording import describe_properties
from tui.source.drawing.wrapping import MeasuredText
from tui.source.outline import Outline, build_outline
from tui.source.renderer import BROKEN, RenderingFailed, render_apart
from tui.source.rendering.documents import render_document, render_plain
from tui.source.rendering.packing import check_rendering
from tui.source.rendering.rendering import Rendering
from tui.source.span_set import SpanSet

# A text of more characters is rendered in another process, which can be stopped. Of a shorter one,
# even the square of its length is soon done; but for the colours of code.
_AT_ONCE = 4_000


@dataclass(frozen=True, slots=True, eq=False)
class SourceDocument:
    """A document to show.

    Attributes:
        text: the canonical one, which all spans refer to.
        outline: its headings and pages.
        raw: the text as it is, measured.
        rendered: the text as a person would read it; None if that is the same, or not known.
        is_rendered: whether no more will be known.
        note: why it is not known; "" if it is.
    """

    path: str
    text: str
    outline: Outline
    raw: MeasuredText
    rendered: MeasuredText | None = None
    is_rendered: bool = False
    note: str = ""
    properties: Properties = field(default_factory=Properties)
    structure: Structure = NO_STRUCTURE

    @property
    def described(self) -> str:
        """Its properties in one line, and how what is doubtful is drawn."""
        words = describe_properties(self.properties)
        return f"{words} (dim italics)" if self.properties.doubtful else words


def read_source_document(
    path: str,
    text: str,
    passages: Sequence[Passage],
    properties: Properties | None = None,
    structure: Structure = NO_STRUCTURE,
) -> SourceDocument:
    """Make a document ready to be shown; call it in the background.

    Args:
        passages: all of them, in reading order.
    """
    properties = properties or Properties()
    raw = MeasuredText.measure(_mark_doubtful(render_plain(text), properties))
    outline = build_outline(structure.headings, passages)
    document = SourceDocument(path, text, outline, raw, properties=properties, structure=structure)
    if len(text) > _AT_ONCE:
        return document
    drawn = _render(document, render_document)
    has_code = drawn.rendered is not None and bool(drawn.rendered.rendering.code)
    return replace(drawn, is_rendered=not has_code)


def render_source_document(
    document: SourceDocument, stop: threading.Event | None = None
) -> SourceDocument:
    """The document as a person would read it, or with a note why it is shown as it is.

    What was drawn before, without the colours of its code, stays if these cannot be found.
    It takes a while: call it in the background.

    Args:
        stop: ends it as soon as it is set.
    """
    return _render(document, partial(render_apart, stop=stop))


def _render(document: SourceDocument, render: Callable[..., Rendering | None]) -> SourceDocument:
    text, outline = document.text, document.outline
    pages = list(zip(outline.page_starts, outline.pages, strict=True))
    note, rendered = "", None
    try:
        rendering = render(document.path, text, document.structure, pages)
        if rendering is not None:
            check_rendering(rendering, len(text))
            rendered = MeasuredText.measure(_mark_doubtful(rendering, document.properties))
    except RenderingFailed as failure:
        note = str(failure)
    except Exception:
        # Whatever is wrong with drawing it, a document can be read.
        note = BROKEN
    if note and document.rendered is not None:
        # It is drawn already, but for the colours of its code.
        return replace(document, is_rendered=True)
    return replace(document, rendered=rendered, is_rendered=True, note=note)


def _mark_doubtful(rendering: Rendering, properties: Properties) -> Rendering:
    """The rendering with a style for what was hard to read."""
    if not properties.doubtful:
        return rendering
    spans = SpanSet.from_spans(Span(*each) for each in properties.doubtful)
    return replace(
        rendering, styles={**rendering.styles, "doubtful": rendering.offsets.map_spans(spans)}
    )
