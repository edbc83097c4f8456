"""Conversations kept on disk."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from index.filesystem import seal
from tests.support import ROOT
from tests.tui.conftest import NOWHERE, REPLIES, WHEN, WHICH
from tui.saved_conversations.conversation_store import (
    DAMAGED,
    ConversationsError,
    ConversationStore,
)


@pytest.fixture
def conversations(tmp_path) -> ConversationStore:
    return ConversationStore(tmp_path / "kept" / "sessions.sqlite")


def save_questions(
    conversations: ConversationStore, name: str, *questions: str, place: str = "/index"
) -> int:
    """A conversation with these questions and their replies."""
    conversation = conversations.begin_conversation(name, place)
    for question in questions:
        conversations.add_reply(
            conversations.add_question(conversation, question), REPLIES[question]
        )
    return conversation


def test_a_conversation_reads_as_it_went(conversations):
    conversation = save_questions(conversations, WHEN, WHEN, NOWHERE)
    turns = ConversationStore(conversations.path).read_turns(conversation)
    assert [(turn.question, turn.reply) for turn in turns] == [
        (WHEN, REPLIES[WHEN]),
        (NOWHERE, REPLIES[NOWHERE]),
    ]
    assert turns[0].time <= turns[1].time


def test_a_question_is_kept_before_its_reply_comes(conversations):
    conversation = conversations.begin_conversation("Later", "/index")
    conversations.add_question(conversation, WHEN)
    [turn] = conversations.read_turns(conversation)
    assert (turn.question, turn.reply) == (WHEN, None)


def test_nothing_is_on_disk_before_a_conversation_begins(conversations):
    assert conversations.search_conversations() == []
    assert not conversations.path.parent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are others there")
def test_the_file_is_for_its_owner_alone(conversations):
    save_questions(conversations, "Mine", WHEN)
    assert stat.S_IMODE(conversations.path.stat().st_mode) == 0o600


def test_the_latest_conversation_comes_first(conversations):
    first = save_questions(conversations, "First", WHEN)
    second = save_questions(conversations, "Second", WHICH, place="/other")
    found = conversations.search_conversations()
    assert [(s.id, s.name, s.index_location, s.turns) for s in found] == [
        (second, "Second", "/other", 1),
        (first, "First", "/index", 1),
    ]
    conversations.add_question(first, NOWHERE)
    assert [s.id for s in conversations.search_conversations()] == [first, second]
    assert conversations.search_conversations()[0].turns == 2


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", ["Chess", "Museum"]),
        ("museum", ["Museum"]),
        ("CHESS", ["Chess"]),
        ("disused mill", ["Museum"]),  # in the answer's sentence, in any order
        ("mill disused", ["Museum"]),
        ("tournament mill", []),
        ("meteorologist", []),  # a candidate that was not given as an answer
        ("%", []),
        ("' OR 1", []),
        ("\ud800", []),
    ],
)
def test_conversations_are_found_by_the_words_in_them(conversations, words, names):
    save_questions(conversations, "Museum", WHEN)
    save_questions(conversations, "Chess", NOWHERE)
    assert [
        conversation.name for conversation in conversations.search_conversations(words)
    ] == names


def test_a_search_for_thousands_of_words_finds_or_finds_nothing(conversations):
    save_questions(conversations, "About the boiler", WHEN)
    assert conversations.search_conversations(" ".join(f"w{n}" for n in range(3000))) == []
    [found] = conversations.search_conversations("boiler " * 3000)
    assert found.name == "About the boiler"


def test_words_may_stand_in_several_turns(conversations):
    save_questions(conversations, "Both", WHEN, NOWHERE)
    assert len(conversations.search_conversations("mill tournament")) == 1


def test_a_conversation_is_renamed_on_one_line(conversations):
    conversation = save_questions(conversations, "Old", WHEN)
    conversations.rename_conversation(conversation, " New\n name ")
    assert conversations.search_conversations()[0].name == "New name"
    conversations.rename_conversation(conversation, "  ")
    assert conversations.search_conversations()[0].name == "New name"


def test_what_is_deleted_is_gone_with_its_turns_and_nothing_else(conversations):
    kept, gone = (
        save_questions(conversations, "Kept", WHEN),
        save_questions(conversations, "Gone", WHICH),
    )
    conversations.delete_conversation(gone)
    assert [conversation.id for conversation in conversations.search_conversations()] == [kept]
    assert conversations.read_turns(gone) == []
    with closing(sqlite3.connect(conversations.path)) as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (1,)


def test_a_deleted_conversation_takes_no_more_questions(conversations):
    conversation = save_questions(conversations, "Gone", WHEN)
    conversations.delete_conversation(conversation)
    with pytest.raises(ConversationsError):
        conversations.add_question(conversation, WHICH)


def test_a_reply_that_cannot_be_read_leaves_its_question(conversations):
    conversation = save_questions(conversations, "Damaged", WHEN)
    with closing(sqlite3.connect(conversations.path)) as connection, connection:
        connection.execute("UPDATE turns SET reply = '{'")
    [turn] = conversations.read_turns(conversation)
    assert (turn.question, turn.reply) == (WHEN, None)


def test_lone_surrogates_are_kept_as_replacement_characters(conversations):
    conversation = conversations.begin_conversation("\ud800", "/\udce9")
    conversations.add_question(conversation, "\udfff?")
    assert conversations.search_conversations()[0].name == "�"
    assert conversations.read_turns(conversation)[0].question == "�?"


def test_several_may_write_at_once(conversations):
    conversation = conversations.begin_conversation("Busy", "/index")
    with ThreadPoolExecutor(4) as threads:
        list(
            threads.map(
                lambda n: conversations.add_question(conversation, f"Question {n}"), range(12)
            )
        )
    assert {turn.question for turn in conversations.read_turns(conversation)} == {
        f"Question {n}" for n in range(12)
    }


@pytest.mark.e2e
def test_a_kill_leaves_all_that_was_committed(conversations):
    code = (
        "import os, signal, sys\n"
        "from tui.saved_conversations.conversation_store import ConversationStore\n"
        "conversations = ConversationStore(sys.argv[1])\n"
        "conversation = conversations.begin_conversation('Killed', '/index')\n"
        "for number in range(5):\n"
        "    conversations.add_question(conversation, f'Question {number}')\n"
        "with conversations._transaction() as connection:\n"
        "    connection.execute('DELETE FROM turns')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, conversations.path], cwd=ROOT, check=False)
    assert done.returncode == -9
    [conversation] = conversations.search_conversations()
    assert [turn.question for turn in conversations.read_turns(conversation.id)] == [
        f"Question {number}" for number in range(5)
    ]


def test_a_newer_format_is_refused_in_one_line(conversations):
    save_questions(conversations, "Old", WHEN)
    with closing(sqlite3.connect(conversations.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(ConversationsError, match="newer version of Quoteback"):
        conversations.search_conversations()
    with pytest.raises(ConversationsError, match="newer version of Quoteback"):
        conversations.begin_conversation("New", "/index")


@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"x" * 99]
)
def test_a_file_that_is_none_is_said_in_one_line_and_left_alone(conversations, content):
    conversations.path.parent.mkdir()
    conversations.path.write_bytes(content)
    with pytest.raises(ConversationsError) as raised:
        conversations.begin_conversation("New", "/index")
    assert str(conversations.path) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert conversations.path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConversationsError, match="cannot be saved"):
        ConversationStore(tmp_path / "file" / "sessions.sqlite").begin_conversation("New", "/index")


def change(conversations, statement):
    with closing(sqlite3.connect(conversations.path)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE turns SET question = 'Who?' WHERE id = 1",
        "UPDATE turns SET asked = 'yesterday' WHERE id = 1",
        "UPDATE turns SET question = x'fffe' WHERE id = 1",
        "UPDATE turns SET id = 77 WHERE id = 1",
    ],
)
def test_a_damaged_question_is_never_shown_as_asked(conversations, statement):
    conversation = save_questions(conversations, "Damaged", WHEN, WHICH)
    change(conversations, statement)
    assert sorted(turn.question for turn in conversations.read_turns(conversation)) == [
        DAMAGED,
        WHICH,
    ]
    assert conversations.read_questions() == [WHICH]


@pytest.mark.parametrize("value", ["'x'", "x'ff'", "5", "replace(reply, '1', '2')"])
def test_a_damaged_reply_is_not_shown(conversations, value):
    conversation = save_questions(conversations, "Damaged", WHEN)
    change(conversations, f"UPDATE turns SET reply = {value}")
    assert [(t.question, t.reply) for t in conversations.read_turns(conversation)] == [(WHEN, None)]


@pytest.mark.parametrize(
    "setting",
    ["name = 'Other'", "name = x'ff'", "begun = 'yesterday'", "begun = '9999-12-31T23:59:59'"],
)
def test_a_damaged_conversation_keeps_its_turns(conversations, setting):
    conversation = save_questions(conversations, "Kept", WHEN)
    change(conversations, f"UPDATE sessions SET {setting}")
    [found] = conversations.search_conversations()
    assert (found.id, found.name, found.turns) == (conversation, DAMAGED, 1)
    assert [turn.question for turn in conversations.read_turns(conversation)] == [WHEN]
    conversations.rename_conversation(conversation, "Again")
    assert conversations.search_conversations()[0].name == "Again"


def test_conversations_of_the_first_format_get_checksums(conversations):
    conversation = save_questions(conversations, "Old", WHEN)
    for column in ("turns DROP COLUMN reply_hash", "turns DROP COLUMN hash"):
        change(conversations, f"ALTER TABLE {column}")
    change(conversations, "ALTER TABLE sessions DROP COLUMN hash")
    change(conversations, "PRAGMA user_version = 1")
    [turn] = conversations.read_turns(conversation)
    assert (turn.question, turn.reply) == (WHEN, REPLIES[WHEN])
    assert conversations.search_conversations()[0].name == "Old"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_a_pipe_in_place_of_the_file_is_said_at_once(conversations):
    conversations.path.parent.mkdir()
    os.mkfifo(conversations.path)
    with pytest.raises(ConversationsError, match="not a file"):
        conversations.search_conversations()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW v AS SELECT * FROM turns",
        "CREATE TRIGGER t AFTER INSERT ON turns BEGIN DELETE FROM sessions; END",
        "CREATE INDEX i ON turns (abs(session_id))",
    ],
)
def test_a_file_of_somebody_else_runs_nothing(conversations, statement):
    conversation = save_questions(conversations, WHEN, WHEN)
    with closing(sqlite3.connect(conversations.path)) as connection, connection:
        connection.execute(statement)
    for ask in (
        conversations.search_conversations,
        conversations.read_questions,
        lambda: conversations.read_turns(conversation),
        lambda: conversations.add_question(conversation, WHICH),
    ):
        with pytest.raises(ConversationsError, match="is not ours"):
            ask()


def test_questions_and_names_that_are_no_text_are_damaged(conversations):
    conversation = save_questions(conversations, WHEN, WHEN)
    with closing(sqlite3.connect(conversations.path)) as connection, connection:
        *values, _ = connection.execute(
            "SELECT id, name, place, begun, hash FROM sessions"
        ).fetchone()
        values[1] = b"\xff"
        connection.execute("UPDATE sessions SET name = ?, hash = ?", (b"\xff", seal(*values)[-1]))
        *values, _ = connection.execute(
            "SELECT id, session_id, question, asked, hash FROM turns"
        ).fetchone()
        values[2] = b"\xff"
        connection.execute("UPDATE turns SET question = ?, hash = ?", (b"\xff", seal(*values)[-1]))
    assert [each.name for each in conversations.search_conversations()] == [DAMAGED]
    assert [turn.question for turn in conversations.read_turns(conversation)] == [DAMAGED]
    assert conversations.read_questions() == []
