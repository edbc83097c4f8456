"""All keys of the app by where they work: for the help, the palette and the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import App
from textual.binding import Binding
from textual.containers import ScrollableContainer
from textual.dom import DOMNode

from tui.app.main_screen import MainScreen
from tui.common.screens.keys import KeyGroup
from tui.conversation.question_input import QuestionInput
from tui.documents.documents_screen import DocumentsScreen
from tui.finding.search_screen import SearchScreen
from tui.saved_conversations.conversations_screen import ConversationsScreen
from tui.settings.settings_screen import SettingsScreen
from tui.source.source_pane import SourcePane


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
        KeyGroup("In the settings", SettingsScreen),
    )


def list_help_sections(
    groups: Sequence[KeyGroup], here: DOMNode, changes: Mapping[str, str]
) -> dict[str, list[Binding]]:
    """The sections of the help: first the keys of the current screen, last those for scrolling.

    Args:
        here: the current screen.
        changes: from the settings: other keys, by action.
    """
    scrolling = [
        binding
        for binding in Binding.make_bindings(ScrollableContainer.BINDINGS)
        if not binding.action.endswith(("left", "right"))
    ]
    ordered = sorted(groups, key=lambda group: not isinstance(here, group.owner))
    listed = {group.title: group.bindings(changes) for group in ordered}
    return listed | {"In the conversation and the source": scrolling}
