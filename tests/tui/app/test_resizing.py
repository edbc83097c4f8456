"""The terminal may have any size, and change it at any moment."""

from __future__ import annotations

import random

from tui.conversation.question_input import QuestionInput
from tui.source.source_view import SPAN, SourceView

WHEN = "When did the rain museum open?"
WHICH = "Which instruments can visitors see?"
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


async def test_forty_columns_by_twelve_rows_hold_the_question_the_answer_and_its_source(
    app, until, screen_text
):
    async with app.run_test(size=(40, 12)) as pilot:
        app.query_one(QuestionInput).value = WHEN
        await pilot.press("enter")
        await until(lambda: highlighted(app.query_one(SourceView)) == "4 May 1998")
        await pilot.pause()
        shown = screen_text(app)
        assert "4 May 1998" in "\n".join(row[:40] for row in shown.split("\n")[:6])
        assert app.query_one(QuestionInput).region.height >= 1
        assert fills(app, (40, 12))
