"""The outline of a document: its headings and pages, and lists to choose one of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from index import Passage, Span
from index.documents import Heading
from tui.common.presentation.wording import one_line
from tui.common.screens.screen_parts import Overlay

# Characters between a heading and its text: line ends, and what underlines the heading.
_MOST_BETWEEN = 12
# A document with more headings is data; the first ones are listed.
MOST_ENTRIES = 3_000


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading: where it stands, its level (1 is the highest), its words and its page."""

    span: Span
    level: int
    title: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Outline:
    """Headings and pages, in reading order.

    Attributes:
        entries: the headings; the pages in a document without headings.
        pages: the offset of the first passage on each page, ascending, and the page's number.
    """

    entries: tuple[OutlineEntry, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page of an offset; None in a document without pages."""
        if not self.pages:
            return None
        at = bisect_right(self.pages, offset, key=lambda page: page[0])
        return self.pages[max(0, at - 1)][1]

    def entry_at(self, offset: int) -> int | None:
        """Index of the last entry at or before an offset; None before the first."""
        before = bisect_right(self.entries, offset, key=lambda entry: entry.span.start)
        return before - 1 if before else None

    def include_heading(self, offset: int) -> int:
        """Where the heading starts that text at an offset stands directly below; else the offset.

        A passage begins after its heading, which is wanted in sight with it.
        """
        at = self.entry_at(offset)
        if at is None:
            return offset
        entry = self.entries[at]
        is_below = offset - entry.span.end <= _MOST_BETWEEN
        return entry.span.start if is_below else offset


def build_outline(headings: Sequence[Heading], passages: Sequence[Passage]) -> Outline:
    """The outline of a document, from all its headings and passages in reading order."""
    pages: list[tuple[int, int]] = []
    for passage in passages:
        if passage.page is not None and not (pages and pages[-1][1] == passage.page):
            pages.append((passage.span.start, passage.page))
    starts = [passage.span.start for passage in passages]
    entries: list[OutlineEntry] = []
    levels: list[int] = []
    for heading in headings:
        if not heading.text:
            continue
        while levels and levels[-1] >= heading.level:
            levels.pop()
        levels.append(heading.level)
        # A heading is on the page of its text.
        below = min(bisect_left(starts, heading.span.start), len(passages) - 1)
        page = passages[below].page if passages else None
        entries.append(OutlineEntry(heading.span, len(levels), heading.text, page))
    if not entries:
        entries = [
            OutlineEntry(Span(start, start), 1, f"Page {page}", page) for start, page in pages
        ]
    return Outline(tuple(entries), tuple(pages))


class OutlineList(OptionList):
    """Headings and pages, a line each."""

    DEFAULT_CSS = """
    OutlineList {
        color: $text-muted;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .option-list--option-highlighted { color: $text-primary; background: transparent; }
        &:focus > .option-list--option-highlighted {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
        }
    }
    """

    @dataclass
    class Chosen(Message):
        """The heading at an offset was chosen."""

        offset: int

    def __init__(self) -> None:
        super().__init__()
        self._outline = Outline()

    def show(self, outline: Outline) -> None:
        """List an outline in place of the last one."""
        if outline is not self._outline:
            self._outline = outline
            self.set_options(
                Option(format_entry(each, with_page=False))
                for each in outline.entries[:MOST_ENTRIES]
            )

    def follow(self, offset: int) -> None:
        """Mark the heading that an offset stands under, unless one is choosing."""
        if self.display and not self.has_focus:
            number = self._outline.entry_at(offset)
            self.highlighted = None if number is None else min(number, MOST_ENTRIES - 1)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self._outline.entries[event.option_index].span.start))


def format_entry(entry: OutlineEntry, *, with_page: bool = True) -> Content:
    """A heading on one line, indented by its level, with its page where it has one."""
    shown = "  " * (entry.level - 1) + one_line(entry.title)
    named = not with_page or entry.page is None or entry.title == f"Page {entry.page}"
    page = "" if named else f"  p. {entry.page}"
    return Content.assemble(shown, (page, "$secondary"))


class OutlineScreen(Overlay[int | None]):
    """Headings and pages; returns the offset of the chosen one, None if it was closed."""

    DEFAULT_CSS = """
    OutlineScreen {
        & > .panel {
            max-height: 80%;
            padding: 1 2;
            scrollbar-size-vertical: 1;
            &:focus { border: round $primary 40%; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,o,q", "dismiss", "Close")]

    def __init__(self, outline: Outline, offset: int) -> None:
        """The screen; the entry of the place that is shown now, at an offset, is highlighted."""
        super().__init__()
        self._outline = outline
        self._here = outline.entry_at(offset)

    def compose(self) -> ComposeResult:
        entries = self._outline.entries[:MOST_ENTRIES]
        listed = OptionList(*(Option(format_entry(entry)) for entry in entries), classes="panel")
        listed.border_title = "Outline"
        listed.border_subtitle = "enter goes there, esc closes"
        yield listed

    def on_mount(self) -> None:
        listed = self.query_one(OptionList)
        listed.highlighted = min(self._here or 0, listed.option_count - 1)
        self.call_after_refresh(listed.scroll_to_highlight)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._outline.entries[event.option_index].span.start)
