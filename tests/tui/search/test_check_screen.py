"""The screen that checks the quotations of a text."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import Input

from index.loaders.sandbox import Budget, Limits, Sandbox
from tests.support.hostile_renderer import HANG
from tui.common.screens.screen_parts import MessageLine
from tui.search.check_screen import CheckScreen
from tui.source.source_document import render_source_document
from tui.source.source_pane import SourcePane

DRAFT = (
    "The museum “opened on 4 May 1998 in a disused water mill”.\n\n"
    "> It was run by volunteers alone for its first two years.\n\n"
    "Somebody told us that “the roof was sold to a bank last year”.\n"
    "Marrin “had kept every rain gauge she ever owned”.\n"
)


@pytest.fixture
def open_screen(app, until, tmp_path, monkeypatch):
    """Open the screen from the app, and type the name of a file that holds a text."""
    monkeypatch.chdir(tmp_path)

    async def open_named(pilot, name: str, text: str | None) -> CheckScreen:
        if text is not None:
            Path(name).write_text(text, encoding="utf-8")
        await until(lambda: app._main.assistant is not None)
        await pilot.press("ctrl+y")
        await until(lambda: isinstance(app.screen, CheckScreen))
        app.screen.query_one(Input).value = name
        await pilot.press("enter")
        return app.screen

    return open_named


def said(screen) -> str:
    return str(screen.query_one(MessageLine).content)


async def test_keys_lead_from_one_quotation_to_the_next_with_its_source(app, until, open_screen):
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_screen(pilot, "draft.md", DRAFT)
        # The first that is not as it should be.
        await until(lambda: "2 of 4: not found" in said(screen))
        assert screen.query_one(SourcePane).document is None
        await pilot.press("f8", "f8")
        await until(lambda: "4 of 4: altered; has “owned” for “used”" in said(screen))
        await until(lambda: screen.query_one(SourcePane).document is not None)
        assert screen.query_one(SourcePane).document.path == "/library/rain-museum.md"
        await pilot.press("f8")
        assert "1 of 4: verbatim" in said(screen)
        await pilot.press("f7")
        assert "4 of 4" in said(screen)
        await pilot.press("escape")
        await until(lambda: app.screen is app._main)


async def test_the_text_that_is_checked_is_no_source_of_itself(
    app, assistant, until, open_screen, tmp_path
):
    async with app.run_test() as pilot:
        screen = await open_screen(pilot, "./draft.md", DRAFT)
        await until(lambda: "of 4" in said(screen))
        assert assistant.checked == [str(tmp_path / "draft.md")]


async def test_escape_cancels_a_check_and_then_leaves(app, assistant, until, open_screen):
    async with app.run_test() as pilot:
        assistant.busy = Event()
        screen = await open_screen(pilot, "draft.md", DRAFT)
        await until(lambda: "Esc cancels" in said(screen))
        await pilot.press("escape")
        await until(lambda: said(screen) == "Cancelled.")
        assert app.screen is screen
        await pilot.press("escape")
        await until(lambda: app.screen is app._main)


@pytest.fixture
def slow_renderer(monkeypatch) -> Iterator[None]:
    """A text can keep what draws it busy for a minute."""
    monkeypatch.setattr("tui.source.source_document._PROCESS", "tests.support.hostile_renderer")
    with Sandbox(Budget(Limits(seconds=60))) as sandbox:
        monkeypatch.setattr("tui.source.source_document._open_sandbox", lambda: sandbox)
        yield


async def test_escape_cancels_while_the_text_is_drawn(
    app, until, open_screen, slow_renderer, monkeypatch
):
    started = Event()

    def render(document, stop=None):
        started.set()
        return render_source_document(document, stop)

    monkeypatch.setattr("tui.source.source_document.render_source_document", render)
    async with app.run_test() as pilot:
        screen = await open_screen(pilot, "draft.md", f"{HANG}\n\n{DRAFT * 30}")
        await until(started.is_set)
        await pilot.press("escape")
        await until(lambda: said(screen) == "Cancelled.")
        assert app.screen is screen


async def test_the_text_that_was_checked_last_is_named_again(app, until, open_screen):
    async with app.run_test() as pilot:
        screen = await open_screen(pilot, "draft.md", DRAFT)
        await until(lambda: "of 4" in said(screen))
        await pilot.press("escape")
        await until(lambda: app.screen is app._main)
        await pilot.press("ctrl+y")
        await until(lambda: isinstance(app.screen, CheckScreen))
        assert app.screen.query_one(Input).value == "draft.md"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("nowhere.md", None, "no such file"),
        (".", None, "a folder: name a file in it"),
        ("draft.md", "Nothing is quoted.\n", "There is no quotation in it."),
        ("draft.txt", "\0\1\2\3" * 9, "not text"),
    ],
)
async def test_what_cannot_be_checked_is_said_in_a_line(
    app, until, open_screen, name, text, problem
):
    async with app.run_test() as pilot:
        screen = await open_screen(pilot, name, text)
        await until(lambda: problem in said(screen))
        assert app.screen is screen
