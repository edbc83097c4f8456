"""The app as a person meets it: opening, asking, cancelling, reading on."""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from threading import Event

import pytest
from textual import events
from textual.content import Content
from textual.widgets import Footer, Input
from textual.widgets._footer import FooterKey

from index import Notice, Progress
from tests.support.timing import takes_at_most
from tests.tui.conftest import DESCALE, HOSTILE, NOWHERE, PRICE, STALE, WHEN, WHICH, type_question
from tui.app.app import QuotebackApp
from tui.app.main_screen import MainScreen
from tui.app.title_line import StatusLine
from tui.common.screens.keys import describe_binding
from tui.conversation.choices import AnswerChoice, Choice
from tui.conversation.conversation import Conversation
from tui.conversation.question_input import QuestionInput
from tui.conversation.turn_view import TurnView
from tui.conversation.welcome import SampleDocuments
from tui.source.source_pane import SourcePane, SourceView


def question_of(app: QuotebackApp) -> QuestionInput:
    return app.query_one(QuestionInput)


def source_title(app: QuotebackApp) -> str:
    return Content.from_markup(app.query_one(SourcePane).border_title).plain


def source_rows(app: QuotebackApp) -> str:
    view = app.query_one(SourceView)
    return "\n".join(view.render_line(y).text.rstrip() for y in range(view.size.height))


def highlighted(app: QuotebackApp) -> str:
    view = app.query_one(SourceView)
    wanted = view.rich_style + view.get_component_rich_style("source--span")
    segments = [s for y in range(view.size.height) for s in view.render_line(y)]
    return "".join(segment.text for segment in segments if segment.style == wanted)


def status_of(app: QuotebackApp) -> str:
    return str(app.query_one(StatusLine).render())


# Opening


async def test_the_question_has_the_focus_and_takes_keys_while_the_model_loads(assistant, until):
    loaded = Event()

    def opening(report):
        report(Progress("Compiling the model", 40, 100))
        assert loaded.wait(10)
        return assistant

    app = QuotebackApp(opening)
    async with app.run_test() as pilot:
        assert app.focused is question_of(app)
        await pilot.press(*"When")
        assert question_of(app).value == "When"
        await until(lambda: "Compiling the model 40%" in status_of(app))
        loaded.set()
        await until(lambda: status_of(app) == "Ready")


async def test_a_question_asked_before_the_model_is_loaded_is_answered_when_it_is(
    assistant, until, screen_text
):
    loaded = Event()
    app = QuotebackApp(lambda _report: loaded.wait(10) and assistant)
    async with app.run_test() as pilot:
        await type_question(pilot, WHEN)
        await pilot.pause()
        await until(lambda: "Waiting…" in screen_text(app))
        assert assistant.asked == []
        loaded.set()
        await until(lambda: app.query_one(TurnView).reply is not None)
        await pilot.pause()
        await until(lambda: "4 May 1998" in screen_text(app))


async def test_failing_to_open_is_said_and_can_be_tried_again(assistant, until, screen_text):
    broken = True

    def opening(_report):
        if broken:
            raise OSError("no [b]model\x1b[31m here")
        return assistant

    app = QuotebackApp(opening)
    async with app.run_test() as pilot:
        await until(lambda: "Could not open" in screen_text(app))
        await until(lambda: "no [b]model␛[31m here" in screen_text(app))
        assert "Not ready: ^r tries again" in status_of(app)
        await until(lambda: "Try again" in screen_text(app))
        await type_question(pilot, WHEN)
        broken = False
        await pilot.press("ctrl+r")
        await until(lambda: app.query_one(TurnView).reply is not None)
        await until(lambda: "Ready" in status_of(app))
        await until(lambda: "Try again" not in screen_text(app))


async def test_what_a_model_warns_of_is_said_in_the_conversation(assistant, until, screen_text):
    def opening(_report):
        warnings.warn("The [b]question encoder\x1b[31m cannot be used", Notice, stacklevel=1)
        return assistant

    app = QuotebackApp(opening)
    async with app.run_test():
        await until(lambda: "The [b]question encoder␛[31m cannot be used" in screen_text(app))
        await until(lambda: status_of(app) == "Ready")


async def test_ctrl_q_quits_even_while_the_model_loads():
    never = Event()
    app = QuotebackApp(lambda _report: never.wait(60))
    started = time.perf_counter()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert not app.is_running
    assert time.perf_counter() - started < 20
    never.set()


async def test_the_first_run_says_so_and_offers_questions_to_press(assistant, until, screen_text):
    app = QuotebackApp(
        lambda _report: assistant,
        samples=SampleDocuments(Path("/samples"), [WHEN, WHICH, PRICE]),
    )
    async with app.run_test() as pilot:
        for part in ("the sample documents are asked", WHEN, WHICH, PRICE):
            await until(lambda part=part: part in screen_text(app))
        await pilot.click("OfferedQuestion")
        await until(lambda: app.query(TurnView) and app.query_one(TurnView).reply is not None)
        assert app.query_one(TurnView).question == WHEN
        assert app.focused is question_of(app)
        assert not app.query("OfferedQuestion")


async def test_a_sample_is_pressed_with_the_keyboard_too(assistant, until):
    app = QuotebackApp(
        lambda _report: assistant, samples=SampleDocuments(Path("/samples"), [WHEN, WHICH])
    )
    async with app.run_test() as pilot:
        app.query("OfferedQuestion").last().focus()
        await pilot.press("enter")
        await until(lambda: app.query(TurnView))
        assert app.query_one(TurnView).question == WHICH


# Asking


async def test_an_answer_shows_its_sentence_source_and_confidence(app, ask, screen_text, until):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot)
        for part in (
            WHEN,
            "4 May 1998",
            "It opened on 4 May 1998 in a disused water mill",
            "rain-museum.md › History › p. 3",
            "sure 93%",
            "Also possible",
            "Closest passages (3)",
        ):
            await until(lambda part=part: part in screen_text(app))


async def test_the_source_is_scrolled_to_the_answer_and_highlights_it(app, ask):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot)
        assert highlighted(app) == "4 May 1998"
        assert source_title(app) == "rain-museum.md › The Rain Museum › History › p. 3"


async def test_a_list_shows_and_highlights_all_its_members(app, ask, screen_text, until):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, WHICH)
        members = ("a brass pluviometer", "a tipping bucket", "a chart recorder from 1911")
        for member in members:
            await until(lambda member=member: f"• {member}" in screen_text(app))
        assert highlighted(app) == "".join(members)


async def test_an_unsure_reply_shows_the_best_candidate_and_how_much_was_searched(
    app, ask, screen_text, until
):
    async with app.run_test(size=(120, 40)) as pilot:
        turn = await ask(pilot, NOWHERE)
        for part in (
            "No answer that I am sure of.",
            "Searched 3 documents, 12 passages.",
            "The best candidate",
            "doubtful 5%",
            "Closest passages (3)",
        ):
            await until(lambda part=part: part in screen_text(app))
        assert isinstance(turn.choices[0], AnswerChoice)
        assert turn.choices[0].chosen
        assert highlighted(app) == "Ilse Marrin"


async def test_the_question_searched_for_is_shown_where_it_differs(app, ask, screen_text, until):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot)
        assert "Searched for" not in screen_text(app)
        await ask(pilot, PRICE)
        await until(
            lambda: "Searched for: How much is the rain museum for grown-ups?" in screen_text(app)
        )


async def test_an_answer_from_a_changed_file_says_so(app, ask, screen_text, until):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot, STALE)
        await until(lambda: screen_text(app).count("file changed since it was indexed") == 2)


async def test_hostile_text_is_drawn_with_stand_ins_and_never_as_markup(
    app, ask, screen_text, until
):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot, HOSTILE)
        await until(lambda: screen_text(app).count("␛[31mRED") >= 2)
        shown = screen_text(app)
        assert "[bold]not markup[/bold] �abc" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert highlighted(app) == "2%、白菜 1 颗。 ␛[31mRED"


async def test_earlier_turns_are_passed_as_history(app, ask, assistant):
    async with app.run_test() as pilot:
        await ask(pilot)
        await ask(pilot, NOWHERE)
        await ask(pilot, PRICE)
    assert assistant.asked == [
        (WHEN, ()),
        (NOWHERE, ((WHEN, "4 May 1998"),)),
        (PRICE, ((WHEN, "4 May 1998"), NOWHERE)),
    ]


async def test_something_happens_at_once_while_an_answer_takes_its_time(app, assistant, until):
    assistant.busy = Event()
    async with app.run_test() as pilot:
        await until(lambda: "Ready" in status_of(app))
        question_of(app).value = WHEN
        started = time.perf_counter()
        await pilot.press("enter")
        await until(lambda: "Searching…" in status_of(app) or "Reading…" in status_of(app))
        # An idle machine takes a twentieth of this.
        assert time.perf_counter() - started < 12
        await until(lambda: "Reading…" in status_of(app))
        await pilot.press(*"next one")
        assert question_of(app).value == "next one"
        assistant.busy.set()
        await until(lambda: app.query_one(TurnView).reply is not None)
        assert question_of(app).value == "next one"


async def test_questions_asked_while_one_is_answered_wait_their_turn(app, assistant, until):
    assistant.busy = Event()
    async with app.run_test() as pilot:
        for question in (WHEN, WHICH, PRICE):
            await type_question(pilot, question)
        await until(lambda: len(assistant.asked) == 1)
        assistant.busy.set()
        await until(lambda: all(turn.reply is not None for turn in app.query(TurnView)))
        assert [question for question, _ in assistant.asked] == [WHEN, WHICH, PRICE]
        assert len(assistant.asked[2][1]) == 2


async def test_escape_cancels_the_running_question_and_those_that_wait(
    app, assistant, until, screen_text
):
    assistant.busy = Event()
    async with app.run_test() as pilot:
        for question in (WHEN, WHICH):
            await type_question(pilot, question)
        await until(lambda: assistant.asked)
        await pilot.press("escape")
        await pilot.pause()
        await until(lambda: screen_text(app).count("Cancelled.") == 2)
        await until(lambda: "Ready" in status_of(app))
        assistant.busy = None
        await type_question(pilot, PRICE)
        await until(lambda: app.query(TurnView).last().reply is not None)
        assert assistant.asked == [(WHEN, ()), (PRICE, ())]
        assert [turn.reply is None for turn in app.query(TurnView)] == [True, True, False]


async def test_a_failing_question_is_one_line_and_the_app_lives_on(
    app, ask, assistant, until, screen_text
):
    async with app.run_test() as pilot:
        assistant.fails = True
        await type_question(pilot, WHEN)
        await until(lambda: "Something went wrong" in screen_text(app))
        await until(lambda: "the model [b]broke␛[31m" in screen_text(app))
        assistant.fails = False
        await ask(pilot)
        await until(lambda: "4 May 1998" in screen_text(app))


async def test_a_document_that_cannot_be_read_is_one_line_and_the_app_lives_on(
    app, ask, assistant, screen_text, until
):
    async with app.run_test(size=(120, 40)) as pilot:
        del assistant.texts["/library/rain-museum.md"]
        await ask(pilot)
        await until(lambda: "Could not show rain-museum.md" in screen_text(app))
        await ask(pilot, DESCALE)
        assert highlighted(app) == "every three months"


async def test_an_empty_question_gets_a_hint_that_typing_takes_away(app, until):
    async with app.run_test() as pilot:
        await until(lambda: "Ready" in status_of(app))
        await pilot.press("space", "enter")
        assert "Type a question" in status_of(app)
        assert not app.query(TurnView)
        await pilot.press("a")
        await pilot.pause()
        assert "Ready" in status_of(app)


async def test_a_question_without_a_word_is_not_asked_and_stays_to_be_changed(
    app, until, assistant
):
    async with app.run_test() as pilot:
        await until(lambda: "Ready" in status_of(app))
        await pilot.press("?", "?", "enter")
        await until(lambda: "There is no word in the question" in status_of(app))
        assert app.query_one(QuestionInput).value == "??"
        assert not app.query(TurnView)
        assert not assistant.asked


# Choosing


async def test_ctrl_n_and_ctrl_b_step_through_the_answers(app, ask, until):
    async with app.run_test(size=(120, 40)) as pilot:
        turn = await ask(pilot)
        for key, chosen, quoted in (
            ("ctrl+n", 1, "March to October"),
            ("ctrl+n", 2, "1911"),
            ("ctrl+n", 2, "1911"),
            ("ctrl+b", 1, "March to October"),
        ):
            await pilot.press(key)
            await until(lambda quoted=quoted: highlighted(app) == quoted)
            assert [choice.chosen for choice in turn.choices].index(True) == chosen


async def test_f3_and_f2_step_through_the_passages(app, ask, until):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot)
        await pilot.press("f3", "f3", "f3")
        await until(lambda: source_title(app).startswith("/library/manual.txt"))
        await until(lambda: "Descale the machine" in source_rows(app))
        await pilot.press("f2")
        await until(lambda: source_title(app).endswith("Visiting › p. 4"))


async def test_an_answer_far_down_is_scrolled_to(app, ask, until):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot, DESCALE)
        assert "Step 180" not in source_rows(app)
        await pilot.press("ctrl+n")
        await until(lambda: highlighted(app) == "Step 180")


async def test_stepping_without_a_reply_does_nothing(app):
    async with app.run_test() as pilot:
        await pilot.press("ctrl+n", "alt+left", "f2", "f3", "alt+up", "alt+down", "escape")
        assert app.focused is question_of(app)


async def test_a_click_on_an_answer_shows_it(app, ask, until):
    async with app.run_test(size=(120, 40)) as pilot:
        turn = await ask(pilot)
        await pilot.click(turn.query(AnswerChoice).last())
        await until(lambda: highlighted(app) == "1911")


async def test_a_click_on_an_older_card_unfolds_it_and_shows_its_answer(app, ask, until):
    async with app.run_test(size=(120, 40)) as pilot:
        older = await ask(pilot, DESCALE)
        newer = await ask(pilot)
        assert not older.choices
        await pilot.click(older)
        await until(lambda: highlighted(app) == "every three months")
        assert older.choices
        assert not newer.choices


async def test_alt_up_and_alt_down_go_through_the_turns(app, ask, until):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot, DESCALE)
        await ask(pilot)
        for key, quoted in (("alt+up", "every three months"), ("alt+down", "4 May 1998")):
            await pilot.press(key)
            await until(lambda quoted=quoted: highlighted(app) == quoted)


# Keys


async def test_ctrl_l_starts_afresh(app, ask, assistant, screen_text, until):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot)
        await pilot.press("ctrl+l")
        await until(lambda: not app.query(TurnView))
        await until(lambda: "Ask your own documents." in screen_text(app))
        assert not app.query_one(SourcePane).has_class("-showing")
        await ask(pilot, PRICE)
        assert assistant.asked[-1] == (PRICE, ())


async def test_clearing_while_a_question_runs_leaves_nothing_of_it(app, assistant, until):
    assistant.busy = Event()
    async with app.run_test() as pilot:
        await type_question(pilot, WHEN)
        await until(lambda: assistant.asked)
        await pilot.press("ctrl+l")
        await until(lambda: "Ready" in status_of(app))
        await until(lambda: not app.query(TurnView))
        assert not app.query_one(SourcePane).has_class("-showing")


async def test_ctrl_t_changes_between_dark_and_light(app, ask):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot)
        dark = app.screen.styles.background
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert not app.current_theme.dark
        assert app.screen.styles.background != dark
        assert highlighted(app) == "4 May 1998"
        await pilot.press("ctrl+t")
        assert app.current_theme.dark


async def test_f1_lists_every_key_and_escape_closes_it(app, screen_text, until):
    async with app.run_test(size=(120, 100)) as pilot:
        await pilot.press("f1")
        await until(lambda: "While asking" in screen_text(app))
        shown = screen_text(app)
        for binding in (
            *app.BINDINGS,
            *MainScreen.BINDINGS,
            *QuestionInput.BINDINGS,
            *SourcePane.BINDINGS,
        ):
            assert describe_binding(binding) in shown
            assert app.get_key_display(next(iter(binding.make_bindings([binding])))) in shown
        await pilot.press("escape")
        assert len(app.screen_stack) == 1
        assert app.focused is question_of(app)


async def test_ctrl_q_quits_from_the_help_screen_too(app):
    async with app.run_test() as pilot:
        await pilot.press("f1", "ctrl+q")
        await pilot.pause()
        assert not app.is_running


def offered(app: QuotebackApp) -> list[tuple[str, str]]:
    """The keys in the footer, and what they do."""
    return [(key.key_display, key.description) for key in app.screen.query(FooterKey)]


@pytest.mark.parametrize("width", [40, 50, 60, 63])
async def test_no_key_in_the_footer_is_cut_off(app, ask, until, width):
    async with app.run_test(size=(120, 30)) as pilot:
        await ask(pilot)
        await until(lambda: ("^p", "Commands") in offered(app))
        every = offered(app)
        await pilot.resize_terminal(width, 30)
        await until(lambda: len(offered(app)) < len(every))
        await pilot.pause()
        assert offered(app) == every[: len(offered(app))]
        assert all(key.region.right <= width for key in app.screen.query(FooterKey))


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_tab_goes_from_the_question_to_the_source_and_on_to_the_conversation(
    app, ask, until, size
):
    async with app.run_test(size=size) as pilot:
        await until(lambda: ("f1", "Help") in offered(app))
        assert ("tab", "Source") not in offered(app)
        await pilot.press("tab")
        assert app.focused is question_of(app)
        await ask(pilot)
        await until(lambda: offered(app)[0] == ("tab", "Source"))
        visited = []
        for key in ("tab", "tab", "tab", "shift+tab", "shift+tab", "escape"):
            await pilot.press(key)
            visited.append(type(app.focused))
        assert visited[:3] == [SourceView, Conversation, QuestionInput]
        assert visited[3:] == [Conversation, SourceView, QuestionInput]


async def test_what_is_typed_or_pasted_elsewhere_reaches_the_question(app, ask):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot)
        app.query_one(Conversation).focus()
        await pilot.press(*"And")
        assert question_of(app).value == "And"
        assert app.focused is question_of(app)
        app.query_one(SourceView).focus()
        await pilot.pause()
        app.post_message(events.Paste(" then?"))
        await pilot.pause()
        assert question_of(app).value == "And then?"


async def test_n_in_the_source_is_a_key_and_not_typing(app, ask):
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot, WHICH)
        app.query_one(SourceView).focus()
        await pilot.press("n", "N")
        assert question_of(app).value == ""
        assert isinstance(app.focused, SourceView)


# Sizes


@pytest.mark.parametrize("size", [(80, 24), (200, 60), (100, 30), (40, 12)])
async def test_question_answer_and_source_fit_the_screen(app, ask, screen_text, size, until):
    async with app.run_test(size=size) as pilot:
        await ask(pilot)
        assert highlighted(app) == "4 May 1998"
        await until(lambda: "4 May 1998" in screen_text(app))
        for widget in (QuestionInput, StatusLine, Footer, Conversation, SourceView):
            region = app.query_one(widget).region
            assert region.area > 0
            assert app.screen.region.contains_region(region)
        left = app.query_one(Conversation).region
        source = app.query_one(SourcePane).region
        assert (source.x >= left.right) if size[0] >= 100 else (source.y >= left.bottom)


async def test_a_pasted_text_leaves_room_for_its_answer(app, ask, assistant, screen_text, until):
    pasted = f"{WHEN} {'And what else is there? ' * 400}".strip()
    async with app.run_test(size=(80, 24)) as pilot:
        turn = await ask(pilot, pasted)
        assert assistant.asked[-1][0] == pasted
        await until(lambda: "No answer that I am sure of." in screen_text(app))
        await pilot.press("f4")
        await until(lambda: "Nothing was found that could be quoted." in screen_text(app))
        await pilot.press("escape", "f9")
        await until(lambda: "The documents do not hold it" in screen_text(app))
        await pilot.press("escape")
        await ask(pilot, WHICH)
        assert turn.size.height < 10
        # All of it can be taken up again.
        await pilot.press("alt+up", "f6")
        assert question_of(app).value == pasted


async def test_resizing_at_any_moment_keeps_everything(app, ask, assistant, until, screen_text):
    async with app.run_test(size=(200, 60)) as pilot:
        await ask(pilot)
        assistant.busy = Event()
        await type_question(pilot, DESCALE)
        for size in ((80, 24), (30, 10), (10, 5), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assistant.busy.set()
        await until(lambda: app.query(TurnView).last().reply is not None)
        await app.workers.wait_for_complete()
        await pilot.pause()
        await until(lambda: "every three months" in screen_text(app))
        assert highlighted(app) == "every three months"


async def test_what_is_chosen_stays_in_sight_when_the_screen_becomes_smaller(app, ask, until):
    async with app.run_test(size=(120, 40)) as pilot:
        turn = await ask(pilot)
        await pilot.press("f2")
        chosen = turn.choices[-1]
        assert chosen.chosen
        await pilot.resize_terminal(60, 16)
        conversation = app.query_one(Conversation)
        await until(lambda: conversation.region.width == 60)
        await until(lambda: conversation.region.contains_region(chosen.region))


async def test_without_colour_the_answer_still_stands_out(monkeypatch, assistant, until):
    monkeypatch.setenv("NO_COLOR", "1")
    app = QuotebackApp(lambda _report: assistant)
    async with app.run_test(size=(120, 40)) as pilot:
        await type_question(pilot, WHEN)
        await until(lambda: app.query(Choice))
        await app.workers.wait_for_complete()
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        reversed_text = "".join(
            segment.text
            for strip in strips
            for segment in strip
            if segment.style and segment.style.reverse and segment.style.bold
        )
        assert "4 May 1998" in reversed_text


async def test_a_long_conversation_stays_quick_and_its_first_turns_within_reach(
    app, assistant, until, screen_text
):
    async with app.run_test(size=(100, 30)) as pilot:
        await until(lambda: "Ready" in status_of(app))
        conversation = app.query_one(Conversation)
        reply = assistant.ask(WHEN)
        turns = [TurnView(f"Question {number}", reply=reply) for number in range(1, 1001)]
        await conversation.add_turns(*turns)
        await pilot.pause()
        with takes_at_most(8):
            await pilot.press(*"twenty letters typed")
        assert question_of(app).value == "twenty letters typed"
        with takes_at_most(8):
            await type_question(pilot, PRICE)
            await until(lambda: app.query(TurnView).last().reply is not None)
            await pilot.pause()
        assert len(app.query(TurnView)) == 60
        conversation.scroll_home(animate=False)
        await pilot.pause()
        await until(lambda: "941 earlier turns" in screen_text(app))
        await pilot.click("EarlierTurns")
        conversation.scroll_home(animate=False)
        await pilot.pause()
        await until(lambda: "881 earlier turns" in screen_text(app))
        await until(lambda: "Question 882" in screen_text(app))


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (60, 15), (40, 12)])
async def test_a_notice_covers_nothing_that_is_typed(app, assistant, until, size):
    async with app.run_test(size=size, notifications=True) as pilot:
        await type_question(pilot, WHEN)
        await until(lambda: app.query_one(SourcePane).document is not None)
        await pilot.press("tab", "slash")
        app.notify(
            "Kept: 1 question in /some/folder/or/other/that/is/long/index.questions.jsonl",
            timeout=60,
        )
        await until(lambda: app.screen.query("Toast") and app.screen.query_one("Toast").region)
        await pilot.pause()
        notice = app.screen.query_one("Toast").region
        typed = [widget.region for widget in app.screen.query(Input) if widget.display]
        assert len(typed) == 2
        assert not any(notice.overlaps(region) for region in typed)
