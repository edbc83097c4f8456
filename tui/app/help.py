"""All keys of the app by where they work, and the help screen that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
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
            range(len(sections) + 1),
            key=lambda at: max(sum(heights[:at]), sum(heights[at:])),
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
