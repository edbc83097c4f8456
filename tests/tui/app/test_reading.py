"""Reading without asking: by name, by keyword, and back again."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from textual.widgets import Input

from index import Passage, Span
from tests.tui.conftest import DESCALE, TEXTS, WHEN, type_question
from tui.app.app import QuotebackApp
from tui.conversation.answering import QuestionAnswerer
from tui.conversation.question_input import QuestionInput
from tui.search.quick_open import QuickOpenScreen, RecentDocuments
from tui.search.search_screen import SearchScreen
from tui.source.outline import OutlineScreen
from tui.source.places import Position
from tui.source.source_pane import SourcePane
from tui.source.source_view import SourceView


def shown(app) -> str | None:
    document = app.query_one(SourcePane).document
    return document.path if document else None


@pytest.fixture
def ready(app, until):
    async def waiting() -> None:
        await until(lambda: app._main.assistant is not None)

    return waiting


async def test_a_document_is_opened_by_a_part_of_its_name(app, ready, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready()
        await pilot.press("ctrl+k")
        await until(lambda: isinstance(app.screen, QuickOpenScreen))
        await pilot.press(*"manu")
        await until(lambda: [target.name for target in app.screen._shown] == ["manual.txt"])
        await pilot.press("enter")
        await until(lambda: shown(app) == "/library/manual.txt")
        await until(lambda: isinstance(app.focused, SourceView))


async def test_of_a_document_that_takes_its_time_it_is_said_that_it_is_being_opened(
    app, ready, until, screen_text, monkeypatch
):
    read, opened = QuestionAnswerer.read_document, Event()

    def read_later(*arguments):
        opened.wait(10)
        return read(*arguments)

    monkeypatch.setattr(QuestionAnswerer, "read_document", read_later)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready()
        await type_question(pilot, WHEN)
        await until(lambda: "Opening the document…" in screen_text(app))
        opened.set()
        await until(lambda: shown(app) == "/library/rain-museum.md")
        await until(lambda: "Opening the document…" not in screen_text(app))
        # Nor is it said when the timer that says so has run out at the same moment.
        app._main._say_opening()
        await pilot.pause()
        assert "Opening the document…" not in screen_text(app)


async def test_a_heading_is_opened_at_its_place(app, ready, until, screen_text):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready()
        await pilot.press("ctrl+k", *"visiting")
        await until(lambda: app.screen._shown and app.screen._shown[0].heading == "Visiting")
        await pilot.press("enter")
        await until(lambda: shown(app) == "/library/rain-museum.md")


async def test_what_was_read_last_is_offered_first(app, ready, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready()
        await pilot.press("ctrl+k", *"recipe")
        await until(lambda: app.screen._shown and app.screen._shown[0].name == "recipe.txt")
        await pilot.press("enter")
        await until(lambda: shown(app) == "/library/recipe.txt")
        await pilot.press("ctrl+k")
        await until(lambda: isinstance(app.screen, QuickOpenScreen))
        await until(lambda: len(app.screen._shown) == 3)
        assert app.screen._shown[0].name == "recipe.txt"


async def test_what_was_read_in_an_earlier_conversation_is_offered_if_it_is_still_there(
    assistant, until, tmp_path
):
    file = tmp_path / "recent.json"
    for path in ("/library/recipe.txt", "/library/gone.txt"):
        RecentDocuments(file).add("/index", path)
    app = QuotebackApp(lambda _report: assistant, index=Path("/index"), recent=file)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: app._main.assistant is not None)
        await pilot.press("ctrl+k")
        await until(lambda: isinstance(app.screen, QuickOpenScreen) and app.screen._shown)
        names = [target.name for target in app.screen._shown]
        assert names == ["recipe.txt", "rain-museum.md", "manual.txt"]
        await pilot.press(*"manu", "enter")
        await until(lambda: shown(app) == "/library/manual.txt")
        await until(lambda: RecentDocuments(file).recall("/index")[0] == "/library/manual.txt")


async def test_a_long_document_is_shown_before_its_passages_are_read_which_bring_its_pages(
    app, assistant, ready, until, screen_text, monkeypatch
):
    read = Event()

    def passages(_index, _path):
        read.wait(30)
        return [Passage(1, Span(0, 7), "Descale", page=7)]

    monkeypatch.setattr(type(assistant.index), "passages", passages)
    async with app.run_test(size=(180, 36)) as pilot:
        await ready()
        app._main.open_position(Position("/library/manual.txt", 0))
        await until(lambda: "Descale the machine" in screen_text(app))
        assert "Page 7" not in screen_text(app)
        read.set()
        await until(lambda: "p. 7 of 7" in screen_text(app))
        await until(lambda: "Page 7" in screen_text(app))
        await pilot.press("o")
        await until(lambda: isinstance(app.screen, OutlineScreen))


async def test_words_are_searched_for_and_a_passage_opened_at_its_place(
    app, ready, until, screen_text
):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready()
        await pilot.press("ctrl+f", *"umbrellas")
        await until(lambda: "1 passage in 1 document" in screen_text(app))
        await pilot.press("enter")
        await until(lambda: shown(app) == "/library/rain-museum.md")
        await until(lambda: "umbrellas are not" in screen_text(app))
        # The words are still there when one comes back.
        await pilot.press("ctrl+f")
        await until(lambda: isinstance(app.screen, SearchScreen))
        assert app.screen.query_one(Input).value == "umbrellas"


async def test_words_that_nothing_holds_are_said_so(app, ready, until, screen_text):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready()
        await pilot.press("ctrl+f", *"zeppelin")
        await until(lambda: "No passage has one of these words." in screen_text(app))
        await pilot.press("enter", "escape")
        await until(lambda: len(app.screen_stack) == 1)
        assert app.focused is app.query_one(QuestionInput)


async def test_one_goes_back_and_forward_as_in_a_browser(app, ready, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready()
        for question, path in ((WHEN, "/library/rain-museum.md"), (DESCALE, "/library/manual.txt")):
            await type_question(pilot, question)
            await until(lambda path=path: shown(app) == path)
        await pilot.press("alt+left")
        await until(lambda: shown(app) == "/library/rain-museum.md")
        # What is quoted is still marked, and can be copied.
        assert [span.of(TEXTS[shown(app)]) for span in app.query_one(SourcePane)._spans] == [
            "4 May 1998"
        ]
        await pilot.press("alt+right")
        await until(lambda: shown(app) == "/library/manual.txt")
        # There is nothing beyond.
        await pilot.press("alt+right")
        assert shown(app) == "/library/manual.txt"
