"""The current conversation is saved step by step."""

from __future__ import annotations

from threading import Event

import pytest

from tests.tui.conftest import REPLIES, WHEN, WHICH
from tui.saved_conversations.conversation_recorder import ConversationRecorder
from tui.saved_conversations.conversation_store import ConversationsError, ConversationStore


@pytest.fixture
def conversations(tmp_path) -> ConversationStore:
    return ConversationStore(tmp_path / "kept" / "sessions.sqlite")


def no_failure(error: Exception) -> None:
    raise AssertionError(error)


def test_the_first_question_begins_a_conversation_and_names_it(conversations):
    recorder = ConversationRecorder(conversations, "/index", no_failure)
    recorder.record_question("one", WHEN)
    recorder.record_question("two", WHICH)
    recorder.record_reply("two", REPLIES[WHICH])
    recorder.record_reply("one", REPLIES[WHEN])
    recorder.close()
    [conversation] = conversations.search_conversations()
    assert (conversation.id, conversation.name, conversation.index_location) == (
        recorder.conversation,
        WHEN,
        "/index",
    )
    assert [turn.reply for turn in conversations.read_turns(conversation.id)] == [
        REPLIES[WHEN],
        REPLIES[WHICH],
    ]


def test_a_new_conversation_begins_with_its_first_question(conversations):
    recorder = ConversationRecorder(conversations, "/index", no_failure)
    recorder.record_question("one", WHEN)
    recorder.switch_conversation(None)
    recorder.record_reply("one", REPLIES[WHEN])  # too late: it was left
    recorder.record_question("two", WHICH)
    recorder.close()
    assert [conversation.name for conversation in conversations.search_conversations()] == [
        WHICH,
        WHEN,
    ]
    assert conversations.read_turns(1)[0].reply is None


def test_an_earlier_conversation_is_gone_on_with(conversations):
    earlier = conversations.begin_conversation("Earlier", "/index")
    conversations.add_question(earlier, WHEN)
    recorder = ConversationRecorder(conversations, "/index", no_failure)
    recorder.switch_conversation(earlier)
    recorder.record_question("two", WHICH)
    recorder.close()
    assert [turn.question for turn in conversations.read_turns(earlier)] == [WHEN, WHICH]


def test_questions_after_another_window_deleted_the_conversation_begin_a_new_one(conversations):
    recorder = ConversationRecorder(conversations, "/index", no_failure)
    recorder.record_question("one", WHEN)
    recorder.wait_until_saved()
    [conversation] = conversations.search_conversations()
    ConversationStore(conversations.path).delete_conversation(conversation.id)
    recorder.record_reply("one", REPLIES[WHEN])  # too late: it is gone
    recorder.record_question("two", WHICH)
    recorder.record_question("three", WHEN)
    recorder.close()
    [conversation] = conversations.search_conversations()
    assert conversation.name == WHICH
    turns = conversations.read_turns(conversation.id)
    assert [turn.question for turn in turns] == [WHICH, WHEN]


def test_what_it_was_told_can_be_waited_for(conversations, saving):
    recorder = ConversationRecorder(conversations, "/index", no_failure)
    recorder.wait_until_saved()  # Nothing was said yet.
    recorder.record_question("one", WHEN)
    assert conversations.search_conversations() == []
    saving.set()
    recorder.wait_until_saved()
    assert [conversation.name for conversation in conversations.search_conversations()] == [WHEN]
    recorder.close()


def test_what_comes_after_the_end_is_not_saved_and_breaks_nothing(conversations):
    recorder = ConversationRecorder(conversations, "/index", no_failure)
    recorder.record_question("one", WHEN)
    recorder.close()
    recorder.record_reply("one", REPLIES[WHEN])
    recorder.wait_until_saved()
    assert [turn.reply for turn in conversations.read_turns(1)] == [None]


def test_nothing_asked_is_nothing_saved(conversations):
    recorder = ConversationRecorder(conversations, "/index", no_failure)
    recorder.switch_conversation(None)
    recorder.close()
    assert not conversations.path.exists()


def test_what_cannot_be_saved_is_told_and_what_follows_is_tried_again(tmp_path):
    (tmp_path / "file").write_text("")
    failures: list[Exception] = []
    told = Event()

    def failed(error: Exception) -> None:
        failures.append(error)
        told.set()

    conversations = ConversationStore(tmp_path / "file" / "sessions.sqlite")
    recorder = ConversationRecorder(conversations, "/index", failed)
    recorder.record_question("one", WHEN)
    assert told.wait(10)
    (tmp_path / "file").unlink()
    recorder.record_reply("one", REPLIES[WHEN])
    recorder.record_question("two", WHICH)
    recorder.close()
    assert [type(failure) for failure in failures] == [ConversationsError]
    assert [turn.question for turn in conversations.read_turns(1)] == [WHICH]
