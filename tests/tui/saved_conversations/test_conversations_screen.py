"""Earlier conversations, as a person finds them and goes on with them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest
from textual import events

from tests.tui.conftest import NOWHERE, PRICE, REPLIES, WHEN, WHICH, type_question
from tui.app.app import QuotebackApp
from tui.common.screens.screen_parts import PromptScreen
from tui.conversation.question_input import QuestionInput
from tui.conversation.turn_view import TurnView
from tui.conversation.welcome import SampleDocuments
from tui.locations import samples_index
from tui.saved_conversations.conversation_store import ConversationStore, SavedConversation
from tui.saved_conversations.conversations_screen import (
    ConversationList,
    ConversationsScreen,
    format_time,
    suggest_file_name,
)
from tui.source.source_pane import SourcePane


@pytest.fixture
def conversations(tmp_path) -> ConversationStore:
    conversations = ConversationStore(tmp_path / "sessions.sqlite")
    for name, question, place in (("Chess", NOWHERE, "/other"), ("Museum", WHEN, "/index")):
        conversation = conversations.begin_conversation(name, place)
        conversations.add_reply(
            conversations.add_question(conversation, question), REPLIES[question]
        )
    return conversations


@pytest.fixture
def app(assistant, conversations) -> QuotebackApp:
    return QuotebackApp(
        lambda _report: assistant, conversations=conversations, index=Path("/index")
    )


@pytest.fixture
def opened(app, until):
    """Open the screen, and wait until the conversations are listed."""

    async def opening(pilot) -> ConversationsScreen:
        await until(lambda: app.screen_stack)
        await pilot.press("f5")
        await until(lambda: isinstance(app.screen, ConversationsScreen) and names(app))
        return app.screen

    return opening


def names(app: QuotebackApp) -> list[str]:
    lists = app.screen.query(ConversationList)
    return [str(o.prompt).partition("\n")[0] for listed in lists for o in listed.options]


async def test_the_chosen_conversation_is_shown_beside_the_list_where_there_is_room(
    app, opened, until, screen_text
):
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await until(lambda: "● 4 May 1998" in screen_text(app))
        await pilot.press("down")
        await until(lambda: "● 4 May 1998" not in screen_text(app))
        await pilot.resize_terminal(80, 24)
        await pilot.press("up")
        await pilot.pause(0.3)
        assert "● 4 May 1998" not in screen_text(app)
        await pilot.resize_terminal(120, 40)
        await until(lambda: "● 4 May 1998" in screen_text(app))


async def test_what_is_asked_is_kept_as_it_goes(app, conversations, until, ask):
    async with app.run_test() as pilot:
        await ask(pilot, WHICH)
        await until(lambda: len(conversations.search_conversations("visitors")) == 1)
        await ask(pilot, PRICE)
    [conversation] = conversations.search_conversations("visitors")
    assert (conversation.name, conversation.index_location) == (WHICH, "/index")
    assert [turn.reply for turn in conversations.read_turns(conversation.id)] == [
        REPLIES[WHICH],
        REPLIES[PRICE],
    ]


async def test_what_was_asked_just_now_is_listed_though_it_is_still_being_saved(
    app, saving, until, ask
):
    async with app.run_test() as pilot:
        await ask(pilot, WHICH)
        await pilot.press("f5")
        await until(lambda: isinstance(app.screen, ConversationsScreen))
        await pilot.pause(0.1)
        saving.set()
        await until(lambda: names(app))
        assert names(app) == [WHICH, "Museum", "Chess"]


async def test_a_question_without_a_reply_is_kept_too(app, assistant, conversations, until):
    assistant.fails = True
    async with app.run_test() as pilot:
        await type_question(pilot, WHICH)
        await until(lambda: conversations.search_conversations("visitors"))
    [conversation] = conversations.search_conversations("visitors")
    assert [turn.reply for turn in conversations.read_turns(conversation.id)] == [None]


async def test_they_are_listed_with_time_number_and_another_index(app, opened, screen_text, until):
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert names(app) == ["Museum", "Chess"]
        await until(lambda: "today" in screen_text(app))
        shown = screen_text(app)
        assert "1 question" in shown
        assert shown.count("/other") == 1
        assert "/index" not in shown


async def test_an_index_is_named_as_people_call_it(app, conversations, opened, screen_text, until):
    conversations.begin_conversation("Sampled", str(samples_index()))
    conversations.begin_conversation("At home", str(Path.home() / "notes.index"))
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await until(lambda: "· sample documents" in screen_text(app))
        assert "· ~/notes.index" in screen_text(app)


async def test_typing_narrows_the_list_and_going_on_shows_the_conversation(
    app, opened, assistant, conversations, until, screen_text, ask
):
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press(*"mill")
        await until(lambda: names(app) == ["Museum"])
        await pilot.press("enter")
        await until(lambda: app.query(TurnView))
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.screen is app.screen_stack[0]
        await until(lambda: "4 May 1998" in screen_text(app))
        assert app.query_one(SourcePane).has_class("-showing")
        await ask(pilot, PRICE)
        # What was said before counts, and the question joins the conversation.
        assert assistant.asked[-1] == (PRICE, ((WHEN, "4 May 1998"),))
        await pilot.press("up", "up")
        assert app.query_one(QuestionInput).value == WHEN
    [museum] = conversations.search_conversations("museum mill")
    assert museum.turns == 2


async def test_what_is_pasted_in_the_list_narrows_it(app, opened, until):
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        app.post_message(events.Paste("mill"))
        await until(lambda: names(app) == ["Museum"])


async def test_enter_goes_on_with_what_the_words_in_the_line_find(app, opened, until):
    async with app.run_test(size=(100, 30)) as pilot:
        await until(lambda: app._main.assistant is not None)
        screen = await opened(pilot)
        line = screen.query_one("Input")
        line.focus()
        line.value = "chess"
        await pilot.press("enter")
        await until(lambda: [turn.question for turn in app._main.query(TurnView)] == [NOWHERE])


async def test_a_turn_without_a_reply_says_so(app, opened, conversations, until, screen_text):
    conversations.add_question(conversations.begin_conversation("Cut short", "/index"), WHEN)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        await until(lambda: app.query(TurnView))
        await pilot.pause()
        await until(lambda: "No reply was kept: ask it again." in screen_text(app))


async def test_one_is_renamed(app, opened, conversations, until):
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("down", "f2")
        await until(lambda: isinstance(app.screen, PromptScreen))
        await pilot.press(*"ful", "enter")
        await until(
            lambda: isinstance(app.screen, ConversationsScreen) and "Chessful" in names(app)
        )
    assert [conversation.name for conversation in conversations.search_conversations()] == [
        "Museum",
        "Chessful",
    ]


async def test_escape_leaves_the_name_and_the_screen(app, opened, conversations, until):
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("f2")
        await until(lambda: isinstance(app.screen, PromptScreen))
        await pilot.press("x", "escape")
        await until(lambda: isinstance(app.screen, ConversationsScreen))
        await pilot.press("escape")
        await until(lambda: len(app.screen_stack) == 1)
        assert app.focused is app.query_one(QuestionInput)
    assert [conversation.name for conversation in conversations.search_conversations()] == [
        "Museum",
        "Chess",
    ]


async def test_deleting_asks_once_more(app, opened, conversations, until, screen_text):
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("delete")
        await until(lambda: "delete “Museum” for good" in screen_text(app))
        await pilot.press("down")
        await until(lambda: "for good" not in screen_text(app))
        await pilot.press("delete")
        await until(lambda: "delete “Chess” for good" in screen_text(app))
        assert len(conversations.search_conversations()) == 2
        await pilot.press("delete")
        await until(lambda: names(app) == ["Museum"])
    assert [conversation.name for conversation in conversations.search_conversations()] == [
        "Museum"
    ]


async def test_one_that_began_with_a_pasted_text_takes_a_few_lines(
    app, conversations, until, screen_text
):
    conversations.begin_conversation("All that was pasted " * 500, "/index")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f5")
        await until(lambda: names(app) and "Museum" in screen_text(app))
        await pilot.press("delete")
        await until(lambda: "for good" in screen_text(app))


async def test_deleting_the_conversation_that_goes_on_clears_it(
    app, opened, conversations, until, screen_text, ask
):
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        await until(lambda: app.query(TurnView))
        await opened(pilot)
        await pilot.press("delete")
        await until(lambda: "for good" in screen_text(app))
        await pilot.press("delete")
        await until(lambda: not app.query(TurnView))
        await pilot.press("escape")
        await ask(pilot, WHICH)
    assert [conversation.name for conversation in conversations.search_conversations()] == [
        WHICH,
        "Chess",
    ]


@pytest.mark.parametrize("suffix", ["md", "json"])
async def test_one_is_exported(app, opened, until, screen_text, tmp_path, suffix):
    target = tmp_path / f"out.{suffix}"
    async with app.run_test(size=(100, 30)) as pilot:
        await until(lambda: app._main.assistant is not None)
        await opened(pilot)
        await pilot.press("ctrl+e")
        await until(lambda: isinstance(app.screen, PromptScreen))
        app.screen.query_one("Input").value = str(target)
        await pilot.press("enter")
        await until(lambda: "Written to" in screen_text(app))
    text = target.read_text(encoding="utf-8")
    if suffix == "json":
        text = json.loads(text)["turns"][0]["reply"]["answers"][0]["citation"]
    assert "rain-museum.md:5, p. 3" in text


async def test_the_file_to_export_to_may_stand_in_quotes(app, opened, until, screen_text, tmp_path):
    async with app.run_test(size=(100, 30)) as pilot:
        await until(lambda: app._main.assistant is not None)
        await opened(pilot)
        await pilot.press("ctrl+e")
        await until(lambda: isinstance(app.screen, PromptScreen))
        app.screen.query_one("Input").value = f"'{tmp_path}/my out.md'"
        await pilot.press("enter")
        await until(lambda: "Written to" in screen_text(app))
    assert (tmp_path / "my out.md").is_file()


async def test_a_file_that_is_there_is_not_offered_and_not_written_over(
    app, opened, until, screen_text, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for name in ("museum.md", "museum-2.md"):
        (tmp_path / name).write_text("mine")
    async with app.run_test(size=(140, 30)) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+e")
        await until(lambda: isinstance(app.screen, PromptScreen))
        line = app.screen.query_one("Input")
        assert line.value == str(tmp_path / "museum-3.md")
        line.value = str(tmp_path / "museum.md")
        await pilot.press("enter")
        await until(lambda: "is there already" in screen_text(app))
        line.value = str(tmp_path / "other.md")
        await pilot.press("enter")
        await until(lambda: "Written to" in screen_text(app))
    assert (tmp_path / "museum.md").read_text() == "mine"
    assert (tmp_path / "other.md").read_text().startswith("# Museum")


async def test_a_damaged_file_is_one_line_and_the_app_lives_on(
    app, opened, conversations, until, screen_text, ask
):
    conversations.path.write_bytes(b"damaged" * 1000)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f5")
        # A path of any length may break the line.
        await until(lambda: "cannot be read" in " ".join(screen_text(app).split()))
        await pilot.press("escape")
        await ask(pilot)
        await until(lambda: "Not saved:" in screen_text(app))
        assert app.query(TurnView).last().reply is not None


async def test_that_nothing_is_saved_is_seen_though_the_reply_comes_in_its_place(
    app, assistant, conversations, until, screen_text
):
    conversations.path.write_bytes(b"damaged" * 1000)
    assistant.busy = Event()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await type_question(pilot, WHICH)
        await until(lambda: "Not saved:" in screen_text(app))
        assistant.busy.set()
        await until(lambda: app.query(TurnView).last().reply is not None)
        await pilot.pause(0.2)
        assert "Not saved:" in screen_text(app)


async def test_without_a_place_for_them_there_is_no_such_key(assistant):
    app = QuotebackApp(lambda _report: assistant)
    async with app.run_test() as pilot:
        await pilot.press("f5")
        assert len(app.screen_stack) == 1


async def test_none_yet_is_said(assistant, tmp_path, until, screen_text):
    app = QuotebackApp(
        lambda _report: assistant, conversations=ConversationStore(tmp_path / "none.sqlite")
    )
    async with app.run_test() as pilot:
        await pilot.press("f5")
        await until(lambda: "No conversation yet" in screen_text(app))
        await pilot.press("enter", "f2", "delete", "ctrl+e")
        assert isinstance(app.screen, ConversationsScreen)


def test_times_are_said_as_people_say_them():
    now = datetime(2026, 5, 3, 14, 2)
    for then, said in (
        (datetime(2026, 5, 3, 9, 5), "today 9:05"),
        (datetime(2026, 5, 2, 23, 59), "yesterday 23:59"),
        (datetime(2026, 4, 30), "30 April"),
        (datetime(2025, 5, 3), "3 May 2025"),
    ):
        assert format_time(then, now) == said


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("When did it open?", "when-did-it-open.md"),
        ("../../etc", "etc.md"),
        ("?", "conversation.md"),
        ("谁？", "谁.md"),
    ],
)
def test_a_file_is_named_after_its_conversation(name, file):
    now = datetime(2026, 5, 3)
    assert suggest_file_name(SavedConversation(1, name, "", now, now, 1)) == file


async def test_questions_of_earlier_conversations_are_at_hand(app, until):
    async with app.run_test() as pilot:
        line = app.query_one(QuestionInput)
        await until(lambda: line._history)
        await pilot.press("up")
        assert line.value == WHEN
        await pilot.press("up")
        assert line.value == NOWHERE


async def test_a_conversation_about_the_samples_says_so(assistant, tmp_path, ask):
    conversations = ConversationStore(tmp_path / "mine.sqlite")
    samples = SampleDocuments(Path("/samples"), [WHEN])
    app = QuotebackApp(
        lambda _report: assistant,
        samples=samples,
        conversations=conversations,
        index=Path("/index"),
    )
    async with app.run_test() as pilot:
        await ask(pilot)
    assert [
        conversation.index_location for conversation in conversations.search_conversations()
    ] == ["/samples"]
