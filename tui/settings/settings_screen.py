"""The screen of the settings: a change takes effect at once and is written to the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import DataTable, Input, Select, Static

from index import DEFAULT_MODEL, MODES, Mode
from index.locations import Location
from index.plugins import list_plugins
from tui.common.presentation.wording import one_line, shorten_path
from tui.common.screens.keys import KeyGroup, describe_binding, key_problem
from tui.common.screens.screen_parts import KeyFooter, MessageLine, Overlay, PageScreen, Title
from tui.settings.settings import Choices, Settings, value_problem

# What is used if nothing is chosen.
_SHIPPED = {"reader": "the one that ships", "reranker": "the reader ranks"}
_MODE_LABELS: Mapping[Mode, str] = {
    "hybrid": "by meaning and words",
    "dense": "by meaning alone",
    "bm25": "by words alone",
}


class KeyScreen(Overlay[str | None]):
    """Returns the name of the key that was pressed; None for Escape."""

    DEFAULT_CSS = """
    KeyScreen {
        & > .panel { width: 60; padding: 1 2; }
        Static { height: auto; }
    }
    """

    def __init__(self, action: str) -> None:
        """The screen; `action`: what the key will do, in words."""
        super().__init__()
        self._action = action

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_subtitle = "esc leaves it"
            yield Static(
                Content.assemble("Press the key for ", (f"“{one_line(self._action)}”", "bold"))
            )

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(None if event.key == "escape" else event.key)


def list_plugin_names() -> dict[str, Collection[str]]:
    """By setting, the names that it can have; takes a moment, as all packages are looked at."""
    return {"reader": list_plugins("readers"), "reranker": list_plugins("rerankers")}


class KeyTable(DataTable[str]):
    """A row for each action, with its keys. The key of a row is the name of its action."""

    DEFAULT_CSS = """
    KeyTable {
        height: auto;
        background: $background;
        scrollbar-size: 1 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "Another key"),
        Binding("delete,backspace", "reset", "Usual key"),
    ]

    @dataclass
    class Reset(Message):
        """Asks for an action to get its usual key back."""

        action: str

    def __init__(self) -> None:
        super().__init__(cursor_type="row", zebra_stripes=False)

    def action_reset(self) -> None:
        if self.row_count:
            row = self.coordinate_to_cell_key(self.cursor_coordinate).row_key
            self.post_message(self.Reset(row.value or ""))


class SettingsScreen(PageScreen[None]):
    """Theme, how questions are answered, keys, and where everything is kept."""

    AUTO_FOCUS = "Select"
    DEFAULT_CSS = """
    SettingsScreen {
        & > VerticalScroll {
            height: 1fr;
            margin: 0 1;
            padding: 0 1;
            scrollbar-size-vertical: 1;
        }
        VerticalScroll Static { height: auto; }
        Horizontal { height: 1; }
        Horizontal > Static { width: 11; }
        Select, Input { width: 1fr; max-width: 40; }
        Input { padding: 0 1; background: $surface; }
        Input.-invalid, Input.-invalid:focus { border: none; color: $text-error; }
        .hint { padding: 0 0 1 11; color: $text-muted; }
        .heading { margin-top: 1; text-style: bold; color: $text-primary; }
        .files { color: $text-muted; }
        &.-low > VerticalScroll, &.-low > VerticalScroll:focus-within { border: none; }
        &.-narrow .hint { padding-left: 0; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", id="leave-settings"),
    ]

    @dataclass
    class Changed(Message):
        """The person has changed the settings."""

        settings: Settings

    def __init__(
        self,
        settings: Settings,
        choices: Choices,
        groups: Sequence[KeyGroup],
        files: Mapping[str, Location | None],
        plugins: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        """The screen.

        Args:
            groups: all keys that can be changed.
            files: what is kept → where. What is kept nowhere is left out.
            plugins: "reader" and "reranker" → the names of those that other packages have.
        """
        super().__init__()
        self._settings = settings
        self._choices = choices
        self._groups = groups
        self._files = {name: path for name, path in files.items() if path is not None}
        self._plugins = plugins
        self._keys = KeyTable()
        self._message = MessageLine()

    def compose(self) -> ComposeResult:
        settings = self._settings
        threshold = "" if settings.threshold is None else f"{settings.threshold:g}"
        yield Title("Settings")
        with VerticalScroll(can_focus=False, classes="framed") as panel:
            panel.border_title = "Kept in settings.toml"
            yield from _row(
                "Theme",
                _select(
                    "theme", settings.theme, {name: name for name in sorted(self._choices.themes)}
                ),
                "How it looks; quoteback-contrast is for poor light and tired eyes.",
            )
            yield from _row(
                "Threshold",
                _line("threshold", threshold, "as fitted"),
                "Confidence, 0 to 1, below which nothing is answered.",
            )
            yield from _row(
                "Passages",
                _line("k", f"{settings.k}"),
                "How many are read for a question, 1 to 100: more find more, and take longer.",
            )
            yield from _row(
                "Search",
                _select("mode", settings.mode, {mode: _MODE_LABELS[mode] for mode in MODES}),
                "How passages are found.",
            )
            yield from _row(
                "Watch",
                _select("watch", settings.watch, {False: "no", True: "yes"}),
                "Read changed files at once while the app is open.",
            )
            yield from _row(
                "Model",
                _line("model", settings.model or "", DEFAULT_MODEL),
                "Embeds the documents of a new index: a folder or a name.",
            )
            yield from _row(
                "Reader",
                self._select_plugin("reader", settings.reader),
                "Finds the words that answer. Other packages can bring one.",
            )
            yield from _row(
                "Reranker",
                self._select_plugin("reranker", settings.reranker),
                "Orders the passages before they are read. Other packages can bring one.",
            )
            yield Static("Keys", classes="heading")
            yield self._keys
            yield Static("Where it is kept", classes="heading")
            for name, path in self._files.items():
                yield Static(
                    Content(f"{name:16}{one_line(shorten_path(str(path)))}"), classes="files"
                )
        yield self._message
        yield KeyFooter()

    def _select_plugin(self, kind: str, chosen: str | None) -> Select[object]:
        """A choice among those of other packages and what is used without them."""
        known = self._plugins.get(kind, ())
        options: dict[str | None, str] = {None: _SHIPPED[kind]}
        options |= {name: one_line(name) for name in sorted(known)}
        if chosen is not None and chosen not in known:
            options[chosen] = f"{one_line(chosen)} (not installed)"
        return _select(kind, chosen, options)

    def on_mount(self) -> None:
        self._keys.add_columns("Where", "What", "Key", "In the file")
        self._show_keys()

    def show_problem(self, problem: str | None) -> None:
        """Show what is wrong, or nothing."""
        self._message.show(problem or "", problem=True)

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Leave the screen. What was typed last counts too, if it is valid."""
        for line in self.query(Input):
            self._apply(line, _read(line))
        return super().dismiss(result)

    # Values

    def on_select_changed(self, event: Select.Changed) -> None:
        self._apply(event.select, event.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._check(event.input, _read(event.input))

    def on_input_blurred(self, event: Input.Blurred) -> None:
        self._apply(event.input, _read(event.input))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._apply(event.input, _read(event.input))
        self.focus_next()

    def _check(self, widget: Widget, value: Any) -> bool:
        """Whether a value is valid; if not, the screen shows why."""
        name = widget.id or ""
        problem = None if value is None else value_problem(name, value, self._choices)
        widget.set_class(problem is not None, "-invalid")
        self.show_problem(problem)
        return problem is None

    def _apply(self, widget: Widget, value: Any) -> None:
        name = widget.id or ""
        if self._check(widget, value) and value != getattr(self._settings, name):
            self._change(replace(self._settings, **{name: value}))

    def _change(self, settings: Settings) -> None:
        self._settings = settings
        self.post_message(self.Changed(settings))

    # Keys

    def _show_keys(self) -> None:
        row = self._keys.cursor_row
        self._keys.clear()
        for group in self._groups:
            for name, bindings in group.bindings_by_action(self._settings.keys).items():
                keys = " or ".join(map(self.app.get_key_display, bindings))
                self._keys.add_row(group.title, describe_binding(bindings[0]), keys, name, key=name)
        self._keys.move_cursor(row=row)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        if event.row_key.value is not None:
            self._ask_key(event.row_key.value)

    @work(exclusive=True)
    async def _ask_key(self, action: str) -> None:
        found = (group.bindings_by_action() for group in self._groups)
        [binding, *_] = next(each[action] for each in found if action in each)
        key = await self.app.push_screen_wait(KeyScreen(describe_binding(binding)))
        if key is not None:
            self._change_keys(action, key, {**self._settings.keys, action: key})

    def on_key_table_reset(self, event: KeyTable.Reset) -> None:
        kept = {name: key for name, key in self._settings.keys.items() if name != event.action}
        usual = next(part[event.action] for part in self._choices.keys if event.action in part)
        self._change_keys(event.action, usual, kept)

    def _change_keys(self, action: str, key: str, keys: Mapping[str, str]) -> None:
        """Take these keys, if an action can have its own among them."""
        problem = key_problem(action, key, keys, self._choices.keys)
        self.show_problem(problem)
        if problem is None:
            self._change(replace(self._settings, keys=keys))
            self._show_keys()


def _row(name: str, control: Widget, hint: str) -> ComposeResult:
    with Horizontal():
        yield Static(name)
        yield control
    yield Static(hint, classes="hint")


def _select(name: str, value: object, options: Mapping[Any, str]) -> Select[object]:
    """A choice among the values of a setting, each under its label."""
    labelled = [(label, value) for value, label in options.items()]
    return Select(labelled, value=value, allow_blank=False, compact=True, id=name)


def _line(name: str, value: str, placeholder: str = "") -> Input:
    """A line to type the value of a setting in."""
    return Input(value, placeholder, id=name, select_on_focus=False, compact=True)


def _read(line: Input) -> Any:
    """The value that was typed, as the file would hold it; None for an empty line."""
    text = line.value.strip()
    if not text:
        return None if line.id != "k" else 0
    if line.id == "k":
        return int(text) if text.isdecimal() and len(text) < 9 else text
    if line.id == "threshold":
        try:
            return float(text)
        except ValueError:
            return text
    return text
