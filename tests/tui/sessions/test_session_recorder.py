"""A conversation saved as it goes."""

from __future__ import annotations

from threading import Event

import pytest

from tests.tui.conftest import REPLIES, WHEN, WHICH
from tui.sessions.session_recorder import SessionRecorder
from tui.sessions.session_store import SessionsError, SessionStore


@pytest.fixture
def sessions(tmp_path) -> SessionStore:
    return SessionStore(tmp_path / "sessions.sqlite")


def no_failure(error: Exception) -> None:
    raise AssertionError(error)


def test_the_first_question_begins_a_conversation_and_names_it(sessions):
    recorder = SessionRecorder(sessions, "/index", no_failure)
    recorder.record_question("one", WHEN)
    recorder.record_question("two", WHICH)
    recorder.record_reply("two", REPLIES[WHICH])
    recorder.record_reply("one", REPLIES[WHEN])
    recorder.close()
    [session] = sessions.search_sessions()
    assert (session.id, session.name, session.index_folder) == (recorder.session, WHEN, "/index")
    assert [turn.reply for turn in sessions.read_turns(session.id)] == [
        REPLIES[WHEN],
        REPLIES[WHICH],
    ]


def test_a_new_conversation_begins_with_its_first_question(sessions):
    recorder = SessionRecorder(sessions, "/index", no_failure)
    recorder.record_question("one", WHEN)
    recorder.switch_session(None)
    recorder.record_reply("one", REPLIES[WHEN])  # too late: it was left
    recorder.record_question("two", WHICH)
    recorder.close()
    assert [session.name for session in sessions.search_sessions()] == [WHICH, WHEN]
    assert sessions.read_turns(1)[0].reply is None


def test_an_earlier_conversation_is_gone_on_with(sessions):
    earlier = sessions.begin_session("Earlier", "/index")
    sessions.add_question(earlier, WHEN)
    recorder = SessionRecorder(sessions, "/index", no_failure)
    recorder.switch_session(earlier)
    recorder.record_question("two", WHICH)
    recorder.close()
    assert [turn.question for turn in sessions.read_turns(earlier)] == [WHEN, WHICH]


def test_what_it_was_told_can_be_waited_for(sessions, saving):
    recorder = SessionRecorder(sessions, "/index", no_failure)
    recorder.wait_until_saved()  # Nothing was said yet.
    recorder.record_question("one", WHEN)
    assert sessions.search_sessions() == []
    saving.set()
    recorder.wait_until_saved()
    assert [session.name for session in sessions.search_sessions()] == [WHEN]
    recorder.close()


def test_what_comes_after_the_end_is_not_saved_and_breaks_nothing(sessions):
    recorder = SessionRecorder(sessions, "/index", no_failure)
    recorder.record_question("one", WHEN)
    recorder.close()
    recorder.record_reply("one", REPLIES[WHEN])
    recorder.wait_until_saved()
    assert [turn.reply for turn in sessions.read_turns(1)] == [None]


def test_nothing_asked_is_nothing_saved(sessions):
    recorder = SessionRecorder(sessions, "/index", no_failure)
    recorder.switch_session(None)
    recorder.close()
    assert not sessions.path.exists()


def test_what_cannot_be_saved_is_told_and_what_follows_is_tried_again(tmp_path):
    (tmp_path / "file").write_text("")
    failures: list[Exception] = []
    told = Event()

    def failed(error: Exception) -> None:
        failures.append(error)
        told.set()

    sessions = SessionStore(tmp_path / "file" / "sessions.sqlite")
    recorder = SessionRecorder(sessions, "/index", failed)
    recorder.record_question("one", WHEN)
    assert told.wait(10)
    (tmp_path / "file").unlink()
    recorder.record_reply("one", REPLIES[WHEN])
    recorder.record_question("two", WHICH)
    recorder.close()
    assert [type(failure) for failure in failures] == [SessionsError]
    assert [turn.question for turn in sessions.read_turns(1)] == [WHICH]
