"""What every screen looks like; `--snapshot-update` accepts a new look."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from index import Failure
from tests.tui.conftest import NOWHERE, REPLIES, WHEN
from tests.tui.documents.test_documents_screen import LibraryApp, contents
from tui.app.app import QuotebackApp
from tui.app.start import NOTHING_YET
from tui.app.status_line import StatusLine
from tui.common.prompt import PromptScreen
from tui.conversation.judgement import Judgement, RightAnswer
from tui.conversation.question_input import QuestionInput
from tui.conversation.right_answer_screen import RightAnswerScreen
from tui.conversation.turn_view import TurnView
from tui.conversation.welcome import SampleDocuments
from tui.documents.documents_screen import DocumentsScreen
from tui.documents.indexing_queue import IndexingProgress
from tui.documents.scope import Scope
from tui.sessions.session_store import SessionStore
from tui.settings.settings_screen import SettingsScreen


@pytest.fixture
def asked(app, until):
    """Ask, and wait for the reply and its source."""

    def questions(*asked: str):
        async def before(pilot) -> None:
            line = app.query_one(QuestionInput)
            line.cursor_blink = False
            for question in asked:
                line.value = question
                await pilot.press("enter")
                await until(
                    lambda: app.query(TurnView) and app.query(TurnView).last().reply is not None
                )
                # The one that answers begins the one that shows the source.
                await until(lambda: not app.workers)
            await pilot.pause()

        return before

    return questions


@pytest.mark.parametrize("theme", ["quoteback-dark", "quoteback-light"])
@pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=["80x24", "200x60"])
def test_an_answer_and_its_source(snap_compare, app, asked, size, theme):
    async def before(pilot) -> None:
        await pilot.pause()
        app.theme = theme
        await asked(WHEN)(pilot)

    assert snap_compare(app, terminal_size=size, run_before=before)


def test_high_contrast_on_a_very_small_screen(snap_compare, app, asked):
    async def before(pilot) -> None:
        app.theme = "quoteback-contrast"
        await asked(WHEN)(pilot)

    assert snap_compare(app, terminal_size=(40, 12), run_before=before)


def test_a_question_that_the_documents_do_not_answer(snap_compare, app, asked):
    assert snap_compare(app, terminal_size=(120, 36), run_before=asked(WHEN, NOWHERE))


def test_the_first_run(snap_compare, assistant, until):
    app = QuotebackApp(
        lambda _report: assistant,
        samples=SampleDocuments(
            Path("/samples"),
            NOTHING_YET,
            [WHEN, "Which instruments can visitors see?", "How much salt?"],
        ),
    )

    async def before(pilot) -> None:
        app.query_one(QuestionInput).cursor_blink = False
        await until(lambda: "Ready" in str(app.query_one(StatusLine).render()))
        await until(lambda: app.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, run_before=before)


def test_an_answer_that_was_judged_while_questions_are_confined(snap_compare, app, asked):
    async def before(pilot) -> None:
        await asked(WHEN)(pilot)
        await (
            app.query(TurnView)
            .last()
            .show_judgement(Judgement(WHEN, (), "right", RightAnswer(("4 May 1998",))))
        )
        app._set_scope(Scope("/library", True))
        await pilot.pause()

    assert snap_compare(app, terminal_size=(120, 36), run_before=before)


def test_the_documents(snap_compare, until):
    app = LibraryApp(Scope("/notes/letters", True))
    app.read = lambda: contents(
        stale=("/notes/boiler.md",),
        new=("/notes/new.md",),
        failed=(Failure("/notes/bad.pdf", "it is encrypted"),),
    )
    app.queue.progress = IndexingProgress("embedding", 0.4, "/notes/boiler.md")

    async def before(pilot) -> None:
        # The cursor comes to what questions are confined to once the tree is drawn.
        await until(lambda: isinstance(app.screen, DocumentsScreen) and app.tree.cursor_line == 1)
        await until(lambda: "Embedding" in str(app.screen.query_one(".working").render()))
        await until(lambda: app.screen.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=(100, 24), run_before=before)


def test_a_path_asked_for(snap_compare, until):
    app = LibraryApp(adding=True)

    async def before(pilot) -> None:
        await until(lambda: isinstance(app.screen, PromptScreen))
        line = app.screen.query_one(Input)
        line.cursor_blink = False
        line.value = "/notes/letters"
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


def test_the_settings(snap_compare, app, until):
    async def before(pilot) -> None:
        await until(lambda: "Ready" in app._main.status.idle)
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(app.screen, SettingsScreen))
        await until(lambda: app.screen.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=(100, 36), run_before=before)


def test_the_conversations(snap_compare, assistant, tmp_path, until, monkeypatch):
    monkeypatch.setattr("tui.sessions.sessions_screen.format_time", lambda *_: "today 9:05")
    sessions = SessionStore(tmp_path / "sessions.sqlite")
    for question in (NOWHERE, WHEN):
        sessions.add_reply(
            sessions.add_question(sessions.begin_session(question, ""), question), REPLIES[question]
        )
    app = QuotebackApp(lambda _report: assistant, sessions=sessions)

    async def before(pilot) -> None:
        await until(lambda: "Ready" in app._main.status.idle)
        await pilot.press("f5")
        await until(lambda: app.screen.query("SessionList") and app.screen.chosen)
        await until(lambda: app.screen.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


def test_what_is_right_asked_for(snap_compare, app, asked, until):
    async def before(pilot) -> None:
        await asked(WHEN)(pilot)
        await pilot.press("f8")
        await until(lambda: isinstance(app.screen, RightAnswerScreen))
        app.screen.query_one(Input).cursor_blink = False
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


def test_the_help(snap_compare, app, asked):
    async def before(pilot) -> None:
        await asked(WHEN)(pilot)
        await pilot.press("f1")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)
