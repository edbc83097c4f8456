"""What is typed comes in its order, to the screen that the key before it has led to."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.app import App
from textual.widgets import Input

from tests.tui.conftest import WHEN
from tui.app.app import QuotebackApp
from tui.common.screens.screen_parts import PromptScreen
from tui.conversation.question_input import QuestionInput
from tui.conversation.turn_view import TurnView
from tui.documents.documents_screen import DocumentsScreen
from tui.saved_conversations.conversation_store import ConversationStore
from tui.saved_conversations.conversations_screen import ConversationsScreen
from tui.source.pane_parts import FindBar


@pytest.fixture
def app(assistant, tmp_path) -> QuotebackApp:
    return QuotebackApp(
        lambda _progress: assistant,
        index=tmp_path / "index",
        conversations=ConversationStore(tmp_path / "sessions.sqlite"),
    )


@pytest.fixture
def type_at_once(app):
    """Keys by their names, and pastes, before anything else can happen."""

    def type_(*typed: str | events.Paste) -> None:
        for key in typed:
            if isinstance(key, str):
                name = "slash" if key == "/" else "question_mark" if key == "?" else key
                app.post_message(events.Key(name, key if len(key) == 1 else None))
            else:
                app.post_message(key)

    return type_


def line(app: QuotebackApp) -> str:
    return app.query_one(QuestionInput).value


def value_on_screen(app: QuotebackApp) -> str | None:
    """What is typed on the uppermost screen; None until it has a line for that."""
    return next((line.value for line in app.screen.query(Input)), None)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ([*"teh", "backspace", "backspace", *"he"], "the"),
        ([*"abc", "left", "left", "x"], "axbc"),
        ([*"wrong", "ctrl+u", *"right"], "right"),
        ([*"one", "enter", *"two", "up", "!"], "one!"),
        (["a", events.Paste("bc"), "backspace", "d"], "abd"),
    ],
)
async def test_letters_and_keys_that_do_something_are_taken_in_their_order(
    app, type_at_once, until, typed, expected
):
    async with app.run_test():
        type_at_once(*typed)
        await until(lambda: line(app) == expected)


async def test_questions_typed_behind_each_other_are_all_asked(app, type_at_once, until):
    async with app.run_test():
        # What was typed before the app was up has a line feed for Enter.
        type_at_once(*"one", "enter", *"two", "ctrl+j", *"three")
        await until(lambda: line(app) == "three")
        assert [turn.question for turn in app.query(TurnView)] == ["one", "two"]


async def test_what_is_typed_behind_a_key_that_opens_a_screen_goes_to_that_screen(
    app, type_at_once, until
):
    async with app.run_test():
        type_at_once("f5", *"rain")
        await until(lambda: isinstance(app.screen, ConversationsScreen))
        await until(lambda: value_on_screen(app) == "rain")
        type_at_once("escape", *"Who", "ctrl+o", "f2", *"~/notes")
        await until(lambda: isinstance(app.screen, PromptScreen))
        await until(lambda: value_on_screen(app) == "~/notes")
        assert isinstance(app.screen_stack[-2], DocumentsScreen)
        type_at_once("escape", "escape", "?")
        await until(lambda: len(app.screen_stack) == 1 and line(app) == "Who?")


async def test_what_is_typed_behind_a_key_that_moves_the_focus_goes_there(
    app, type_at_once, until, monkeypatch
):
    copied = []

    async def copy(_: App, text: str) -> None:
        copied.append(text)

    monkeypatch.setattr("tui.source.source_pane.copy_text", copy)
    async with app.run_test(size=(120, 40)):
        type_at_once(*WHEN, "enter")
        await until(lambda: "read_source" in str(app.screen.active_bindings.get("tab")))
        type_at_once("tab", "y")
        await until(lambda: copied == ["4 May 1998"])
        type_at_once(*"/rain/", "shift+tab", "shift+tab", *"Who")
        await until(lambda: line(app) == "Who")
        assert app.query_one(FindBar).value == "rain/"


async def test_what_is_typed_behind_the_choice_of_a_conversation_goes_on_with_it(
    app, type_at_once, until
):
    async with app.run_test():
        type_at_once(*"one", "enter")
        await until(lambda: app.query(TurnView) and app.query_one(TurnView).reply is not None)
        type_at_once("ctrl+l", "f5")
        await until(lambda: isinstance(app.screen, ConversationsScreen))
        await until(lambda: app.screen.chosen is not None)
        type_at_once("enter", *"two")
        await until(lambda: line(app) == "two" and len(app.query(TurnView)) == 1)


async def test_keys_wait_for_nothing_that_hangs(app, type_at_once, until):
    async with app.run_test():
        never = asyncio.Event()
        app.query_one(QuestionInput).call_later(never.wait)
        type_at_once("a", "ctrl+q")
        await until(lambda: not app.is_running)
        never.set()
