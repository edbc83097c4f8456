"""Outline and passages beside the source, on a wide screen."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList

from tests.tui.conftest import WHEN
from tui.app.side_pane import SidePane
from tui.conversation.question_input import QuestionInput
from tui.source.source_pane import SourcePane


@pytest.fixture
def ask(app, until):
    async def asking(pilot) -> None:
        app.query_one(QuestionInput).value = WHEN
        await pilot.press("enter")
        await until(lambda: app.query_one(SourcePane).document is not None)
        await pilot.pause()

    return asking


async def test_a_wide_screen_has_the_outline_and_the_passages(app, ask, until):
    async with app.run_test(size=(180, 50)) as pilot:
        await ask(pilot)
        outline, passages = app.query_one(SidePane).query(OptionList)
        await until(lambda: outline.option_count == 4 and passages.option_count == 3)


async def test_what_is_chosen_there_is_shown_in_the_source(app, ask, until):
    async with app.run_test(size=(180, 50)) as pilot:
        await ask(pilot)
        outline, passages = app.query_one(SidePane).query(OptionList)
        await until(lambda: passages.option_count == 3)
        passages.focus()
        passages.highlighted = 2
        await pilot.press("enter")
        await until(lambda: app.query_one(SourcePane).document.path == "/library/manual.txt")
        assert outline.option_count == 0


async def test_it_comes_and_goes_with_the_width(app, ask, until):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot)
        side = app.query_one(SidePane)
        assert not side.display
        await pilot.resize_terminal(180, 50)
        await until(lambda: side.display and side.query(OptionList).first().option_count == 4)
