"""What the main screen looks like; `--snapshot-update` accepts a new look."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.app import QuotebackApp
from tui.question import QuestionInput
from tui.start import NOTHING_YET
from tui.status import Status
from tui.turn import Turn
from tui.welcome import Samples

WHEN = "When did the rain museum open?"
NOWHERE = "Who won the chess tournament?"


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
                await until(lambda: app.query(Turn) and app.query(Turn).last().reply is not None)
                await app.workers.wait_for_complete()
            await pilot.pause()

        return before

    return questions


@pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=["80x24", "200x60"])
def test_an_answer_and_its_source(snap_compare, app, asked, size):
    assert snap_compare(app, terminal_size=size, run_before=asked(WHEN))


def test_a_question_that_the_documents_do_not_answer(snap_compare, app, asked):
    assert snap_compare(app, terminal_size=(120, 36), run_before=asked(WHEN, NOWHERE))


def test_the_light_theme(snap_compare, app, asked):
    async def before(pilot) -> None:
        await asked(WHEN)(pilot)
        await pilot.press("ctrl+t")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(120, 36), run_before=before)


def test_the_first_run(snap_compare, assistant, until):
    app = QuotebackApp(
        lambda _report: assistant,
        samples=Samples(
            Path("/samples"),
            NOTHING_YET,
            [WHEN, "Which instruments can visitors see?", "How much salt?"],
        ),
    )

    async def before(pilot) -> None:
        app.query_one(QuestionInput).cursor_blink = False
        await until(lambda: "Ready" in str(app.query_one(Status).render()))
        await until(lambda: app.query("FooterKey"))
        await pilot.pause()

    assert snap_compare(app, run_before=before)
