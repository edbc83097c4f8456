"""Beside the source on a vast screen: an outline that follows where one reads, and leads elsewhere."""

from __future__ import annotations

from textual.widgets import OptionList

from tests.tui.conftest import WHEN
from tui.conversation.question_input import QuestionInput
from tui.source.outline_list import OutlineList
from tui.source.source_pane import SourcePane
from tui.source.source_view import SourceView


async def test_the_outline_follows_and_leads(app, until):
    async with app.run_test(size=(200, 16)) as pilot:
        await until(lambda: "Ready" in app._main.status.idle)
        app.query_one(QuestionInput).value = WHEN
        await pilot.press("enter")
        outline = app.query_one(OutlineList)
        # The heading above the answer.
        await until(lambda: outline.highlighted == 1)
        assert outline.option_count == 4
        outline.focus()
        await pilot.press("down", "down", "enter")
        await until(lambda: app.query_one(SourceView).viewport.end > 500)
        assert app.query_one(SourcePane).document.outline.entries[3].title == "Visiting"


async def test_the_passages_of_the_reply_lead_to_their_documents(app, until):
    async with app.run_test(size=(200, 40)) as pilot:
        await until(lambda: "Ready" in app._main.status.idle)
        app.query_one(QuestionInput).value = WHEN
        await pilot.press("enter")
        passages = app.query_one(".passages", OptionList)
        await until(lambda: passages.option_count == 3)
        passages.focus()
        await pilot.press("down", "down", "down", "enter")
        pane = app.query_one(SourcePane)
        await until(lambda: pane.document and pane.document.path == "/library/manual.txt")
