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

from tests.support import ROOT
from tests.tui.conftest import NOWHERE, REPLIES, WHEN, WHICH
from tui.sessions.session_store import DAMAGED, SessionsError, SessionStore


@pytest.fixture
def sessions(tmp_path) -> SessionStore:
    return SessionStore(tmp_path / "kept" / "sessions.sqlite")


def save_questions(
    sessions: SessionStore, name: str, *questions: str, place: str = "/index"
) -> int:
    """A conversation with these questions and their replies."""
    session = sessions.begin_session(name, place)
    for question in questions:
        sessions.add_reply(sessions.add_question(session, question), REPLIES[question])
    return session


def test_a_conversation_reads_as_it_went(sessions):
    session = save_questions(sessions, WHEN, WHEN, NOWHERE)
    turns = SessionStore(sessions.path).read_turns(session)
    assert [(turn.question, turn.reply) for turn in turns] == [
        (WHEN, REPLIES[WHEN]),
        (NOWHERE, REPLIES[NOWHERE]),
    ]
    assert turns[0].time <= turns[1].time


def test_a_question_is_kept_before_its_reply_comes(sessions):
    session = sessions.begin_session("Later", "/index")
    sessions.add_question(session, WHEN)
    [turn] = sessions.read_turns(session)
    assert (turn.question, turn.reply) == (WHEN, None)


def test_nothing_is_on_disk_before_a_conversation_begins(sessions):
    assert sessions.search_sessions() == []
    assert not sessions.path.parent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are others there")
def test_the_file_is_for_its_owner_alone(sessions):
    save_questions(sessions, "Mine", WHEN)
    assert stat.S_IMODE(sessions.path.stat().st_mode) == 0o600


def test_the_latest_conversation_comes_first(sessions):
    first = save_questions(sessions, "First", WHEN)
    second = save_questions(sessions, "Second", WHICH, place="/other")
    found = sessions.search_sessions()
    assert [(s.id, s.name, s.index_folder, s.turns) for s in found] == [
        (second, "Second", "/other", 1),
        (first, "First", "/index", 1),
    ]
    sessions.add_question(first, NOWHERE)
    assert [s.id for s in sessions.search_sessions()] == [first, second]
    assert sessions.search_sessions()[0].turns == 2


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
def test_conversations_are_found_by_the_words_in_them(sessions, words, names):
    save_questions(sessions, "Museum", WHEN)
    save_questions(sessions, "Chess", NOWHERE)
    assert [session.name for session in sessions.search_sessions(words)] == names


def test_words_may_stand_in_several_turns(sessions):
    save_questions(sessions, "Both", WHEN, NOWHERE)
    assert len(sessions.search_sessions("mill tournament")) == 1


def test_a_conversation_is_renamed_on_one_line(sessions):
    session = save_questions(sessions, "Old", WHEN)
    sessions.rename_session(session, " New\n name ")
    assert sessions.search_sessions()[0].name == "New name"
    sessions.rename_session(session, "  ")
    assert sessions.search_sessions()[0].name == "New name"


def test_what_is_deleted_is_gone_with_its_turns_and_nothing_else(sessions):
    kept, gone = save_questions(sessions, "Kept", WHEN), save_questions(sessions, "Gone", WHICH)
    sessions.delete_session(gone)
    assert [session.id for session in sessions.search_sessions()] == [kept]
    assert sessions.read_turns(gone) == []
    with closing(sqlite3.connect(sessions.path)) as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (1,)


def test_a_deleted_conversation_takes_no_more_questions(sessions):
    session = save_questions(sessions, "Gone", WHEN)
    sessions.delete_session(session)
    with pytest.raises(SessionsError):
        sessions.add_question(session, WHICH)


def test_a_reply_that_cannot_be_read_leaves_its_question(sessions):
    session = save_questions(sessions, "Damaged", WHEN)
    with closing(sqlite3.connect(sessions.path)) as connection, connection:
        connection.execute("UPDATE turns SET reply = '{'")
    [turn] = sessions.read_turns(session)
    assert (turn.question, turn.reply) == (WHEN, None)


def test_lone_surrogates_are_kept_as_replacement_characters(sessions):
    session = sessions.begin_session("\ud800", "/\udce9")
    sessions.add_question(session, "\udfff?")
    assert sessions.search_sessions()[0].name == "�"
    assert sessions.read_turns(session)[0].question == "�?"


def test_several_may_write_at_once(sessions):
    session = sessions.begin_session("Busy", "/index")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: sessions.add_question(session, f"Question {n}"), range(12)))
    assert {turn.question for turn in sessions.read_turns(session)} == {
        f"Question {n}" for n in range(12)
    }


@pytest.mark.e2e
def test_a_kill_leaves_all_that_was_committed(sessions):
    code = (
        "import os, signal, sys\n"
        "from tui.sessions.session_store import SessionStore\n"
        "sessions = SessionStore(sys.argv[1])\n"
        "session = sessions.begin_session('Killed', '/index')\n"
        "for number in range(5):\n"
        "    sessions.add_question(session, f'Question {number}')\n"
        "with sessions._transaction() as connection:\n"
        "    connection.execute('DELETE FROM turns')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, sessions.path], cwd=ROOT, check=False)
    assert done.returncode == -9
    [session] = sessions.search_sessions()
    assert [turn.question for turn in sessions.read_turns(session.id)] == [
        f"Question {number}" for number in range(5)
    ]


def test_a_newer_format_is_refused_in_one_line(sessions):
    save_questions(sessions, "Old", WHEN)
    with closing(sqlite3.connect(sessions.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(SessionsError, match="newer version of Quoteback"):
        sessions.search_sessions()
    with pytest.raises(SessionsError, match="newer version of Quoteback"):
        sessions.begin_session("New", "/index")


@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"x" * 99]
)
def test_a_file_that_is_none_is_said_in_one_line_and_left_alone(sessions, content):
    sessions.path.parent.mkdir()
    sessions.path.write_bytes(content)
    with pytest.raises(SessionsError) as raised:
        sessions.begin_session("New", "/index")
    assert str(sessions.path) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert sessions.path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SessionsError, match="cannot be saved"):
        SessionStore(tmp_path / "file" / "sessions.sqlite").begin_session("New", "/index")


def change(sessions, statement):
    with closing(sqlite3.connect(sessions.path)) as connection, connection:
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
def test_a_damaged_question_is_never_shown_as_asked(sessions, statement):
    session = save_questions(sessions, "Damaged", WHEN, WHICH)
    change(sessions, statement)
    assert sorted(turn.question for turn in sessions.read_turns(session)) == [DAMAGED, WHICH]
    assert sessions.read_questions() == [WHICH]


@pytest.mark.parametrize("value", ["'x'", "x'ff'", "5", "replace(reply, '1', '2')"])
def test_a_damaged_reply_is_not_shown(sessions, value):
    session = save_questions(sessions, "Damaged", WHEN)
    change(sessions, f"UPDATE turns SET reply = {value}")
    assert [(t.question, t.reply) for t in sessions.read_turns(session)] == [(WHEN, None)]


@pytest.mark.parametrize(
    "setting",
    ["name = 'Other'", "name = x'ff'", "begun = 'yesterday'", "begun = '9999-12-31T23:59:59'"],
)
def test_a_damaged_conversation_keeps_its_turns(sessions, setting):
    session = save_questions(sessions, "Kept", WHEN)
    change(sessions, f"UPDATE sessions SET {setting}")
    [found] = sessions.search_sessions()
    assert (found.id, found.name, found.turns) == (session, DAMAGED, 1)
    assert [turn.question for turn in sessions.read_turns(session)] == [WHEN]
    sessions.rename_session(session, "Again")
    assert sessions.search_sessions()[0].name == "Again"


def test_conversations_of_the_first_format_get_checksums(sessions):
    session = save_questions(sessions, "Old", WHEN)
    for column in ("turns DROP COLUMN reply_hash", "turns DROP COLUMN hash"):
        change(sessions, f"ALTER TABLE {column}")
    change(sessions, "ALTER TABLE sessions DROP COLUMN hash")
    change(sessions, "PRAGMA user_version = 1")
    [turn] = sessions.read_turns(session)
    assert (turn.question, turn.reply) == (WHEN, REPLIES[WHEN])
    assert sessions.search_sessions()[0].name == "Old"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_a_pipe_in_place_of_the_file_is_said_at_once(sessions):
    sessions.path.parent.mkdir()
    os.mkfifo(sessions.path)
    with pytest.raises(SessionsError, match="no file"):
        sessions.search_sessions()
