"""A document that is ready to be shown: its text as it reads and as it is, and its outline.

Drawing one may take for ever. So a long document is drawn in a process without rights: a limit on
time must hold for hostile documents, too. A thread would not do: nothing stops a regular
expression in a thread, and while it is matched no other thread runs.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial

from index import Passage, Properties, Span, UnreadableFile
from index.documents import NO_STRUCTURE, Structure
from index.loaders.sandbox import Budget, Limits, LoaderFailed, Sandbox, SandboxClosed, TookTooLong
from tui.common.presentation.wording import describe_properties, one_line
from tui.source.outline import Outline, build_outline
from tui.source.rendering.documents import render_document, render_plain
from tui.source.rendering.packing import check_rendering, pack_request, unpack_rendering
from tui.source.rendering.rendering import Rendering
from tui.source.span_set import SpanSet
from tui.source.wrapping import MeasuredText

# A text of more characters is rendered in another process, which can be stopped. Of a shorter one,
# even the square of its length is soon done; but for the colours of code.
_AT_ONCE = 4_000
_PROCESS = "tui.source.rendering.process"
# An honest document takes a fifth of that at most. Whoever waits reads it as it is meanwhile.
_LIMITS = Limits(
    seconds=10, seconds_a_megabyte=5, usual_seconds=10, usual_a_megabyte=5, memory=4 * 2**30
)
# Bytes of a rendering: for each character of the document, and beside them.
_BYTES_A_CHARACTER, _BESIDE = 256, 2**20

TOO_LONG = "Shown as plain text: drawing it took too long."
BROKEN = "Shown as plain text: it could not be drawn."
STOPPED = "Shown as plain text: drawing it was stopped."


class RenderingFailed(Exception):
    """There is no rendering; the message says it to a person."""


@dataclass(frozen=True, slots=True, eq=False)
class SourceDocument:
    """A document to show.

    Attributes:
        text: the canonical one, which all spans refer to.
        outline: its headings and pages.
        raw: the text as it is, measured.
        rendered: the text as a person would read it; None if that is the same, or not known.
        is_rendered: whether no more will be known.
        note: why it is not known, or its pages are not; "" if they are.
        read_passages: reads its passages, which the pages of the outline are made from; None once
            they are read. Of a long document that takes a while, so they come with `rendered`.
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
    read_passages: Callable[[], Sequence[Passage]] | None = None

    @property
    def described(self) -> str:
        """Its properties in one line, and how what is doubtful is drawn."""
        words = describe_properties(self.properties)
        return f"{words} (dim italics)" if self.properties.doubtful else words


def read_source_document(
    path: str,
    text: str,
    read_passages: Callable[[], Sequence[Passage]],
    properties: Properties | None = None,
    structure: Structure = NO_STRUCTURE,
) -> SourceDocument:
    """Make a document ready to be shown; `read_passages` returns all its passages in reading order.

    Call it in the background.
    """
    properties = properties or Properties()
    raw = MeasuredText.measure(_mark_doubtful(render_plain(text), properties))
    document = SourceDocument(
        path,
        text,
        build_outline(structure.headings, ()),
        raw,
        properties=properties,
        structure=structure,
        read_passages=read_passages,
    )
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
    It takes a while: call it in the background. `stop` ends it.
    """
    return _render(document, partial(render_apart, stop=stop))


def _render(document: SourceDocument, render: Callable[..., Rendering | None]) -> SourceDocument:
    document = _complete_outline(document)
    text = document.text
    note, rendered = "", None
    try:
        rendering = render(document.path, text, document.structure, document.outline.pages)
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
    return replace(document, rendered=rendered, is_rendered=True, note=note or document.note)


def _complete_outline(document: SourceDocument) -> SourceDocument:
    """The document with the pages of its passages in the outline, or with a note why not."""
    if document.read_passages is None:
        return document
    try:
        outline = build_outline(document.structure.headings, document.read_passages())
    except Exception as error:
        note = f"Its pages could not be read: {one_line(str(error))}"
        return replace(document, read_passages=None, note=note)
    return replace(document, outline=outline, read_passages=None)


def _mark_doubtful(rendering: Rendering, properties: Properties) -> Rendering:
    """The rendering with a style for what was hard to read."""
    if not properties.doubtful:
        return rendering
    spans = SpanSet.from_spans(Span(*each) for each in properties.doubtful)
    return replace(
        rendering, styles={**rendering.styles, "doubtful": rendering.offsets.map_spans(spans)}
    )


def start_renderer() -> None:
    """Start what processes are forked from, without waiting: the first document needs it."""

    def draw_nothing() -> None:
        # The first document says what is wrong.
        with suppress(RenderingFailed):
            render_apart("", "", Structure())

    threading.Thread(target=draw_nothing, daemon=True).start()


def render_apart(
    path: str,
    text: str,
    structure: Structure,
    pages: Sequence[tuple[int, int]] = (),
    stop: threading.Event | None = None,
) -> Rendering | None:
    """The rendering of a document; None if it is best read as it is.

    Args:
        path, text, structure, pages: as in `render_document`.
        stop: ends it as soon as it is set.

    Raises:
        RenderingFailed: it took too long, was stopped, or cannot be drawn.
    """

    def check_stop() -> None:
        if stop is not None and stop.is_set():
            raise RenderingFailed(STOPPED)

    try:
        request = pack_request(path, text, structure, pages)
        most = _BYTES_A_CHARACTER * len(text) + _BESIDE
        drawn = _open_sandbox().run(_PROCESS, "draw", request, most, check_stop)
        return unpack_rendering(drawn)
    except TookTooLong:
        raise RenderingFailed(TOO_LONG) from None
    except (UnreadableFile, LoaderFailed, SandboxClosed, UnicodeEncodeError):
        raise RenderingFailed(BROKEN) from None


@cache
def _open_sandbox() -> Sandbox:
    """The one of this app."""
    sandbox = Sandbox(Budget(_LIMITS))
    atexit.register(sandbox.close)
    return sandbox
