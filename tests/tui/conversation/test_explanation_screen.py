"""F4: why this answer, and why not another passage."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import DataTable

from qa import ConsideredPassage
from tests.tui.conftest import WHEN, type_question
from tui.conversation.choices import PassageChoice
from tui.conversation.explanation_screen import ExplanationScreen
from tui.conversation.question_input import QuestionInput
from tui.conversation.turn_view import TurnView
from tui.source.source_pane import SourcePane


@pytest.fixture
def explained(app, assistant, until):
    """Ask; the reply knows how every passage fared."""
    known = assistant.ask

    def ask(question, history=(), **how):
        reply = known(question, history, **how)
        best = replace(reply.answers[0], factors={"intercept": -1.0, "margin": 3.6})
        read = tuple(
            ConsideredPassage(
                replace(hit, score=0.9 - rank / 10, scores={"bm25": 9.0, "dense": 0.5}), 1.0
            )
            for rank, hit in enumerate(reply.hits[:2])
        )
        hits = tuple(
            replace(hit, passage=replace(hit.passage, id=number))
            for number, hit in enumerate(reply.hits, 11)
        )
        considered = tuple(
            replace(w, hit=replace(w.hit, passage=hit.passage))
            for w, hit in zip(read, hits, strict=False)
        )
        best = replace(best, hit=hits[0])
        return replace(
            reply,
            answers=(best, *reply.answers[1:]),
            hits=hits,
            considered=(
                *considered,
                ConsideredPassage(replace(hits[2], score=0.4, scores={"dense": 0.2})),
            ),
            timings_ms={"retrieve": 10.0, "read": 30.0, "total": 40.0},
        )

    assistant.ask = ask

    async def before(pilot) -> None:
        line = app.query_one(QuestionInput)
        line.cursor_blink = False
        line.value = WHEN
        await pilot.press("enter")
        await until(lambda: app.query(TurnView) and app.query(TurnView).last().reply is not None)
        await app.workers.wait_for_complete()
        await pilot.pause()

    return before


async def test_f4_explains_the_answer_and_escape_goes_back(app, explained, screen_text, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await explained(pilot)
        await pilot.press("f4")
        for part in (
            "4 May 1998",
            "sure 93%",
            "What was searched",
            "What came first",
            "For it: an answer stands out there.",
            "From 35% on it is shown as an answer.",
            "rain-museum.md › History › p. 3",
            "The answer is quoted from here.",
        ):
            await until(lambda part=part: part in screen_text(app))
        await pilot.press("escape")
        assert len(app.screen_stack) == 1
        assert app.focused is app.query_one(QuestionInput)


async def test_f_shows_the_figures_and_the_words_again(app, explained, screen_text, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await explained(pilot)
        await pilot.press("f4", "f")
        for part in ("where it stands, alone", "+2.60  = 93%", "searching", "Final"):
            await until(lambda part=part: part in screen_text(app))
        await pilot.press("f")
        await until(lambda: "What came of it" in screen_text(app))


async def test_going_through_the_passages_says_of_each_why_it_was_not_chosen(
    app, explained, screen_text, until
):
    async with app.run_test(size=(120, 36)) as pilot:
        await explained(pilot)
        await pilot.press("f4", "down")
        await pilot.pause()
        await until(lambda: screen_text(app).count("nothing in it to quote") > 1)
        await pilot.press("down")
        await pilot.pause()
        await until(
            lambda: (
                "Not read: 3rd in the search, after others that fit the question better."
                in screen_text(app)
            )
        )


async def test_enter_shows_the_passage_in_the_source(app, explained):
    async with app.run_test(size=(120, 36)) as pilot:
        await explained(pilot)
        await pilot.press("f4", "down", "down", "enter")
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert len(app.screen_stack) == 1
        title = app.query_one(SourcePane).border_title
        assert "/library/manual.txt" in title


async def test_it_begins_with_the_passage_that_is_chosen(app, explained, screen_text):
    async with app.run_test(size=(120, 36)) as pilot:
        await explained(pilot)
        await pilot.press("f3", "f3")
        chosen = app.query_one(TurnView).chosen
        assert isinstance(chosen, PassageChoice)
        await pilot.press("f4")
        await pilot.pause()
        assert isinstance(app.screen, ExplanationScreen)
        assert app.screen.query_one(DataTable).cursor_row == 1


async def test_a_reply_without_its_steps_says_so(app, until, screen_text):
    async with app.run_test(size=(120, 36)) as pilot:
        await type_question(pilot, WHEN)
        await until(lambda: app.query(TurnView) and app.query_one(TurnView).reply is not None)
        await pilot.press("f4")
        await pilot.pause()
        await until(lambda: "ask again to see it" in screen_text(app))


async def test_before_the_first_reply_the_key_does_nothing(app):
    async with app.run_test() as pilot:
        await pilot.press("f4")
        await pilot.pause()
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_passages_and_reason_are_seen_on_a_small_screen(
    app, explained, screen_text, size, until
):
    async with app.run_test(size=size) as pilot:
        await explained(pilot)
        await pilot.press("f4")
        await pilot.pause()
        await until(lambda: "rain-museum.md" in screen_text(app))
        await until(lambda: "The answer is quoted" in screen_text(app))


@pytest.mark.parametrize("width", [80, 100, 120])
async def test_all_figures_fit_beside_each_other(app, explained, until, screen_text, width):
    async with app.run_test(size=(width, 30)) as pilot:
        await explained(pilot)
        await pilot.press("f4", "f")
        await until(lambda: "Final" in screen_text(app))
        table = app.screen.query_one(DataTable)
        assert table.virtual_size.width <= table.scrollable_size.width


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("keys", [("f4",), ("f4", "f")], ids=["words", "figures"])
def test_what_it_looks_like(snap_compare, app, explained, size, keys):
    async def before(pilot) -> None:
        await explained(pilot)
        if size == (80, 24):
            app.theme = "quoteback-light"
        await pilot.press(*keys)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)
