"""The terminal may have any size, and change it at any moment."""

from __future__ import annotations

import random

from tests.tui.conftest import STALE, WHEN, WHICH, type_question
from tui.conversation.conversation import Conversation
from tui.conversation.question_input import QuestionInput
from tui.source.source_pane import SourcePane
from tui.source.source_view import SPAN, SourceView

# What a person does meanwhile: goes round, looks things up, opens screens and leaves them.
KEYS = ["ctrl+n", "f4", "escape", "f1", "escape", "ctrl+p", "escape", "tab", "slash", "e", "w"]
SIZES = [(1, 1), (40, 12), (2, 30), (200, 1), (3, 3), (250, 70), (1, 40), (80, 24)]


def fills(app, size) -> bool:
    """Whether the screen fills the terminal: no row is longer or shorter."""
    strips = app.screen._compositor.render_strips()
    width, height = size
    return [strip.cell_length for strip in strips] == [width] * height


def highlighted(view: SourceView) -> str:
    style = view.rich_style + view.get_component_rich_style(SPAN)
    rows = map(view.render_line, range(view.size.height))
    return " ".join(piece.text for row in rows for piece in row if piece.style == style)


async def test_the_size_changes_while_questions_are_asked_and_screens_opened(app, until):
    chance = random.Random(7)
    sizes = chance.sample(SIZES, 8) + [(chance.randint(1, 160), chance.randint(1, 50))] * 3
    async with app.run_test(size=(80, 24)) as pilot:
        line = app.query_one(QuestionInput)
        for question in (WHICH, WHEN):
            line.value = question
            await pilot.press("enter")
            await pilot.resize_terminal(*chance.choice(SIZES))
        for key, size in zip(KEYS, sizes, strict=True):
            await pilot.press(key)
            await pilot.resize_terminal(*size)
            await until(lambda size=size: fills(app, size))
        await pilot.resize_terminal(100, 40)
        # The second answer: ctrl+n chose it.
        await until(lambda: highlighted(app.query_one(SourceView)) == "March to October")


def count_rows(app) -> tuple[int, int]:
    """The rows of the conversation, and those of the document in the source."""
    return app.query_one(Conversation).size.height, app.query_one(SourceView).size.height


async def test_eighty_columns_by_twenty_four_rows_leave_a_page_to_the_source(
    app, until, screen_text
):
    async with app.run_test(size=(80, 24)) as pilot:
        await type_question(pilot, WHEN)
        await until(lambda: highlighted(app.query_one(SourceView)) == "4 May 1998")
        # The answer is seen whole: its question, its words, their sentence, and how sure it is.
        assert count_rows(app) == (7, 10)
        rows = screen_text(app).split("\n")
        assert "rain-museum.md › The Rain Museum › History" in rows[9]
        assert any("sure 93%" in row for row in rows[:9])
        # The one that has the focus has most of the room.
        await pilot.press("tab")
        await until(lambda: count_rows(app) == (4, 13))
        await pilot.press("shift+tab", "shift+tab")
        await until(lambda: count_rows(app)[0] >= 11)
        await pilot.press("escape")
        await until(lambda: count_rows(app) == (7, 10))


async def test_the_frame_names_what_is_shown_with_its_folders_where_these_fit(app, until):
    async with app.run_test(size=(140, 36)) as pilot:
        await type_question(pilot, WHEN)
        pane = app.query_one(SourcePane)
        await until(lambda: "/library/rain-museum.md" in pane.border_title)
        assert "The Rain Museum › History › p. 3" in pane.border_title
        await pilot.resize_terminal(116, 36)
        await until(lambda: "/library" not in pane.border_title)
        assert "rain-museum.md" in pane.border_title
        assert "The Rain Museum › History" in pane.border_title
        await pilot.resize_terminal(50, 36)
        await until(lambda: "The Rain Museum" not in pane.border_title)
        assert "History › p. 3" in pane.border_title
        await pilot.press("ctrl+l")
        await until(lambda: pane.border_title == "Source")


async def test_what_is_wrong_with_a_quotation_is_said_where_rows_are_scarce(
    app, until, screen_text
):
    async with app.run_test(size=(80, 24)) as pilot:
        await type_question(pilot, STALE)
        await until(lambda: "file changed since" in screen_text(app).partition("History")[2])


async def test_a_tall_screen_has_the_evidence_of_all_answers(app, until, screen_text):
    evidence = "open from March to October, every day"
    async with app.run_test(size=(120, 50)) as pilot:
        await type_question(pilot, WHEN)
        await until(lambda: "Also possible" in screen_text(app))
        rows = screen_text(app).split("\n")
        assert evidence in " ".join(" ".join(row[:60].strip("│▌ ") for row in rows).split())


async def test_forty_columns_by_twelve_rows_hold_the_question_the_answer_and_its_source(
    app, until, screen_text
):
    async with app.run_test(size=(40, 12)) as pilot:
        await type_question(pilot, WHEN)
        await until(lambda: highlighted(app.query_one(SourceView)) == "4 May 1998")
        await pilot.pause()
        shown = screen_text(app)
        assert "4 May 1998" in "\n".join(row[:40] for row in shown.split("\n")[:6])
        assert app.query_one(QuestionInput).region.height >= 1
        assert fills(app, (40, 12))
