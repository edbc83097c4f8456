"""What stands around the text in the source pane, and what it shows before there is a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.common.presentation.wording import one_line, shorten_path
from tui.common.screens.keys import describe_binding
from tui.source.source_view import MATCH, OTHER, PASSAGE, SENTENCES, SPAN

# Actions that lead to something to read.
_ACTIONS = ("quick_open", "search", "documents", "conversations")
# Cells of a frame that its title leaves free.
_CORNERS = 4
_NAME, _LOCATION, _NOTE = "bold $text-primary", "$secondary", "$text-warning"
# Distinct shapes: colour alone would not do.
_GLYPHS = {PASSAGE: "╵", OTHER: "-", SENTENCES: "━", SPAN: "━", MATCH: "•"}


class EmptySource(Vertical):
    """A card that says how to read without asking; its lines can be clicked."""

    DEFAULT_CSS = """
    EmptySource {
        align: center middle;
        color: $text-muted;
        hatch: right $foreground 6%;
        & > Static { width: auto; max-width: 90%; padding: 0 2; background: $surface; }
        & > .ways {
            margin-top: 1;
            link-color: $foreground;
            link-style: none;
            link-color-hover: $foreground;
            link-background-hover: $primary 15%;
            link-style-hover: none;
        }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._ways = Static(classes="ways")

    def compose(self) -> ComposeResult:
        yield Static("The source of an answer is shown here.")
        yield self._ways

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._show_ways)

    def _show_ways(self, screen: Screen[object]) -> None:
        """The keys that work now, and what they do."""
        bindings = {
            active.binding.action: active.binding
            for active in screen.active_bindings.values()
            if active.enabled
        }
        ways = [bindings[action] for action in _ACTIONS if action in bindings]
        keys = [self.app.get_key_display(binding) for binding in ways]
        width = max(map(cell_len, keys), default=0)
        lines = (
            Content.assemble(
                (f"{key:<{width}}  ", "$primary bold"),
                (describe_binding(binding), f"@click=app.{binding.action}"),
            )
            for key, binding in zip(keys, ways, strict=True)
        )
        self._ways.update(Content("\n").join(lines))


class SourceTitle(Static):
    """Lines above the text: what is to be said of it, and its name where there is no frame."""

    DEFAULT_CSS = """
    SourceTitle {
        height: auto;
        max-height: 5;
        padding: 1 2;
        &.-in-frame { padding: 0 2; }
        &.-empty { display: none; }
    }
    """

    def __init__(self, frame: Widget) -> None:
        """Nothing is shown yet; the name can stand in the border of the frame."""
        super().__init__()
        self._frame = frame
        self._width: int | None = None
        self.show("")

    def show(
        self,
        path: str,
        locations: tuple[str, ...] = ("",),
        notes: tuple[str, ...] = (),
        described: str = "",
    ) -> None:
        """Name a document.

        Args:
            path: "" for none.
            locations: where in it the quoted place is, as ` › heading › p. 3`, in full and shorter.
            notes: what is wrong with the quoted place, and with how the document is drawn.
            described: what the document says of itself.
        """
        # In full, and shorter.
        name = PurePath(path).name or path
        names = [(shorten_path(path), locations[0]), *((name, each) for each in locations)]
        self._names = [
            Content.assemble((one_line(name), _NAME), (location, _LOCATION))
            for name, location in (names if path else ())
        ]
        self._notes, self._described = notes, described
        self._draw()

    def add_note(self, note: str) -> None:
        """Say something more that is wrong; nothing if it is empty, or said already."""
        if note not in self._notes:
            self._notes = (*self._notes, note)
            self._draw()

    def fit_frame(self, width: int | None) -> None:
        """Put the name into the frame, which has this width inside; None for no frame."""
        if width != self._width:
            self._width = width
            self._draw()

    def _draw(self) -> None:
        width, names = self._width, self._names
        lines = names[:1] if width is None else []
        lines += (Content.styled(note, _NOTE) for note in self._notes)
        lines.append(Content.styled(one_line(self._described), _LOCATION))
        fitting = (name for name in names if name.cell_length <= (width or 0) - _CORNERS)
        self._frame.border_title = next(fitting, names[-1]) if names else "Source"
        text = Content("\n").join(line for line in lines if line.plain)
        self.update(text)
        self.set_class(width is not None, "-in-frame")
        self.set_class(not (names and text.plain), "-empty")


class OverviewRuler(Widget):
    """A column beside the scrollbar that marks the highlights; a click scrolls to that place."""

    DEFAULT_CSS = """
    OverviewRuler {
        width: 1;
        height: 1fr;
        pointer: pointer;
        & > .source--passage { color: $text-disabled; }
        & > .source--other { color: $text-muted; }
        & > .source--span, & > .source--sentences { color: $accent; text-style: bold; }
        & > .source--match { color: $primary; text-style: bold; }
        &:light > .source--span, &:light > .source--sentences { color: $warning; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set(_GLYPHS)
    ALLOW_SELECT = False

    @dataclass
    class Pressed(Message):
        """The ruler was clicked at this share (0 to 1) of the text."""

        share: float

    def __init__(self) -> None:
        super().__init__()
        self._marks: Mapping[int, str] = {}

    def show(self, marks: Mapping[int, str]) -> None:
        """Show marks: for each row of the ruler that has one, its component class."""
        if marks != self._marks:
            self._marks = marks
            self.refresh()

    def render_line(self, y: int) -> Strip:
        name = self._marks.get(y)
        if name is None:
            return Strip.blank(self.size.width, self.rich_style)
        style = self.rich_style + self.get_component_rich_style(name)
        return Strip([Segment(_GLYPHS[name], style)]).crop_extend(0, self.size.width, style)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed((event.y + 0.5) / max(1, self.size.height)))


class FindBar(Input):
    """The line to type words that are searched for; the search runs with every change."""

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        padding: 0 2;
        border: none;
        background: $panel;
        display: none;
        &:focus { border: none; background-tint: $foreground 5%; }
        &.-open { display: block; }
        &.-not-found { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "To the text", show=False),
        Binding("down", "step(1)", "Next match", show=False),
        Binding("up", "step(-1)", "Match before", show=False),
        Binding("escape", "leave", "End the search"),
    ]

    # Its size stays the same; see `QuestionInput.virtual_size`.
    virtual_size = reactive(Size(0, 0), layout=False)

    @dataclass
    class Stepped(Message):
        """The next or previous match is wanted."""

        by: int

    class Left(Message):
        """The search is ended."""

    def __init__(self) -> None:
        super().__init__(placeholder="Find in this document")

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(by))

    def action_leave(self) -> None:
        self.post_message(self.Left())
