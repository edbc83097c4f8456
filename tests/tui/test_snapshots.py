"""What every screen looks like; `--snapshot-update` accepts a new look."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input

from index import Failure, Status
from tests.tui.conftest import DESCALE, NOWHERE, REPLIES, TEXTS, WHEN, WHICH
from tests.tui.documents.test_documents_screen import LibraryApp, contents
from tui.app.app import QuotebackApp
from tui.common.screens.screen_parts import PromptScreen
from tui.conversation.judgements import Judgement, RightAnswer
from tui.conversation.judging import RightAnswerScreen
from tui.conversation.question_input import QuestionInput
from tui.conversation.turn_view import TurnView
from tui.conversation.welcome import SampleDocuments
from tui.documents.document_tree import Scope, build_document_tree
from tui.documents.documents_screen import DocumentsScreen
from tui.documents.indexing_queue import IndexingProgress
from tui.saved_conversations.conversation_store import ConversationStore
from tui.search.check_screen import CheckScreen
from tui.search.quick_open import QuickOpenScreen
from tui.search.search_screen import SearchScreen
from tui.settings.settings_screen import SettingsScreen
from tui.settings.themes import DARK, LIGHT
from tui.source.source_pane import SourcePane

DRAFT = """# A wet day out

The museum “opened on 4 May 1998 in a disused water mill”, and Ilse Marrin “had kept every rain
gauge she ever owned”. Somebody told us that “the roof was sold to a bank last year”.

> Visitors can see three instruments: a brass pluviometer […] and a chart recorder from 1911.

One is told that “Dogs are welcome, umbrellas are not”.
"""


@pytest.fixture
def asked(app, ask):
    """Ask, and wait for the reply and its source."""

    async def asking(pilot, *questions: str) -> None:
        app.query_one(QuestionInput).cursor_blink = False
        for question in questions:
            await ask(pilot, question)

    return asking


SMALL, LARGE = (80, 24), (120, 36)
# Each screen in two sizes and two themes. A size changes where things are, and a theme their
# colours: a pair shows both.
both_looks = pytest.mark.parametrize(
    ("size", "theme"),
    [(SMALL, "quoteback-dark"), (LARGE, "quoteback-light")],
    ids=["small-dark", "large-light"],
)
# Where colours say something, such as how sure an answer is, in all four.
all_looks = pytest.mark.parametrize(
    ("size", "theme"),
    [(size, f"quoteback-{theme}") for size in (SMALL, LARGE) for theme in ("dark", "light")],
    ids=["small-dark", "small-light", "large-dark", "large-light"],
)


@pytest.mark.parametrize("theme", ["quoteback-dark", "quoteback-light"])
@pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=["80x24", "200x60"])
def test_an_answer_and_its_source(snap_compare, app, asked, size, theme):
    async def before(pilot) -> None:
        await pilot.pause()
        app.theme = theme
        await asked(pilot, WHEN)

    assert snap_compare(app, terminal_size=size, run_before=before)


@all_looks
def test_a_list_and_a_long_answer(snap_compare, app, asked, size, theme):
    async def before(pilot) -> None:
        app.theme = theme
        await asked(pilot, DESCALE, WHICH)

    assert snap_compare(app, terminal_size=size, run_before=before)


def test_high_contrast_on_a_very_small_screen(snap_compare, app, asked):
    async def before(pilot) -> None:
        app.theme = "quoteback-contrast"
        await asked(pilot, WHEN)

    assert snap_compare(app, terminal_size=(40, 12), run_before=before)


@all_looks
def test_an_unsure_reply(snap_compare, app, asked, size, theme):
    async def before(pilot) -> None:
        app.theme = theme
        await asked(pilot, WHEN, NOWHERE)

    assert snap_compare(app, terminal_size=size, run_before=before)


@both_looks
def test_the_first_run(snap_compare, assistant, until, size, theme):
    app = QuotebackApp(
        lambda _report: assistant,
        samples=SampleDocuments(
            Path("/samples"),
            [WHEN, "Which instruments can visitors see?", "How much salt?"],
        ),
    )

    async def before(pilot) -> None:
        app.theme = theme
        app.query_one(QuestionInput).cursor_blink = False
        await until(lambda: app._main.summary.counts)
        await until(lambda: app.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize(
    ("size", "theme"),
    [
        (SMALL, "quoteback-dark"),
        (LARGE, "quoteback-light"),
        ((200, 60), "quoteback-dark"),
    ],
    ids=["small-dark", "large-light", "vast-dark"],
)
def test_ones_own_documents_before_the_first_question(
    snap_compare, assistant, until, screen_text, size, theme, monkeypatch
):
    monkeypatch.setattr(
        "tui.app.opening.read_document_tree",
        lambda _: build_document_tree(
            Status("/i", 3, 12, 12, "m", 0, ("/n",), (), (), ("/n/a.md",), (), None), list(TEXTS)
        ),
    )
    monkeypatch.setitem(REPLIES, "What is the collection?", REPLIES[WHICH])
    app = QuotebackApp(lambda _report: assistant, index=Path("/library.index"))

    async def before(pilot) -> None:
        app.theme = theme
        app.query_one(QuestionInput).cursor_blink = False
        await until(lambda: "Indexing is not finished" in screen_text(app))
        await until(lambda: "What is the collection?" in screen_text(app))
        await until(lambda: app.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


def test_an_answer_that_was_judged_while_questions_are_confined(snap_compare, app, asked):
    async def before(pilot) -> None:
        await asked(pilot, WHEN)
        await (
            app.query(TurnView)
            .last()
            .show_judgement(Judgement(WHEN, (), "right", RightAnswer(("4 May 1998",))))
        )
        app._set_scope(Scope("/library", True))
        await pilot.pause()

    assert snap_compare(app, terminal_size=(120, 36), run_before=before)


@all_looks
def test_the_documents(snap_compare, until, size, theme):
    app = LibraryApp(Scope("/notes/letters", True))
    app.read = lambda: contents(
        stale=("/notes/boiler.md",),
        new=("/notes/new.md",),
        failed=(Failure("/notes/bad.pdf", "it is encrypted"),),
        skipped=(Failure("/notes/a.zip", "of an unsupported kind"),),
    )
    app.queue.progress = IndexingProgress("indexing", 0.4, "/notes/boiler.md", 90)

    async def before(pilot) -> None:
        use_theme(app, theme)
        # The cursor comes to what questions are confined to once the tree is drawn.
        await until(lambda: isinstance(app.screen, DocumentsScreen) and app.tree.cursor_line == 1)
        await until(lambda: "Indexing" in str(app.screen.query_one(".working").render()))
        await until(lambda: app.screen.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


def test_a_path_asked_for(snap_compare, until):
    app = LibraryApp(adding=True)

    async def before(pilot) -> None:
        await until(lambda: isinstance(app.screen, PromptScreen))
        line = app.screen.query_one(Input)
        line.cursor_blink = False
        line.value = "/notes/letters"
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


@both_looks
def test_a_document_opened_by_name(snap_compare, app, until, size, theme):
    async def before(pilot) -> None:
        app.theme = theme
        await until(lambda: app._main.assistant is not None)
        await pilot.press("ctrl+k")
        await until(lambda: isinstance(app.screen, QuickOpenScreen))
        app.screen.query_one(Input).cursor_blink = False
        await pilot.press(*"m")
        await until(lambda: len(app.screen._shown) == 5)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@all_looks
def test_the_quotations_of_a_text(
    snap_compare, app, until, screen_text, tmp_path, monkeypatch, size, theme
):
    monkeypatch.chdir(tmp_path)
    Path("draft.md").write_text(DRAFT, encoding="utf-8")

    async def before(pilot) -> None:
        app.theme = theme
        await until(lambda: app._main.assistant is not None)
        await pilot.press("ctrl+y")
        await until(lambda: isinstance(app.screen, CheckScreen))
        app.screen.query_one(Input).cursor_blink = False
        app.screen.query_one(Input).value = "draft.md"
        await pilot.press("enter")
        await until(lambda: "altered" in screen_text(app))
        await until(lambda: app.screen.query_one(SourcePane).document is not None)
        await until(lambda: app.screen.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@both_looks
def test_words_searched_for(snap_compare, app, until, screen_text, size, theme):
    async def before(pilot) -> None:
        app.theme = theme
        await until(lambda: app._main.assistant is not None)
        await pilot.press("ctrl+f")
        await until(lambda: isinstance(app.screen, SearchScreen))
        app.screen.query_one(Input).cursor_blink = False
        await pilot.press(*"museum")
        await until(lambda: "2 passages in 1 document" in screen_text(app))
        await until(lambda: app.screen.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@both_looks
def test_the_settings(snap_compare, app, until, size, theme):
    async def before(pilot) -> None:
        app.theme = theme
        await until(lambda: "Ready" in app._main.status.idle)
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(app.screen, SettingsScreen))
        await until(lambda: app.screen.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@both_looks
def test_the_conversations(
    snap_compare, assistant, tmp_path, until, screen_text, monkeypatch, size, theme
):
    monkeypatch.setattr(
        "tui.saved_conversations.conversations_screen.format_time", lambda *_: "today 9:05"
    )
    conversations = ConversationStore(tmp_path / "sessions.sqlite")
    for question in (NOWHERE, WHEN):
        conversations.add_reply(
            conversations.add_question(conversations.begin_conversation(question, ""), question),
            REPLIES[question],
        )
    app = QuotebackApp(lambda _report: assistant, conversations=conversations)

    async def before(pilot) -> None:
        app.theme = theme
        await until(lambda: "Ready" in app._main.status.idle)
        await pilot.press("f5")
        await until(lambda: app.screen.query("ConversationList") and app.screen.chosen)
        await until(lambda: size[0] < 100 or screen_text(app).count(app.screen.chosen.name) > 1)
        await until(lambda: app.screen.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@both_looks
def test_what_is_right_asked_for(snap_compare, app, asked, until, size, theme):
    async def before(pilot) -> None:
        app.theme = theme
        await asked(pilot, WHEN)
        await pilot.press("f8")
        await until(lambda: isinstance(app.screen, RightAnswerScreen))
        app.screen.query_one(Input).cursor_blink = False
        await pilot.press("space")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@both_looks
def test_the_help(snap_compare, app, asked, size, theme):
    async def before(pilot) -> None:
        app.theme = theme
        await asked(pilot, WHEN)
        await pilot.press("f1")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


def test_the_help_on_a_wide_screen(snap_compare, app, asked):
    async def before(pilot) -> None:
        await asked(pilot, WHEN)
        await pilot.press("f1")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(160, 45), run_before=before)


def use_theme(app: App[None], theme: str) -> None:
    for each in (DARK, LIGHT):
        app.register_theme(each)
    app.theme = theme
