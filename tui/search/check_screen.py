"""Checks the quotations in a text: the text on the left, what each was found to be on the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from index import Content, Span
from qa import Cancelled
from tui.common.presentation.quotations import count_statuses, list_remarks, name_status
from tui.common.screens.background import in_background, while_running
from tui.common.screens.screen_parts import (
    KeyFooter,
    MessageLine,
    PageScreen,
    PathSuggester,
    Title,
    expand_path,
)
from tui.source.places import QuotedPlace
from tui.source.source_pane import SourcePane
from tui.source.source_view import ALTERED, NOT_FOUND, VERBATIM, SourceView
from tui.source.span_set import NO_SPANS, SpanSet

if TYPE_CHECKING:
    from qa import CheckedQuotation
    from tui.source.source_document import SourceDocument

# Says which quotations of a text are true, given the path of its file; called in the background,
# until the third says stop.
CheckText = Callable[[Content, str, Callable[[], bool]], Sequence["CheckedQuotation"]]

_LAYERS = {
    "verbatim": VERBATIM,
    "out of context": ALTERED,
    "altered": ALTERED,
    "not found": NOT_FOUND,
}


class CheckScreen(PageScreen[None]):
    """A text whose quotations are marked by status, and the source of the one that is chosen."""

    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    CheckScreen {
        & > Horizontal { height: 1fr; margin: 1 1 0 1; }
        SourceView, SourcePane { width: 1fr; height: 1fr; }
        SourcePane SourceView { border: none; &:focus { border: none; } }
        &.-narrow > Horizontal { layout: vertical; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (90, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "step(1)", "Next quotation", id="next-quotation"),
        Binding("f7", "step(-1)", "The one before", id="quotation-before"),
        Binding("tab", "complete", "Complete the path, or move the focus on", show=False),
        Binding("escape", "leave", "Cancel, or back", id="leave-check"),
    ]

    def __init__(
        self, check: CheckText, read: Callable[[str], SourceDocument], path: str = ""
    ) -> None:
        """The screen; `read` gives an indexed document, and is called in the background."""
        super().__init__()
        self._check_text = check
        self._read = read
        self.path = path
        self._typed = Input(
            path,
            placeholder="A file with quotations: ~/drafts/essay.md",
            suggester=PathSuggester(),
            compact=True,
        )
        self._text = SourceView()
        self._text.add_class("framed")
        self._source = SourcePane()
        self._source.add_class("framed")
        self._message = MessageLine()
        self._checked: Sequence[CheckedQuotation] = ()
        self._at = -1
        self._stopped: Event | None = None

    def compose(self) -> ComposeResult:
        yield Title("Check quotations")
        yield self._typed
        with Horizontal():
            yield self._text
            yield self._source
        yield self._message
        yield KeyFooter(("step", "leave"))

    def on_mount(self) -> None:
        self._text.border_title = "The text"
        self._source.border_title = "Its source"
        if self.path:
            self._check(self.path)
        else:
            self._message.show("Type the path of a text that quotes, and press Enter.")

    def on_unmount(self) -> None:
        if self._stopped is not None:
            self._stopped.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """Offer a key only when it can do something."""
        return bool(self._checked) if action == "step" else True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self._check(event.value)

    @work(exclusive=True, group="check")
    async def _check(self, typed: str) -> None:
        """Read a text, check its quotations, and show the first that is wrong."""
        if self._stopped is not None:
            self._stopped.set()
        self._stopped = stopped = Event()
        self._message.show("Checking… Esc cancels.")
        try:
            document, checked = await while_running(
                self.app, in_background(lambda: self._read_and_check(typed, stopped))
            )
        except Cancelled:
            self._message.show("Cancelled.")
            return
        except Exception as error:
            self._message.show(str(error), problem=True)
            return
        finally:
            if self._stopped is stopped:
                self._stopped = None
        self.path, self._checked, self._at = typed, checked, -1
        self._show_text(document)
        self._text.border_title = count_statuses(checked)
        self._source.clear()
        self.refresh_bindings()
        if checked:
            self._text.focus()
            wrong = (at for at, each in enumerate(checked) if name_status(each) != "verbatim")
            self._choose(next(wrong, 0))
        else:
            self._message.show(count_statuses(checked))

    def _read_and_check(
        self, typed: str, stopped: Event
    ) -> tuple[SourceDocument, Sequence[CheckedQuotation]]:
        from tui.common.files import load_named_file
        from tui.source.source_document import read_source_document, render_source_document

        path = str(expand_path(typed))
        content = load_named_file(path)
        checked = self._check_text(content, path, stopped.is_set)
        document = read_source_document(
            path, content.text, tuple, content.properties, content.structure
        )
        if not document.is_rendered:
            document = render_source_document(document, stopped)
        if stopped.is_set():
            raise Cancelled
        return document, checked

    def _show_text(self, document: SourceDocument) -> None:
        spans: dict[str, list[Span]] = {}
        for each in self._checked:
            spans.setdefault(_LAYERS[name_status(each)], []).append(each.quotation.span)
        layers = {name: SpanSet.from_spans(found) for name, found in spans.items()}
        self._text.show_text(document.rendered or document.raw, layers, Span(0, 0))
        self._text.highlight_matches(NO_SPANS)

    def action_step(self, by: int) -> None:
        """Choose the next quotation, or the one before; after the last one, the first."""
        if self._checked:
            self._choose((self._at + by) % len(self._checked))

    def _choose(self, at: int) -> None:
        self._at = at
        chosen = self._checked[at]
        self._text.scroll_to_span(chosen.quotation.span)
        differences = chosen.match.differences if chosen.match else ()
        # The words that differ, as a person looks for these; without any, all of it.
        marked = [each.quoted for each in differences if len(each.quoted)]
        marked = marked or [chosen.quotation.span]
        self._text.highlight_matches(SpanSet.from_spans(marked))
        said = [f"{at + 1} of {len(self._checked)}: {name_status(chosen)}", *list_remarks(chosen)]
        self._message.show("; ".join(said), problem=chosen.status != "verbatim")
        self._show_source(chosen)

    @work(exclusive=True, group="source")
    async def _show_source(self, chosen: CheckedQuotation) -> None:
        match = chosen.match
        if match is None:
            self._source.clear()
            return
        passage, differing = match.passage, [each.source for each in match.differences]
        place = QuotedPlace(
            match.document,
            tuple(each for each in differing if len(each)),
            match.span,
            match.text,
            passage.headings,
            passage.page,
            stale=match.stale,
            evidence=match.spans,
        )
        try:
            document = await while_running(
                self.app, in_background(lambda: self._read(match.document.path))
            )
            document = await while_running(self.app, self._source.draw_soon(document))
        except Exception as error:
            self._message.show(str(error), problem=True)
            return
        self._source.show_place(place, document)

    def action_complete(self) -> None:
        """Take the path that is suggested; if none is, move the focus on."""
        typed, before = self._typed, self._typed.value
        if typed.has_focus:
            typed.action_end()
            typed.action_cursor_right()
        if typed.value == before:
            self.focus_next()

    def action_leave(self) -> None:
        """Stop checking; leave the screen if nothing is being checked."""
        if self._stopped is not None:
            self._stopped.set()
        else:
            self.dismiss()
