"""F7, F8 and F9: what a person says of an answer becomes a question of a question set."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from textual.widgets import Input

from qa.evaluation import QuestionSet
from tests.tui.conftest import NOWHERE, PRICE, REPLIES, WHEN, WHICH, type_question
from tui.app.app import QuotebackApp
from tui.conversation.judgements import Judgement, JudgementFile, RightAnswer
from tui.conversation.judging import RightAnswerScreen
from tui.conversation.turn_view import TurnView, describe_judgement
from tui.saved_conversations.conversation_store import ConversationStore


@pytest.fixture
def file(tmp_path):
    return tmp_path / "an.index.questions.jsonl"


@pytest.fixture
def app(assistant, tmp_path) -> QuotebackApp:
    return QuotebackApp(
        lambda _report: assistant,
        index=tmp_path / "an.index",
        conversations=ConversationStore(tmp_path / "sessions.sqlite"),
    )


def rows(file) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


async def test_f7_marks_the_answer_right_and_says_where_that_is_kept(
    app, ask, file, until, screen_text
):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot)
        await pilot.press("f7")
        await until(lambda: "✓ marked right" in screen_text(app))
        [told] = app._notifications
        assert told.message == f"Kept: 1 question in {file}"
    [question] = QuestionSet.load(file).questions
    assert (question.text, question.answers) == (WHEN, ("4 May 1998",))
    assert question.document == "/library/rain-museum.md"


async def test_the_same_key_again_takes_it_back(app, ask, file, until, screen_text):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot)
        await pilot.press("f7")
        await until(lambda: rows(file))
        await until(lambda: "✓ marked right" in screen_text(app))
        await pilot.press("f7")
        await until(lambda: not rows(file))
        await until(lambda: "✓ marked right" not in screen_text(app))


async def test_another_answer_that_is_chosen_is_right_too(app, ask, file, until):
    async with app.run_test(size=(140, 40)) as pilot:
        turn = await ask(pilot)
        await pilot.press("f7")
        await until(lambda: turn.judgement)
        await pilot.press("ctrl+n", "f7")
        await until(lambda: rows(file)[0]["answers"] == ["4 May 1998", "March to October"])
        # Either of them, chosen again, takes it back.
        await until(lambda: turn.judgement and len(turn.judgement.right.answers) == 2)
        await pilot.press("ctrl+b", "f7")
        await until(lambda: not rows(file))


async def test_that_the_documents_do_not_hold_it_can_be_right(
    app, ask, assistant, file, until, monkeypatch
):
    monkeypatch.setitem(REPLIES, NOWHERE, replace(REPLIES[NOWHERE], answers=(), off_topic=True))
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, NOWHERE)
        await pilot.press("f7")
        await until(lambda: rows(file))
    [question] = QuestionSet.load(file).questions
    assert question.answers == ()


async def test_the_best_candidate_can_be_right_though_the_reply_was_unsure(app, ask, file, until):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, NOWHERE)
        await pilot.press("f7")
        await until(lambda: rows(file))
    [question] = QuestionSet.load(file).questions
    assert question.answers == ("Ilse Marrin",)


async def test_several_answers_can_be_right_and_their_evidence_is_kept(
    app, ask, file, until, screen_text
):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot)
        await pilot.press("f8")
        await until(lambda: isinstance(app.screen, RightAnswerScreen))
        await pilot.press("space", "down", "space")
        await until(lambda: screen_text(app).count("✓ ") == 2)
        await pilot.press("enter")
        await until(lambda: rows(file))
    [row] = rows(file)
    assert row["answers"] == ["March to October", "1911"]
    assert [text[:19] for text in row["evidence"]] == ["The museum is open ", "Visitors can see th"]
    assert QuestionSet.load(file).questions[0].answers == ("March to October", "1911")


async def test_f8_asks_what_is_right_and_takes_another_answer_for_it(
    app, ask, file, until, screen_text
):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot)
        await pilot.press("f8")
        await until(lambda: isinstance(app.screen, RightAnswerScreen))
        await pilot.press("enter")
        await until(lambda: "✗ marked wrong; right is “March to October”" in screen_text(app))
    [row] = rows(file)
    assert (row["answers"], row["wrong"]) == (["March to October"], ["4 May 1998"])


def test_right_answers_are_named_shortly():
    right = RightAnswer(("a" * 200, "two\nlines", "three", "four"))
    assert describe_judgement(Judgement(WHEN, (), "wrong", right)) == (
        f"✗ marked wrong; right is “{'a' * 60}…”, “two lines”, “three” and 1 more"
    )


async def test_what_is_right_may_not_be_known(app, ask, file, until, screen_text):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot)
        await pilot.press("f8")
        await until(lambda: isinstance(app.screen, RightAnswerScreen))
        await pilot.press("end", "enter")
        await until(lambda: "✗ marked wrong; what is right is not known" in screen_text(app))
    assert rows(file)[0]["answers"] is None
    assert QuestionSet.load(file).questions[0].answers is None


async def test_what_is_missing_is_typed_and_found_in_the_document(app, ask, file, until):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, NOWHERE)
        await pilot.press("f9")
        await until(lambda: isinstance(app.screen, RightAnswerScreen))
        await pilot.press(*"RAIN gauge", "enter")
        await until(lambda: rows(file))
    [row] = rows(file)
    assert (row["judged"], row["answers"]) == ("missing", ["rain gauge"])
    assert row["document"] == "/library/rain-museum.md"
    assert "wrong" not in row


async def test_what_is_typed_but_stands_nowhere_is_kept_at_the_second_time_only(
    app, ask, file, until, screen_text
):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, NOWHERE)
        await pilot.press("f9")
        await until(lambda: isinstance(app.screen, RightAnswerScreen))
        await pilot.press(*"Karpov", "enter")
        await until(lambda: "Not found in these documents" in screen_text(app))
        assert not rows(file)
        await pilot.press("enter")
        await until(lambda: rows(file))
    assert rows(file)[0]["answers"] == ["Karpov"]
    assert "document" not in rows(file)[0]


async def test_missing_offers_that_the_documents_do_not_hold_it_but_no_ignorance(
    app, ask, file, until, screen_text
):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot)
        await pilot.press("f9")
        await until(lambda: isinstance(app.screen, RightAnswerScreen))
        await until(lambda: "The documents do not hold it" in screen_text(app))
        assert "I do not know" not in screen_text(app)
        await pilot.press("end", "enter")
        await until(lambda: rows(file))
    assert rows(file)[0]["answers"] == []


async def test_escape_judges_nothing(app, ask, file, until):
    async with app.run_test(size=(140, 40)) as pilot:
        turn = await ask(pilot)
        await pilot.press("f8")
        await until(lambda: isinstance(app.screen, RightAnswerScreen))
        await pilot.press("escape")
        await until(lambda: len(app.screen_stack) == 1)
        await app.workers.wait_for_complete()
        assert turn.judgement is None
    assert not rows(file)


async def test_a_follow_up_is_kept_with_the_questions_before_it(app, ask, file, until):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot)
        await ask(pilot, PRICE)
        await pilot.press("f7")
        await until(lambda: rows(file))
    assert rows(file)[0]["history"] == [WHEN]


async def test_before_there_is_a_reply_nothing_can_be_judged(app, file):
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f7", "f8", "f9")
        assert len(app.screen_stack) == 1
    assert not rows(file)


async def test_what_was_judged_is_known_again_when_a_conversation_is_gone_on_with(
    app, ask, assistant, tmp_path, until, screen_text
):
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, WHICH)
        await pilot.press("f7")
        await until(lambda: "✓ marked right" in screen_text(app))
        await pilot.press("ctrl+l", "f5")
        await until(lambda: len(app.screen_stack) == 2)
        await until(lambda: WHICH in screen_text(app))
        await pilot.press("enter")
        await until(lambda: "✓ marked right" in screen_text(app))
        assert app.query_one(TurnView).judgement is not None


@pytest.mark.parametrize("key", ["f7", "f8", "f9"])
async def test_what_another_index_replied_is_not_judged_in_this_one(
    assistant, tmp_path, file, until, screen_text, key
):
    conversations = ConversationStore(tmp_path / "sessions.sqlite")
    turn = conversations.add_question(conversations.begin_conversation(WHEN, "/other.index"), WHEN)
    conversations.add_reply(turn, REPLIES[WHEN])
    JudgementFile(file).save(Judgement(WHEN, (), "wrong", None))
    before = file.read_bytes()
    app = QuotebackApp(
        lambda _report: assistant, index=tmp_path / "an.index", conversations=conversations
    )
    async with app.run_test(size=(140, 40), notifications=True) as pilot:
        await until(lambda: "Ready" in screen_text(app))
        await pilot.press("f5")
        await until(lambda: WHEN in screen_text(app))
        await pilot.press("enter")
        await until(lambda: app.query(TurnView) and "4 May 1998" in screen_text(app))
        assert app.query_one(TurnView).judgement is None
        await pilot.press(key)
        await until(lambda: "asked of another index" in screen_text(app))
        assert len(app.screen_stack) == 1
        # What is asked now is asked of this one.
        await type_question(pilot, WHICH)
        await until(lambda: app.query(TurnView).last().reply is REPLIES[WHICH])
        await app.workers.wait_for_complete()
        assert file.read_bytes() == before
        await pilot.press("f7")
        await until(lambda: len(rows(file)) == 2)


async def test_what_cannot_be_kept_is_said(app, ask, file, until, screen_text):
    file.mkdir()
    async with app.run_test(size=(140, 40)) as pilot:
        turn = await ask(pilot)
        await pilot.press("f7")
        await until(lambda: "Not saved:" in screen_text(app))
        assert turn.judgement is None


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_everything_is_seen_on_a_small_screen(app, ask, until, size):
    async with app.run_test(size=size) as pilot:
        await ask(pilot)
        await pilot.press("f8")
        await until(lambda: isinstance(app.screen, RightAnswerScreen))
        await pilot.pause()
        for kind in ("OptionList", "Input"):
            widget = app.screen.query_one(kind)
            assert app.screen.region.contains_region(widget.region)
            assert widget.region.height
        app.screen.query_one(Input).focus()
