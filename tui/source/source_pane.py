"""The source pane: a document, what is quoted from it, and ways to find one's way in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from index import QuotebackError, Span
from tui.common.background import in_background
from tui.common.wording import one_line, shorten, shorten_path
from tui.source.citation import (
    find_line,
    format_citation,
    format_quoted_sentence,
    format_quoted_words,
)
from tui.source.editor import open_in_editor
from tui.source.find_bar import FindBar
from tui.source.outline import Outline
from tui.source.outline_screen import OutlineScreen
from tui.source.overview_ruler import OverviewRuler
from tui.source.quotation import STALE, Quotation
from tui.source.source_view import CONTEXT, EVIDENCE, OTHER, SPAN, SourceView
from tui.source.span_set import NO_SPANS, SpanSet
from tui.source.text_search import matches

if TYPE_CHECKING:
    from tui.source.wrapping import MeasuredText

# A pane lower than this has no room for more than the text and its name.
_LOW = 9


class SourcePane(Vertical):
    """The document's name above its text, and where in it one is below."""

    DEFAULT_CSS = """
    SourcePane {
        background: $surface;
        &:focus-within { background-tint: $foreground 3%; }
        & > .source-title {
            height: auto;
            max-height: 5;
            padding: 1 2 1 2;
        }
        & > .source-empty { padding: 1 2; color: $text-disabled; }
        & > .source-place { height: 1; padding: 0 2; color: $text-muted; text-wrap: nowrap; }
        & > Horizontal { height: 1fr; }
        & > Horizontal, & > .source-title, & > .source-place { display: none; }
        &.-showing > Horizontal, &.-showing > .source-title { display: block; }
        &.-showing > .source-place { display: block; }
        &.-showing > .source-empty { display: none; }
        &.-low > .source-title {
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
        Binding("o", "contents", "DocumentTree", id="contents"),
        Binding("w", "wrap", "Wrap lines or not", show=False, id="wrap"),
        Binding("e", "edit", "Editor", tooltip="Open in the editor", id="open-in-editor"),
        Binding("y", "copy('answer')", "Copy", tooltip="Copy the answer", id="copy-answer"),
        Binding("Y", "copy('sentence')", "Copy its sentence", show=False, id="copy-sentence"),
        Binding("c", "copy('citation')", "Copy where it stands", show=False, id="copy-citation"),
        Binding("escape", "leave_find", "End the search", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.outline = Outline()
        self._quotation: Quotation | None = None
        self._text: MeasuredText | None = None
        self._spans = self._found = NO_SPANS
        self._step = 0
        self._title = Static(classes="source-title")
        self._view = SourceView()
        self._marks = OverviewRuler()
        self._place = Static(classes="source-place")
        self._find = FindBar()

    def compose(self) -> ComposeResult:
        yield Static("The source of an answer is shown here.", classes="source-empty")
        yield self._title
        with Horizontal():
            yield self._view
            yield self._marks
        yield self._place
        yield self._find

    @property
    def text(self) -> MeasuredText | None:
        """The text that is shown; None where nothing is."""
        return self._text

    def show(
        self, quotation: Quotation, text: MeasuredText, outline: Outline | None = None
    ) -> None:
        """Show what is quoted in its document, whose text and outline these are."""
        if text is not self._text:
            self._close_find()
        self._quotation, self._text = quotation, text
        self.outline = outline or Outline()
        fits = quotation.fits(text.text)
        self._say(quotation, fits)
        self.add_class("-showing")
        self._spans = SpanSet.of(quotation.spans) if fits else NO_SPANS
        layers = {
            EVIDENCE: SpanSet.of(quotation.evidence),
            CONTEXT: SpanSet.of([quotation.context]),
            OTHER: SpanSet.of(quotation.others),
            SPAN: self._spans,
        }
        start = Span(0, 0) if not fits else quotation.context
        self._step = 0
        target = self._spans[0] if len(self._spans) else start
        self._view.show(text, layers if fits else {}, target)
        if len(self._found):
            self._view.mark(self._found)

    def clear(self) -> None:
        """Show nothing."""
        self._close_find()
        self._quotation = self._text = None
        self.outline = Outline()
        self.remove_class("-showing")
        self._view.clear()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """Keys that need a document are none without one."""
        if action in ("find", "step", "wrap", "edit", "copy"):
            return self._text is not None
        if action == "leave_find":
            return self._find.has_class("-open")
        return bool(self.outline.entries) if action == "contents" else True

    def on_resize(self) -> None:
        self.set_class(self.size.height < _LOW, "-low")

    # Going round

    def action_step(self, by: int) -> None:
        """Scroll to the next or the previous match; where nothing is searched for, to a span."""
        stretches = self._found if len(self._found) else self._spans
        if len(stretches):
            self._step = (self._step + by) % len(stretches)
            self._view.go_to(stretches[self._step])

    def action_wrap(self) -> None:
        self._view.wraps = not self._view.wraps

    @work(exclusive=True, group="contents")
    async def action_contents(self) -> None:
        place = self._view.place
        here = place.end if place else 0
        chosen = await self.app.push_screen_wait(OutlineScreen(self.outline, here))
        if chosen is not None:
            self._view.go_to(Span(chosen, chosen))

    def on_overview_ruler_pressed(self, event: OverviewRuler.Pressed) -> None:
        event.stop()
        self._view.scroll_to_share(event.share)

    def on_source_view_moved(self, event: SourceView.Moved) -> None:
        event.stop()
        self._marks.show(self._view.marks(self._marks.size.height))
        self._place.update(Content(self._whereabouts()), layout=False)

    def _whereabouts(self) -> str:
        place = self._view.place
        if place is None or self._text is None:
            return ""
        lines = self._text.lines
        first, last = (int(lines.searchsorted(at, "right")) for at in (place.start, place.end))
        page = self.outline.page_at(place.start)
        parts = [
            # First what changes with the keys: of a long line the end is not seen.
            self._counted(),
            f"p. {page} of {self.outline.pages[-1]}" if page is not None else "",
            f"line {first:,}{f' to {last:,}' if last > first else ''} of {len(lines):,}",
            "" if place.rows == 1 else f"{(place.last + 1) / place.rows:.0%}",
        ]
        return " · ".join(part for part in parts if part)

    def _counted(self) -> str:
        if self._find.has_class("-open"):
            if not self._find.value.strip():
                return ""
            if not len(self._found):
                return "not found"
            return f"match {self._step + 1:,} of {len(self._found):,}"
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
        text, place = self._text, self._view.place
        if text is None:
            return
        found = await in_background(lambda: matches(text.text, words))
        if text is not self._text:
            return
        self._found = found
        self._say_not_found(bool(words.strip()) and not len(found))
        if len(found):
            # From where one reads, round the end.
            self._step = found.after(place.start if place else 0) % len(found)
            self._view.go_to(found[self._step])
        self._view.mark(found)

    def _say_not_found(self, so: bool) -> None:
        # A low pane spares a line for it.
        self.set_class(so, "-not-found")
        self._find.set_class(so, "-not-found")

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
        self._say_not_found(False)
        self._found, self._step = NO_SPANS, 0
        self._view.mark(NO_SPANS)

    # Taking along

    def action_edit(self) -> None:
        quotation, text = self._quotation, self._text
        if quotation is None or text is None:
            return
        try:
            with self.app.suspend():
                open_in_editor(quotation.document.path, text.text, find_line(quotation, text.text))
        except SuspendNotSupported:
            self._note("An editor cannot be opened from here.", problem=True)
        except (QuotebackError, OSError) as error:
            self._note(f"Could not open it: {error}", problem=True)
        self.app.refresh()

    def action_copy(self, what: str) -> None:
        """Copy the answer, its sentence or its citation to the clipboard of the terminal."""
        quotation, text = self._quotation, self._text
        if quotation is None or text is None:
            return
        if what == "citation":
            copied = format_citation(quotation, text.text)
        elif what == "answer" and len(self._spans):
            copied = format_quoted_words(quotation, text.text)
        else:
            copied = format_quoted_sentence(quotation)
        self.app.copy_to_clipboard(copied)
        self._note(f"Copied: {shorten(copied, 80)}")

    def _note(self, said: str, *, problem: bool = False) -> None:
        self.notify(
            one_line(said),
            severity="error" if problem else "information",
            timeout=4,
            markup=False,
        )

    def _say(self, quotation: Quotation, fits: bool) -> None:
        note = STALE if quotation.stale else ""
        if not fits:
            note = "indexed anew since this was found; ask again"
        self._title.update(
            Content.assemble(
                (one_line(shorten_path(quotation.document.path)), "bold $text-primary"),
                (quotation.within, "$secondary"),
                (f"\n{note}" if note else "", "$text-warning"),
            )
        )
