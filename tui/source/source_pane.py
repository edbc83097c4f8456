"""The source pane: a document with a quoted place highlighted; keys move and search in it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.actions import parse
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from index import QuotebackError, Span
from qa import visible
from tui.common.presentation.wording import one_line
from tui.common.screens.background import in_background
from tui.common.screens.copying import copy_text
from tui.source.outline import Outline, OutlineScreen
from tui.source.pane_parts import EmptySource, FindBar, OverviewRuler, SourceTitle
from tui.source.places import STALE, Position, QuotedPlace, format_citation, format_quoted_words
from tui.source.programs import open_in_editor, open_original
from tui.source.source_view import EVIDENCE, OTHER, PASSAGE, SENTENCES, SPAN, SourceView
from tui.source.span_set import NO_SPANS, SpanSet

if TYPE_CHECKING:
    # It loads NumPy, which comes with the first text: the screen is drawn before that.
    from tui.source.source_document import SourceDocument
    from tui.source.wrapping import MeasuredText

# Characters from which on what is quoted is whole sentences, which stand out less than words do.
_SENTENCE = 100
# Actions that need a document.
_KEYS_IN_DOCUMENT = frozenset(
    {"find", "step", "contents", "raw", "wrap", "edit", "original", "copy"}
)
# A document is shown when it has been drawn, or after so many seconds; one of more characters takes
# longer than that anyway.
_SOON_SECONDS, _MOST_SOON = 0.25, 300_000
# Rows. A lower pane shows only the text and the name of the document.
_LOW = 9


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A document that is being drawn in the background, until it is stopped."""

    document: SourceDocument
    stop: threading.Event
    task: asyncio.Task[SourceDocument]


class SourcePane(Vertical):
    """The name of the document, its text, and a line with the current place in it."""

    DEFAULT_CSS = """
    SourcePane {
        background: $surface;
        &:focus-within { background-tint: $foreground 3%; }
        & > .source-place { height: 1; padding: 0 2; color: $text-muted; text-wrap: nowrap; }
        & > Horizontal { height: 1fr; }
        & > Horizontal, & > .source-place { display: none; }
        &.-showing > Horizontal { display: block; }
        &.-showing > .source-place { display: block; }
        &.-showing > EmptySource { display: none; }
        &.-low > SourceTitle {
            height: 1;
            padding: 0 2;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        &.-low > .source-place { display: none; }
        &.-low.-not-found > .source-place { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "Find", key_display="/", id="find"),
        Binding("n", "step(1)", "Next match or part of the answer", show=False, id="next-match"),
        Binding("N", "step(-1)", "Match or part before", show=False, id="match-before"),
        Binding("o", "contents", "Outline", id="contents"),
        Binding("r", "raw", "Raw", tooltip="Raw text, or as it reads", id="raw"),
        Binding("w", "wrap", "Wrap lines or not", show=False, id="wrap"),
        Binding("e", "edit", "Editor", tooltip="Open in the editor", id="open-in-editor"),
        Binding("v", "original", "Original", tooltip="Original, in the viewer", id="original"),
        Binding("y", "copy('answer')", "Copy", tooltip="Copy the answer", id="copy-answer"),
        Binding("Y", "copy('sentence')", "Copy its sentence", show=False, id="copy-sentence"),
        Binding("c", "copy('citation')", "Copy where it stands", show=False, id="copy-citation"),
        Binding("escape", "leave_find", "End the search", show=False),
    ]

    @dataclass
    class Scrolled(Message):
        """Another part of the document is in sight; one reads at this offset."""

        offset: int

    def __init__(self) -> None:
        super().__init__()
        self._document: SourceDocument | None = None
        self._place: QuotedPlace | None = None
        self._drawing: _Drawing | None = None
        self._is_raw = False
        self._spans = self._matches = NO_SPANS
        self._step = 0
        self._title = SourceTitle(self)
        self._view = SourceView()
        self._ruler = OverviewRuler()
        self._place_line = Static(classes="source-place")
        self._find = FindBar()

    def compose(self) -> ComposeResult:
        yield EmptySource()
        yield self._title
        with Horizontal():
            yield from (self._view, self._ruler)
        yield from (self._place_line, self._find)

    @property
    def document(self) -> SourceDocument | None:
        """The document that is shown, if any."""
        return self._document

    @property
    def outline(self) -> Outline:
        """The headings and pages of the document."""
        return self._document.outline if self._document else Outline()

    @property
    def position(self) -> Position | None:
        """Where one reads: the document, and the offset of its first visible row."""
        viewport = self._view.viewport
        if self._document is None:
            return None
        return Position(self._document.path, viewport.start if viewport else 0)

    def show_place(
        self, place: QuotedPlace, document: SourceDocument, offset: int | None = None
    ) -> None:
        """Show a quoted place in its document, at an offset if one is given."""
        self._place = place
        self._spans, note = NO_SPANS, "indexed anew since this was found; ask again"
        layers: dict[str, SpanSet] = {}
        target = Span(0, 0)
        if place.matches_text(document.text):
            self._spans, note = SpanSet.from_spans(place.spans), STALE if place.stale else ""
            is_long = max(map(len, place.spans), default=0) >= _SENTENCE
            layers = {
                PASSAGE: SpanSet.from_spans(place.passages),
                EVIDENCE: SpanSet.from_spans(place.evidence),
                OTHER: SpanSet.from_spans(place.others),
                SENTENCES if is_long else SPAN: self._spans,
            }
            start = min(place.evidence, default=place.context)
            target = self._spans[0] if len(self._spans) else start
            target = target if offset is None else Span(offset, offset)
        self._show(document, layers, target)
        locations = place.location, place.short_location
        notes = note, document.note
        self._title.show(place.document.path, locations, notes, document.described)

    def show_document(self, document: SourceDocument, offset: int = 0) -> None:
        """Show a document at an offset, with nothing quoted from it."""
        self._place, self._spans = None, NO_SPANS
        self._show(document, {}, Span(offset, offset))
        self._title.show(document.path, notes=(document.note,), described=document.described)

    def _show(self, document: SourceDocument, layers: Mapping[str, SpanSet], target: Span) -> None:
        if document is not self._document:
            self._close_find()
        self._document, self._step = document, 0
        self.add_class("-showing")
        self._view.show_text(self._choose_text(document), layers, target)
        if not document.is_rendered:
            self._finish_drawing(document)
        elif self._drawing is not None:
            self.stop_drawing()
        if len(self._matches):
            self._view.highlight_matches(self._matches)
        self.refresh_bindings()

    async def draw_soon(self, document: SourceDocument) -> SourceDocument:
        """The document as a person would read it; as it is, where that takes longer than a moment.

        It is drawn on then, and shown when it is done, if it is still shown itself.
        """
        if document.is_rendered or len(document.text) > _MOST_SOON:
            return document
        drawing = self._begin_drawing(document)
        try:
            await asyncio.wait([drawing.task], timeout=_SOON_SECONDS)
        except asyncio.CancelledError:
            self.stop_drawing()
            raise
        return drawing.task.result() if drawing.task.done() else document

    def stop_drawing(self) -> bool:
        """Stop drawing a document in the background; returns whether one was being drawn.

        What only lacks the colours of its code does not count.
        """
        drawing, self._drawing = self._drawing, None
        if drawing is None or drawing.task.done():
            return False
        drawing.stop.set()
        return drawing.document.rendered is None

    def _begin_drawing(self, document: SourceDocument) -> _Drawing:
        """Draw a document in the background, and no other any more."""
        from tui.source.source_document import render_source_document

        if self._drawing is None or self._drawing.document is not document:
            self.stop_drawing()
            stop = threading.Event()
            work = in_background(lambda: render_source_document(document, stop))
            self._drawing = _Drawing(document, stop, asyncio.create_task(work))
        return self._drawing

    @work(exclusive=True, group="render")
    async def _finish_drawing(self, document: SourceDocument) -> None:
        """Show a document as a person would read it when it has been drawn."""
        drawn = await self._begin_drawing(document).task
        if document is self._document:
            self._document = drawn
            self._title.add_note(drawn.note)
            self._view.redraw_as(self._choose_text(drawn))
            self.refresh_bindings()

    def _choose_text(self, document: SourceDocument) -> MeasuredText:
        """What is drawn: the text as a person would read it, or as it is."""
        return document.raw if self._is_raw or document.rendered is None else document.rendered

    def action_raw(self) -> None:
        """Show the document as it is, or again as a person would read it."""
        self._is_raw = not self._is_raw
        if self._document is not None:
            self._view.redraw_as(self._choose_text(self._document))

    def clear(self) -> None:
        """Show nothing."""
        self._close_find()
        self.stop_drawing()
        self._place = self._document = None
        self._spans = NO_SPANS
        self.remove_class("-showing")
        self._title.show("")
        self._view.clear()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer a key only when it can do something; of None the pane says why it does nothing."""
        if action == "leave_find":
            return self._find.has_class("-open")
        if action not in _KEYS_IN_DOCUMENT:
            return True
        if self._document is None:
            return False
        return None if self._explain_disabled(action) else True

    def _explain_disabled(self, action: str) -> str:
        """Why an action can do nothing in this document; "" if it can."""
        document = self._document
        if action == "contents" and not self.outline.entries:
            if document is not None and not document.is_rendered:
                return "Not read yet: try again in a moment"
            return "No headings in this document"
        if action == "raw" and document is not None and document.rendered is None:
            if not document.is_rendered:
                return "Not drawn yet: try again in a moment"
            return document.note or "This is the text as it is"
        if action == "copy" and self._place is None:
            return "Nothing is quoted here: select text to copy it"
        return ""

    def on_key(self, event: events.Key) -> None:
        # Left to the screen, a letter would be typed into the question.
        binding = self.screen.active_bindings.get(event.key)
        if binding is not None and binding.node is self and not binding.enabled:
            event.stop()
            _, action, _ = parse(binding.binding.action)
            self._notify(self._explain_disabled(action))

    def on_unmount(self) -> None:
        self.stop_drawing()

    def on_resize(self) -> None:
        self.set_class(self.size.height < _LOW, "-low")
        self._title.fit_frame(self.size.width if self.styles.border_top[0] else None)

    # Moving

    def action_step(self, by: int) -> None:
        """Scroll to the next or previous match; without a search, to the next quoted part."""
        stretches = self._matches if len(self._matches) else self._spans
        if len(stretches):
            self._step = (self._step + by) % len(stretches)
            self._view.scroll_to_span(stretches[self._step])

    def action_wrap(self) -> None:
        self._view.toggle_wrap()

    @work(exclusive=True, group="contents")
    async def action_contents(self) -> None:
        """Choose a heading to go to."""
        viewport = self._view.viewport
        here = viewport.here if viewport else 0
        chosen = await self.app.push_screen_wait(OutlineScreen(self.outline, here))
        if chosen is not None:
            self._view.scroll_to_span(Span(chosen, chosen))

    def on_overview_ruler_pressed(self, event: OverviewRuler.Pressed) -> None:
        event.stop()
        self._view.scroll_to_share(event.share)

    def on_source_view_moved(self, event: SourceView.Moved) -> None:
        event.stop()
        self._ruler.show(self._view.compute_marks(self._ruler.size.height))
        self._place_line.update(Content(self._describe_place()), layout=False)
        if viewport := self._view.viewport:
            self.post_message(self.Scrolled(viewport.here))

    def _describe_place(self) -> str:
        viewport = self._view.viewport
        if viewport is None or self._document is None:
            return ""
        lines = self._document.raw.lines
        first, last = (
            int(lines.searchsorted(at, "right")) for at in (viewport.start, viewport.end)
        )
        page = self.outline.page_at(viewport.start)
        parts = [
            # First what the keys change: the end of a long line is cut off.
            self._describe_step(),
            f"p. {page} of {self.outline.pages[-1][1]}" if page is not None else "",
            f"line {first:,}{f' to {last:,}' if last > first else ''} of {len(lines):,}",
            "" if viewport.rows == 1 else f"{(viewport.last + 1) / viewport.rows:.0%}",
        ]
        return " · ".join(part for part in parts if part)

    def _describe_step(self) -> str:
        if self._find.has_class("-open"):
            if not self._find.value.strip():
                return ""
            if not len(self._matches):
                return "not found"
            return f"match {self._step + 1:,} of {len(self._matches):,}"
        return f"part {self._step + 1} of {len(self._spans)}" if len(self._spans) > 1 else ""

    # Finding

    def action_find(self) -> None:
        self._find.add_class("-open")
        self._find.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._search(event.value)

    @work(exclusive=True, group="find")
    async def _search(self, words: str) -> None:
        document, viewport = self._document, self._view.viewport
        if document is None:
            return
        rendering = self._choose_text(document).rendering
        matches = await in_background(lambda: rendering.find_words(document.text, words))
        if document is not self._document:
            return
        self._matches = matches
        self._set_not_found(bool(words.strip()) and not len(matches))
        if len(matches):
            # The first match from the current place on; after the last one, the first.
            self._step = matches.first_after(viewport.start if viewport else 0) % len(matches)
            self._view.scroll_to_span(matches[self._step])
        self._view.highlight_matches(matches)

    def _set_not_found(self, not_found: bool) -> None:
        # In a low pane the line with the place appears only for this.
        self.set_class(not_found, "-not-found")
        self._find.set_class(not_found, "-not-found")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._view.focus()

    def on_find_bar_stepped(self, event: FindBar.Stepped) -> None:
        event.stop()
        self.action_step(event.by)

    def on_find_bar_left(self, event: FindBar.Left) -> None:
        event.stop()
        self.action_leave_find()

    def action_leave_find(self) -> None:
        self._view.focus()
        self._close_find()

    def _close_find(self) -> None:
        self.workers.cancel_group(self, "find")
        with self.prevent(Input.Changed):
            self._find.value = ""
        self._find.remove_class("-open")
        self._set_not_found(False)
        self._matches, self._step = NO_SPANS, 0
        self._view.highlight_matches(NO_SPANS)

    # Editor and clipboard

    def action_edit(self) -> None:
        if (document := self._document) is None:
            return
        line = document.text.count("\n", 0, self._find_offset()) + 1
        problem = ""
        try:
            with self.app.suspend():
                # An error that left this block would leave the app without its screen.
                try:
                    open_in_editor(document.path, document.text, line)
                except (QuotebackError, OSError) as error:
                    problem = f"Could not open it: {error}"
        except SuspendNotSupported:
            problem = "An editor cannot be opened from here."
        if problem:
            self._notify(problem, problem=True)
        self.app.refresh()

    def _find_offset(self) -> int:
        """The start of the quoted place; if there is none in sight, of what is seen."""
        viewport, place = self._view.viewport, self._place
        if viewport is None:
            return place.start if place else 0
        if place is None or not viewport.start <= place.start <= viewport.end:
            return viewport.start
        return place.start

    def action_copy(self, what: str) -> None:
        """Copy the answer, its sentence or its citation to the clipboard."""
        place, document = self._place, self._document
        if place is None or document is None:
            return
        if what == "citation":
            copied = format_citation(place, document.text)
        elif what == "answer" and len(self._spans):
            copied = format_quoted_words(place, document.text)
        else:
            copied = visible(place.context_text)
        self._copy(copied)

    @work(exclusive=True, group="copy")
    async def _copy(self, text: str) -> None:
        await copy_text(self.app, text)

    @work(exclusive=True, group="original")
    async def action_original(self) -> None:
        """Open the file of the document in the system's viewer, at the page one reads."""
        if (document := self._document) is None:
            return
        page = document.outline.page_at(self._find_offset())
        try:
            await in_background(lambda: open_original(document.path, page))
        except (QuotebackError, OSError) as error:
            self._notify(f"Could not open the original: {error}", problem=True)
        else:
            self._notify("Opened in the system's viewer")

    def _notify(self, message: str, *, problem: bool = False) -> None:
        self.notify(
            one_line(message),
            severity="error" if problem else "information",
            timeout=4,
            markup=False,
        )
