"""What the app can do: all keys by where they work, in the help and in the command palette."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual.actions import parse
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.containers import Horizontal, ScrollableContainer, Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Static

from tui.app.main_screen import MainScreen
from tui.common.screens.keys import KeyGroup, describe_binding
from tui.common.screens.screen_parts import Overlay
from tui.conversation.question_input import QuestionInput
from tui.documents.documents_screen import DocumentsScreen
from tui.saved_conversations.conversations_screen import ConversationsScreen
from tui.search.check_screen import CheckScreen
from tui.search.search_screen import SearchScreen
from tui.settings.settings_screen import SettingsScreen
from tui.source.source_pane import SourcePane

# In cells: the column of keys, the same on a narrow screen, and the width of a wide screen.
_KEY_WIDTH, _NARROW_KEY_WIDTH, _NARROW = 18, 13, 60


def list_key_groups(app: type[App[None]]) -> tuple[KeyGroup, ...]:
    """The groups of keys that can be changed; those of the app, which work everywhere, first."""
    return (
        KeyGroup("Everywhere", app),
        KeyGroup("While asking", MainScreen),
        KeyGroup("In the question", QuestionInput),
        KeyGroup("In the source", SourcePane),
        KeyGroup("Among the conversations", ConversationsScreen),
        KeyGroup("Among the documents", DocumentsScreen),
        KeyGroup("While searching", SearchScreen),
        KeyGroup("Among quotations", CheckScreen),
        KeyGroup("In the settings", SettingsScreen),
    )


def list_help_sections(
    groups: Sequence[KeyGroup], here: DOMNode, changes: Mapping[str, str]
) -> dict[str, list[Binding]]:
    """The sections of the help: first the keys of the current screen, last those for scrolling.

    `changes` has other keys by action, from the settings.
    """
    scrolling = [
        binding
        for binding in Binding.make_bindings(ScrollableContainer.BINDINGS)
        if not binding.action.endswith(("left", "right"))
    ]
    ordered = sorted(groups, key=lambda group: not isinstance(here, group.owner))
    listed = {group.title: group.bindings(changes) for group in ordered}
    return listed | {"In the conversation and the source": scrolling}


class HelpScreen(Overlay[None]):
    """The keys and what they do, grouped by where they work."""

    DEFAULT_CSS = """
    HelpScreen {
        & > .panel {
            width: 68;
            max-height: 90%;
            padding: 1 3;
            scrollbar-size-vertical: 1;
        }
        Static, .columns, .column { height: auto; }
        .columns { layout: vertical; }
        &.-narrow > .panel { padding: 0 1; }
        &.-vast > .panel { width: 132; }
        &.-vast .columns { layout: horizontal; }
        &.-vast .column { width: 1fr; }
        .title { margin-top: 1; text-style: bold; color: $text-primary; }
        .column:first-child .title:first-child, &.-vast .title:first-child { margin-top: 0; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide"), (138, "-vast")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "dismiss", "Close help", id="close-help")
    ]

    def __init__(self, sections: Mapping[str, Iterable[Binding]]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="panel") as panel:
            panel.border_title = "Keys"
            panel.border_subtitle = "esc closes"
            with Horizontal(classes="columns"):
                for column in self._split_columns():
                    with Vertical(classes="column"):
                        for title, lines in column:
                            yield Static(title, classes="title")
                            yield Static(Content("\n").join(lines))

    def _split_columns(self) -> list[list[tuple[str, list[Content]]]]:
        """The sections in two columns of about the same height; a narrow screen stacks them."""
        sections = [(title, self._lines(bindings)) for title, bindings in self._sections.items()]
        heights = [len(lines) + 2 for _, lines in sections]
        half = min(
            range(len(sections) + 1), key=lambda at: max(sum(heights[:at]), sum(heights[at:]))
        )
        return [sections[:half], sections[half:]]

    def _lines(self, bindings: Iterable[Binding]) -> list[Content]:
        keys: dict[str, list[str]] = {}
        for binding in bindings:
            keys.setdefault(describe_binding(binding), []).append(self.app.get_key_display(binding))
        width = _KEY_WIDTH if self.app.size.width >= _NARROW else _NARROW_KEY_WIDTH
        return [
            Content.assemble((" or ".join(names).ljust(width), "bold"), description)
            for description, names in keys.items()
        ]


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and its keys."""

    name: str
    keys: str
    run: Callable[[], object]

    def draw(self, name: Content) -> Content:
        """The name as it is drawn, with the keys beside it."""
        return Content.assemble(name, (f"  {self.keys}", "$secondary"))


class CommandProvider(Provider):
    """The commands of the screen where the palette was opened: actions with a key, and themes."""

    @property
    def _app(self) -> Any:
        """The app, whose type cannot be named here: its module imports this one."""
        return self.app

    async def discover(self) -> Hits:
        for command in self._list_actions():
            yield DiscoveryHit(command.draw(Content(command.name)), command.run, command.name)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in [*self._list_actions(), *self._list_themes()]:
            score = matcher.match(command.name)
            if score > 0:
                shown = command.draw(matcher.highlight(command.name))
                yield Hit(score, shown, command.run, command.name)

    def _list_actions(self) -> Iterator[Command]:
        for group in self._app.key_groups:
            node = self._find_node(group.owner)
            if node is None:
                continue
            for bindings in group.bindings_by_action(self._app.settings.keys).values():
                action = bindings[0].action
                place, name, parameters = parse(action)
                runs = self.app if place == "app" else node
                if name != "command_palette" and runs.check_action(name, parameters):
                    keys = " or ".join(map(self.app.get_key_display, bindings))
                    run = partial(self.app.run_action, action, node)
                    yield Command(describe_binding(bindings[0]), keys, run)

    def _list_themes(self) -> Iterator[Command]:
        for name in sorted(self.app.available_themes):
            yield Command(f"Theme: {name}", "", partial(self._app.choose_theme, name))

    def _find_node(self, owner: type[DOMNode]) -> DOMNode | None:
        """The node on the screen that runs the actions of a class, if there is one."""
        for node in (self.app, self.screen):
            if isinstance(node, owner):
                return node
        return next((node for node in self.screen.walk_children() if isinstance(node, owner)), None)
