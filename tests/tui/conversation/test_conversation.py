"""The conversation: what a turn shows, and a thousand of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events
from textual.app import App, ComposeResult

from qa import Reply
from tests.tui.conftest import NOWHERE, WHEN
from tui.conversation.choices import AnswerChoice, PassageChoice
from tui.conversation.conversation import Conversation
from tui.conversation.question_input import QuestionInput
from tui.conversation.turn_view import PassageFold, SearchedQuestion, TurnView


class ConversationApp(App[None]):
    """The conversation alone; keeps what is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[TurnView.Chosen] = []
        self.pressed: list[TurnView] = []

    def compose(self) -> ComposeResult:
        yield Conversation()

    def on_turn_view_chosen(self, event: TurnView.Chosen) -> None:
        self.chosen.append(event)

    def on_turn_view_pressed(self, event: TurnView.Pressed) -> None:
        self.pressed.append(event.turn)

    @property
    def conversation(self) -> Conversation:
        return self.query_one(Conversation)


@pytest.fixture
def reply(assistant) -> Reply:
    return assistant.ask(WHEN)


def questions(reply: Reply, first: int, last: int) -> list[TurnView]:
    return [TurnView(f"Question {number}", reply=reply) for number in range(first, last + 1)]


def faint(reply: Reply, *confidences: float) -> Reply:
    """The reply with other confidences."""
    answers = zip(reply.answers, confidences, strict=True)
    return replace(reply, answers=tuple(replace(a, confidence=c) for a, c in answers))


async def test_only_answers_nearly_as_likely_as_the_best_one_are_listed(reply, screen_text, until):
    app = ConversationApp()
    async with app.run_test(size=(80, 40)) as pilot:
        await app.conversation.add_turns(TurnView(WHEN, reply=faint(reply, 0.9, 0.65, 0.5)))
        await pilot.pause()
        await until(lambda: " 65%" in screen_text(app))
        assert " 50%" not in screen_text(app)


async def test_off_the_topic_only_the_passages_are_listed(reply, screen_text, until):
    app = ConversationApp()
    async with app.run_test(size=(80, 40)) as pilot:
        none = replace(faint(reply, 0.001, 0.0, 0.0), answered=False, off_topic=True)
        await app.conversation.add_turns(TurnView(NOWHERE, reply=none))
        await pilot.pause()
        await until(lambda: "Not in these documents." in screen_text(app))
        await until(lambda: "▾ Closest passages (3)" in screen_text(app))
        assert "candidate" not in screen_text(app)


async def test_a_choice_knows_what_else_was_found_in_its_document(reply):
    app = ConversationApp()
    async with app.run_test(size=(80, 40)) as pilot:
        turn = TurnView(WHEN, reply=faint(reply, 0.9, 0.7, 0.2))
        await app.conversation.add_turns(turn)
        await pilot.pause()
        place = turn.place
        assert place.others == (*reply.answers[0].spans, *reply.answers[1].spans)
        assert place.passages == tuple(hit.passage.span for hit in reply.hits[:2])
        await turn.step_choice(PassageChoice, 1)
        manual = turn.query(PassageChoice).last().place
        assert manual.others == ()
        assert manual.passages == (reply.hits[2].passage.span,)


async def test_the_question_searched_for_is_pressed_to_change_it(app, reply):
    async with app.run_test(size=(80, 40)) as pilot:
        turn = TurnView(
            "And then?", reply=replace(reply, resolved_question=WHEN, question="And then?")
        )
        await app.query_one(Conversation).add_turns(turn)
        await pilot.pause()
        await pilot.click(SearchedQuestion)
        assert app.query_one(QuestionInput).value == WHEN


async def test_of_a_thousand_turns_only_the_last_are_on_the_screen(reply, screen_text, until):
    app = ConversationApp()
    async with app.run_test(size=(80, 30)) as pilot:
        await app.conversation.add_turns(*questions(reply, 1, 1000))
        await pilot.pause()
        assert len(app.conversation.turns) == 1000
        assert len(app.query(TurnView)) == 60
        assert app.conversation.current is app.conversation.turns[-1]
        assert len(app.query(AnswerChoice)) == 3
        await app.conversation.add_turns(TurnView(WHEN))
        await pilot.pause()
        assert len(app.query(TurnView)) == 60
        app.conversation.scroll_home(animate=False)
        await pilot.pause()
        await until(lambda: "941 earlier turns" in screen_text(app))


async def test_scrolling_is_not_undone_by_what_is_laid_out_later(reply):
    app = ConversationApp()
    async with app.run_test(size=(80, 30)) as pilot:
        await app.conversation.add_turns(*questions(reply, 1, 70))
        await pilot.pause()
        app.conversation.scroll_to_top_of(app.conversation.turns[-1])
        app.conversation.scroll_home(animate=False)
        for _ in range(5):
            await pilot.pause()
        assert app.conversation.scroll_y == 0


async def test_a_click_brings_earlier_turns_back_in_their_order(reply):
    app = ConversationApp()
    async with app.run_test(size=(80, 30)) as pilot:
        for first, last in ((1, 63), (64, 65)):
            await app.conversation.add_turns(*questions(reply, first, last))
        await pilot.pause()
        app.conversation.scroll_home(animate=False)
        await pilot.pause()
        await pilot.click("EarlierTurns")
        await pilot.pause()
        shown = list(app.conversation.query_children(TurnView))
        assert shown == app.conversation.turns
        assert [turn.question for turn in shown] == [f"Question {n}" for n in range(1, 66)]
        assert app.conversation.current is shown[-1]


async def test_one_can_go_back_past_what_is_on_the_screen(reply):
    app = ConversationApp()
    async with app.run_test(size=(80, 30)) as pilot:
        await app.conversation.add_turns(*questions(reply, 1, 62))
        for _ in range(61):
            await app.conversation.step_turn(-1)
        await pilot.pause()
        assert app.conversation.current.question == "Question 1"
        assert len(app.conversation.current.choices) == 3
        await app.conversation.add_turns(TurnView("Last", reply=reply))
        await pilot.pause()
        assert app.conversation.current.question == "Last"
        assert len(app.query(TurnView)) == 60


async def test_a_question_that_still_waits_stays_on_the_screen(reply):
    app = ConversationApp()
    async with app.run_test(size=(80, 30)) as pilot:
        waiting = TurnView("Still waiting")
        await app.conversation.add_turns(waiting)
        await app.conversation.add_turns(*questions(reply, 1, 70))
        assert waiting.is_attached
        await waiting.show_reply(reply)
        assert waiting.reply is reply
        await app.conversation.add_turns(TurnView("Last", reply=reply))
        await pilot.pause()
        assert len(app.query(TurnView)) == 60


async def test_what_was_said_of_a_turn_is_kept_while_it_is_away(reply, screen_text, until):
    app = ConversationApp()
    async with app.run_test(size=(80, 30)) as pilot:
        failed = TurnView("Question 0")
        await app.conversation.add_turns(failed)
        failed.show_outcome("Something went wrong: no disk", failed=True)
        await app.conversation.add_turns(*questions(reply, 1, 61))
        await pilot.pause()
        assert not failed.is_attached
        app.conversation.scroll_home(animate=False)
        await pilot.pause()
        await pilot.click("EarlierTurns")
        app.conversation.scroll_home(animate=False)
        await pilot.pause()
        await until(lambda: "Something went wrong: no disk" in screen_text(app))


async def test_other_answers_are_listed_in_the_order_of_the_reply(reply, screen_text, until):
    app = ConversationApp()
    async with app.run_test(size=(80, 40)):
        await app.conversation.add_turns(TurnView(WHEN, reply=faint(reply, 0.6, 0.45, 0.5)))
        await until(lambda: " 50%" in screen_text(app))
        shown = screen_text(app)
        assert shown.index(" 45%") < shown.index(" 50%")


async def test_the_turn_one_goes_to_stands_at_the_top_however_quickly(app, reply, until):
    async with app.run_test(size=(100, 30)) as pilot:
        conversation = app.query_one(Conversation)
        await conversation.add_turns(*questions(reply, 1, 30))
        await pilot.press(*["alt+up"] * 8)
        for keys in (
            ("alt+up", "alt+up", "alt+down"),
            ("alt+down", "alt+down", "alt+down"),
            ("alt+up", "alt+up"),
        ) * 4:
            for key in keys:
                app.post_message(events.Key(key, None))
            await pilot.pause(0.1)
            top = conversation.scrollable_content_region.y
            await until(lambda top=top: conversation.current.region.y == top)


async def test_the_passages_are_folded_until_they_are_wanted(reply, screen_text, until):
    app = ConversationApp()
    async with app.run_test(size=(80, 40)) as pilot:
        turn = TurnView(WHEN, reply=reply)
        await app.conversation.add_turns(turn)
        await until(lambda: "▸ Closest passages (3)" in screen_text(app))
        assert not turn.query(PassageChoice)
        await pilot.click(PassageFold)
        await until(lambda: "▾ Closest passages (3)" in screen_text(app))
        assert len(turn.query(PassageChoice)) == 3
        await pilot.click(PassageFold)
        await until(lambda: "▸ Closest passages (3)" in screen_text(app))
        await turn.step_choice(PassageChoice, 1)
        await until(lambda: "▾ Closest passages (3)" in screen_text(app))
