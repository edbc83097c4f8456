"""Parts of several screens: a panel on top, prompts, a title, messages, keys, confidence."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Footer, Input, Static
from textual.widgets._footer import FooterKey

from index import QuotebackError
from qa import visible
from tui.common.presentation.wording import Rating, one_line, rate_confidence
from tui.common.screens.background import in_background

if TYPE_CHECKING:
    from qa import Reply

Result = TypeVar("Result")

# From this width on, the footer has room between its keys.
_ROOMY = 100
# The colours of confidence, and the cells of its bar.
_STYLES: dict[Rating, str] = {
    "sure": "$text-success",
    "likely": "$text-warning",
    "doubtful": "$text-error",
}
_CELLS = 10
# What the first line of each screen begins with.
APP_NAME, APP_NAME_STYLE = " Quoteback ", "bold $background on $primary"


class Overlay(ModalScreen[Result]):
    """A screen on top of another, with a panel in the middle; lists in it have no frame."""

    DEFAULT_CSS = """
    Overlay {
        align: center middle;
        background: $background 60%;
        & > .panel {
            width: 72;
            max-width: 95%;
            height: auto;
            padding: 0 2;
            background: $panel;
            &:focus { background-tint: $foreground 0%; }
            border: round $primary 40%;
            border-title-color: $text-primary;
            border-subtitle-color: $text-muted;
            OptionList {
                height: auto;
                padding: 0;
                background: $panel;
                scrollbar-size-vertical: 1;
                text-wrap: nowrap;
                text-overflow: ellipsis;
                &, &:focus { border: none; background-tint: $foreground 0%; }
            }
        }
    }
    """


class PageScreen(Screen[Result]):
    """A screen beside the main one, with a title; what has the class "framed" is framed alike."""

    DEFAULT_CSS = """
    PageScreen {
        & > Input { margin: 1 1 0 1; padding: 0 1 !important; background: $surface; }
        .framed {
            border: round $foreground 20%;
            border-title-color: $text-muted;
            &:focus, &:focus-within {
                border: round $primary;
                border-title-color: $text-primary;
                border-title-style: bold;
            }
        }
    }
    """


class Title(Static):
    """The first line of a screen: the app, and the name of the screen."""

    DEFAULT_CSS = """
    Title { height: 1; background: $panel; }
    """

    def __init__(self, name: str) -> None:
        super().__init__(
            Content.assemble((APP_NAME, APP_NAME_STYLE), (f"  {name}", "bold $text-primary"))
        )


class MessageLine(Static):
    """A message to the person; hidden while it is empty."""

    DEFAULT_CSS = """
    MessageLine {
        height: auto;
        max-height: 3;
        padding: 0 2;
        color: $text-muted;
        &.-problem { color: $text-error; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.display = False

    def show(self, text: str, *, problem: bool = False) -> None:
        """Show a message in place of the last one."""
        self.update(Content(one_line(text)))
        self.set_class(problem, "-problem")
        self.display = bool(text)


class Pressable(Static):
    """A line that runs an action when it is clicked."""

    DEFAULT_CSS = """
    Pressable {
        height: auto;
        pointer: pointer;
        &:hover { background: $foreground 5%; }
    }
    """
    ALLOW_SELECT = False

    def __init__(
        self, content: Content | str = "", *, action: str, parameters: tuple[object, ...] = ()
    ) -> None:
        """`action`: with "app." or "screen." before its name, else it is one of the parent."""
        super().__init__(content)
        place, _, name = action.rpartition(".")
        self._action = place, name, parameters

    def action_press(self) -> None:
        # Not awaited: the line may go with what it does.
        self.app.call_later(self.app.run_action, self._action, self.parent)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_press()


def share_keys(event: events.Key | events.Paste, line: Input, listed: Widget) -> None:
    """Send what is typed or pasted in a list to the line, and arrows in the line to the list."""
    if isinstance(event, events.Paste):
        _send_to(line, event, events.Paste(event.text))
    elif event.is_printable and not line.has_focus:
        _send_to(line, event, events.Key(event.key, event.character))
    elif event.key in ("up", "down") and line.has_focus:
        event.stop()
        listed.focus()


def _send_to(line: Input, event: events.Event, copy: events.Event) -> None:
    """Let the line have an event in place of a list, after the focus, which may select its text."""
    event.stop()
    line.screen.set_focus(line)
    line.post_message(copy)


class KeyFooter(Footer):
    """The keys that work now, as many as fit; no key is cut off."""

    def __init__(self, first: Sequence[str] = ()) -> None:
        """The actions of `first` come first, by importance, without parameters; then all others."""
        super().__init__(show_command_palette=False, compact=True)
        self._first = first
        self._shown: list[Binding] | None = None

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Show other keys, if there are any: composing them lays the whole screen out."""
        if screen is not self.screen or not screen.app.app_focus:
            return
        shown = self._list_bindings()
        if shown != self._shown:
            self._shown = shown
            super().bindings_changed(screen)

    def _list_bindings(self) -> list[Binding]:
        """The bindings that are shown."""
        active = self.screen.active_bindings.values()
        return [each.binding for each in active if each.binding.show and each.enabled]

    def compose(self) -> ComposeResult:
        room = self.screen.size.width
        is_roomy = room >= _ROOMY
        before, gap = (1, 2) if is_roomy else (0, 1)
        room -= 2 * is_roomy
        widgets = list(super().compose())
        working = {binding.action for binding in self._list_bindings()}
        keys = [w for w in widgets if isinstance(w, FooterKey) and w.action in working]
        yield from (widget for widget in widgets if not isinstance(widget, FooterKey))
        everywhere = {
            active.binding.action
            for active in self.screen.active_bindings.values()
            if active.node is self.app
        }
        # The keys of this screen come before those that work on every one.
        keys.sort(key=lambda key: key.action in everywhere)
        for key in sorted(keys, key=self._rank):
            room -= cell_len(f"{key.key_display} {key.description}")
            if room < 0:
                return
            room -= gap
            # No class: a change of style would lay the whole screen out again.
            key.styles.margin = (0, gap, 0, before)
            before = 0
            yield key

    def _rank(self, key: FooterKey) -> int:
        action = key.action.rpartition(".")[2].partition("(")[0]
        return self._first.index(action) if action in self._first else len(self._first)

    def on_resize(self) -> None:
        self.call_after_refresh(self.recompose)


class PromptScreen(Overlay[str | None]):
    """Returns the line that was typed and accepted; None after Escape."""

    DEFAULT_CSS = """
    PromptScreen {
        & > .panel { padding: 0 2 1 2; }
        Static { height: auto; margin-top: 1; color: $text-muted; }
        MessageLine { padding: 0; }
        Input { margin-top: 1; padding: 0 1; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete it", show=False),
        Binding("escape", "dismiss", "Leave it", show=False),
    ]

    def __init__(
        self,
        title: str,
        value: str = "",
        *,
        take: Callable[[str], object],
        hint: str = "",
        placeholder: str = "",
        suggester: Suggester | None = None,
    ) -> None:
        """A prompt.

        Args:
            value: the line to begin with.
            take: uses the line, in the background. What it raises is shown, and the line
                can be corrected.
            hint: what may be typed, in a sentence.
            placeholder: an example.
            suggester: completes the line; Tab accepts the suggestion.
        """
        super().__init__()
        self._title = title
        self._hint = hint
        self._take = take
        self._input = Input(
            value, placeholder, suggester=suggester, select_on_focus=False, compact=True
        )
        self._message = MessageLine()

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_title = Content(visible(self._title)).markup
            panel.border_subtitle = "enter takes it, esc leaves it"
            if self._hint:
                yield Static(Content(visible(self._hint)))
            yield self._input
            yield self._message

    def action_complete(self) -> None:
        self._input.action_end()
        self._input.action_cursor_right()

    def on_input_changed(self) -> None:
        self._message.show("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if typed := event.value.strip():
            self._try(typed)
        else:
            self.dismiss()

    @work(exclusive=True)
    async def _try(self, typed: str) -> None:
        try:
            await in_background(lambda: self._take(typed))
        except Exception as error:
            self._message.show(str(error), problem=True)
        else:
            self.dismiss(typed)


class PathSuggester(Suggester):
    """Suggests the path of a file or folder."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first path, by name, that begins with `value`; a folder ends in `/`."""
        return await in_background(lambda: complete_path(value))


def complete_path(typed: str) -> str | None:
    """The path that a typed one may go on to; None if there is no such file or folder."""
    folder, slash, start = typed.rpartition("/")
    try:
        entries = sorted(os.scandir(Path(folder + slash).expanduser()), key=lambda e: e.name)
        for entry in entries:
            hidden = entry.name.startswith(".") and not start.startswith(".")
            if entry.name.startswith(start) and not hidden and entry.name.isprintable():
                return folder + slash + entry.name + "/" * entry.is_dir()
    except (OSError, RuntimeError, ValueError):
        pass
    return None


def resolve_path(typed: str) -> Path:
    """The absolute path of a file or folder that was typed, or dropped on the terminal.

    Raises:
        QuotebackError: there is no such file or folder.
    """
    try:
        path = expand_path(typed)
        if path.exists():
            return path
    except (OSError, ValueError):
        pass
    raise QuotebackError(f"{_unquote(typed)}: no such file or folder")


def expand_path(typed: str) -> Path:
    """The absolute path that is meant by what was typed, whether anything is there or not."""
    path = _make_absolute(typed.strip())
    return path if os.path.lexists(path) else _make_absolute(_unquote(typed))


def _make_absolute(typed: str) -> Path:
    path = Path(typed)
    with suppress(RuntimeError):
        # Nobody has the name that stands after the "~".
        path = path.expanduser()
    return Path(os.path.abspath(path))


def _unquote(typed: str) -> str:
    """A path without the quotes in which terminals put what is dropped."""
    bare = typed.strip()
    is_quoted = len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\""
    return bare[1:-1] if is_quoted else bare


def style_confidence(confidence: float, reply: Reply) -> str:
    """The colour of the confidence (0 to 1) of an answer."""
    return _STYLES[rate_confidence(confidence, reply)]


def draw_confidence(confidence: float, reply: Reply) -> Content:
    """A bar, a word and per cent. The bar is read without colour, too."""
    full = round(min(max(confidence, 0.0), 1.0) * _CELLS)
    style = style_confidence(confidence, reply)
    return Content.assemble(
        ("━" * full, style),
        ("╌" * (_CELLS - full), "$foreground 30%"),
        (f" {rate_confidence(confidence, reply)}", f"bold {style}"),
        (f" {confidence:.0%}", "$secondary"),
    )
