"""The command palette: everything that has a key, by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.command import CommandList, CommandPalette
from textual.widgets import Input

from tui.app.app import QuotebackApp
from tui.common.screens.keys import describe_binding
from tui.conversation.turn_view import TurnView
from tui.saved_conversations.conversation_store import ConversationStore


@pytest.fixture
def app(assistant, tmp_path) -> QuotebackApp:
    return QuotebackApp(
        lambda _report: assistant,
        index=Path(tmp_path / "an.index"),
        conversations=ConversationStore(tmp_path / "sessions.sqlite"),
        settings=tmp_path / "settings.toml",
    )


@pytest.fixture
def palette(app, until):
    """Open the palette, type something; what it lists then."""

    async def opening(pilot, typed: str = "") -> list[str]:
        await pilot.press("ctrl+p")
        await until(lambda: isinstance(app.screen, CommandPalette))
        app.screen.query_one(Input).value = typed
        listed = app.screen.query_one(CommandList)
        await until(lambda: listed.option_count)
        await pilot.pause(0.3)
        return [str(option.prompt) for option in listed.options]

    return opening


async def test_all_that_can_be_done_is_listed_with_its_keys(app, palette, ask):
    async with app.run_test(size=(120, 60)) as pilot:
        await ask(pilot)
        listed = "\n".join(await palette(pilot))
        offered = [
            binding
            for group in app.key_groups[:4]
            for binding in group.bindings()
            if binding.id
            and binding.id
            not in (
                *("commands", "try-again", "ask-everything", "contents"),
                *("back", "forward"),
            )
        ]
        for binding in offered:
            assert describe_binding(binding) in listed, binding.id
            assert app.get_key_display(binding) in listed


async def test_what_cannot_be_done_yet_is_not_listed(app, palette):
    async with app.run_test(size=(120, 60)) as pilot:
        listed = "\n".join(await palette(pilot))
        assert "Documents" in listed
        for not_yet in ("Try again", "Next answer", "Why this", "Mark it", "Ask everything"):
            assert not_yet not in listed


async def test_a_command_is_found_by_some_of_its_letters_and_run(app, palette, until, ask):
    async with app.run_test(size=(120, 60)) as pilot:
        await ask(pilot)
        assert (await palette(pilot, "newconv"))[0].startswith("New conversation")
        await pilot.press("enter")
        await until(lambda: not app.query(TurnView))


def test_it_has_the_words_of_the_footer(app):
    for group in app.key_groups:
        for binding in group.bindings():
            word = binding.description.rstrip("?").lower()
            assert not binding.show or word in describe_binding(binding).lower(), binding.id


async def test_themes_are_commands_too(app, palette, until):
    async with app.run_test(size=(120, 60)) as pilot:
        await palette(pilot, "theme: nord")
        await pilot.press("enter")
        await until(lambda: app.theme == "nord")


async def test_it_opens_from_every_screen_with_what_can_be_done_there(app, palette, until):
    async with app.run_test(size=(120, 60)) as pilot:
        await until(lambda: "Ready" in app._main.status.idle)
        await pilot.press("ctrl+o")
        await until(lambda: len(app.screen_stack) == 2)
        listed = "\n".join(await palette(pilot))
        assert "Update all" in listed
        assert "New conversation" not in listed
