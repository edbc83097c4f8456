"""Beside the source on a vast screen: an outline that follows where one reads, and leads elsewhere."""

from __future__ import annotations

from textual.widgets import OptionList

from tests.tui.conftest import TEXTS, WHEN, type_question
from tui.app.side_pane import list_document_options
from tui.source.outline import OutlineList
from tui.source.source_pane import SourcePane
from tui.source.source_view import SourceView


async def test_the_outline_follows_and_leads(app, until):
    async with app.run_test(size=(200, 16)) as pilot:
        await until(lambda: "Ready" in app._main.status.idle)
        await type_question(pilot, WHEN)
        outline = app.query_one(OutlineList)
        # The heading above the answer.
        await until(lambda: outline.highlighted == 1)
        assert outline.option_count == 4
        outline.focus()
        await pilot.press("down", "down", "enter")
        await until(lambda: app.query_one(SourceView).viewport.end > 500)
        assert app.query_one(SourcePane).document.outline.entries[3].title == "Visiting"


async def ask(app, pilot, until):
    """Ask a question; returns the list of the passages read, with the quoted one marked."""
    await until(lambda: "Ready" in app._main.status.idle)
    await type_question(pilot, WHEN)
    passages = app.query_one(".passages", OptionList)
    await until(lambda: passages.highlighted == 0)
    return passages


async def test_the_passages_of_the_reply_lead_to_their_documents(app, until):
    async with app.run_test(size=(200, 40)) as pilot:
        passages = await ask(app, pilot, until)
        passages.focus()
        await pilot.press("down", "down", "enter")
        pane = app.query_one(SourcePane)
        await until(lambda: pane.document and pane.document.path == "/library/manual.txt")


async def test_the_passage_that_one_reads_is_marked(app, until):
    async with app.run_test(size=(200, 40)) as pilot:
        passages = await ask(app, pilot, until)
        await pilot.press("f3", "f3")
        await until(lambda: passages.highlighted == 1)


async def test_a_document_that_is_all_in_sight_is_read_where_it_is_quoted(app, until):
    async with app.run_test(size=(200, 50)) as pilot:
        await ask(app, pilot, until)
        outline = app.query_one(OutlineList)
        await until(lambda: outline.highlighted == 1)
        await pilot.press("ctrl+n")
        # The second answer stands under the last heading.
        await until(lambda: outline.highlighted == 3)


async def test_passages_are_shown_as_long_as_there_is_room(app, until, screen_text):
    end = "run by volunteers alone."
    async with app.run_test(size=(200, 60)) as pilot:
        passages = await ask(app, pilot, until)
        outline = app.query_one(OutlineList)
        # An outline takes the rows that it needs.
        assert outline.size.height == outline.option_count < passages.size.height / 4

        def shown() -> str:
            return " ".join(str(option.prompt) for option in passages.options)

        await until(lambda: end in shown())
        await pilot.resize_terminal(200, 20)
        await until(lambda: end not in shown())


async def test_documents_can_be_read_before_anything_is_asked(app, until, screen_text):
    async with app.run_test(size=(200, 40)) as pilot:
        documents = app.query_one(".documents", OptionList)
        await until(lambda: documents.option_count == 1 + len(TEXTS))
        assert not app.query_one(OutlineList).display
        documents.focus()
        await pilot.press("down", "enter")
        pane = app.query_one(SourcePane)
        await until(lambda: pane.document is not None)
        assert pane.document.path == min(TEXTS)
        assert documents.display
        await pilot.press("escape", *"when", "ctrl+u")
        await type_question(pilot, WHEN)
        await until(lambda: not documents.display)
        await pilot.press("ctrl+l")
        # What was read comes first; there is nothing to have an outline of.
        await until(lambda: "Read last" in screen_text(app))
        assert not app.query_one(OutlineList).display


def test_documents_stand_under_their_folders_those_read_last_first():
    options = list_document_options(["/b/two", "/gone"], ["/b/two", "/a/one", "/b/[i]three"])
    assert [str(option.prompt) for option in options] == [
        "Read last",
        "  two",
        "/a",
        "  one",
        "/b",
        "  [i]three",
        "  two",
    ]


async def test_an_empty_source_says_how_to_read_and_leads_there(app, until, screen_text):
    async with app.run_test(size=(120, 30)) as pilot:
        await until(lambda: "Open by name" in screen_text(app))
        await pilot.click(".ways", offset=(6, 1))
        await until(lambda: type(app.screen).__name__ == "SearchScreen")
