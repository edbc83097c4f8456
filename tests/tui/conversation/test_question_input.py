"""The line where questions are typed: nothing typed gets lost."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult

from tests.support.timing import takes_at_most
from tui.conversation.question_input import QuestionInput


class QuestionApp(App[None]):
    """The line alone; keeps what is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[QuestionInput.Entered] = []

    def compose(self) -> ComposeResult:
        yield QuestionInput()

    def on_question_input_entered(self, event: QuestionInput.Entered) -> None:
        self.questions.append(QuestionInput.Entered(event.question, event.standalone))

    @property
    def asked(self) -> list[str]:
        return [asked.question for asked in self.questions]

    @property
    def line(self) -> QuestionInput:
        return self.query_one(QuestionInput)

    async def paste(self, pilot, text: str) -> None:
        self.line.post_message(events.Paste(text))
        await pilot.pause()


async def test_enter_asks_and_empties_the_line():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press(*"Why? ", "enter")
        assert app.asked == ["Why?"]
        assert app.line.value == ""


async def test_a_blank_question_is_asked_as_empty_and_stays_in_the_line():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press("space", "enter")
        assert app.asked == [""]
        assert app.line.value == " "


async def test_a_line_feed_is_enter():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press(*"one", "ctrl+j")
        assert app.asked == ["one"]


async def test_up_and_down_go_through_the_earlier_questions_and_back_to_the_draft():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "enter", "b", "enter", *"draft")
        seen = []
        for key in ("up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            seen.append(app.line.value)
        assert seen == ["b", "a", "a", "b", "draft", "draft"]


async def test_a_question_asked_twice_is_recalled_once():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "enter", "b", "enter", "b", "enter", "up", "up")
        assert app.line.value == "a"


async def test_a_paste_of_several_lines_becomes_one_and_loses_nothing():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press(*"So ")
        await app.paste(pilot, "when\ndid\r\nit\n\nopen?\tOr\u2028not?")
        assert app.line.value == "So when did it  open? Or not?"
        assert app.asked == []


async def test_a_paste_replaces_what_is_selected_and_nothing_else():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press(*"one two", "shift+left", "shift+left", "shift+left")
        await app.paste(pilot, "three")
        assert app.line.value == "one three"


async def test_a_paste_cannot_steer_the_terminal():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await app.paste(pilot, "\x1b[31mred\u202e [b]x[/b]")
        assert app.line.value == "␛[31mred� [b]x[/b]"
        assert "\x1b" not in app.line.render_line(0).text


async def test_an_empty_paste_changes_nothing():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press(*"abc")
        await app.paste(pilot, "")
        await app.paste(pilot, "\n")
        assert app.line.value.strip() == "abc"


async def test_coming_back_to_the_line_does_not_select_what_is_there():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press(*"abc")
        app.screen.set_focus(None)
        app.line.focus()
        await pilot.press("d")
        assert app.line.value == "abcd"


async def test_a_very_long_paste_is_kept_and_typing_goes_on():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await app.paste(pilot, "words " * 20_000)
        with takes_at_most(10):
            await pilot.press(*"end")
            assert app.line.value == "words " * 20_000 + "end"


async def test_a_question_taken_up_again_is_asked_as_it_stands():
    app = QuestionApp()
    async with app.run_test() as pilot:
        app.line.edit("How much is the museum?")
        assert app.line.border_title == "asked as it stands"
        await pilot.press("backspace", *" now?", "enter", *"And then?", "enter")
        assert app.questions == [
            QuestionInput.Entered("How much is the museum now?", standalone=True),
            QuestionInput.Entered("And then?", standalone=False),
        ]
        assert app.line.border_title is None


async def test_what_was_being_typed_comes_back_after_a_question_is_taken_up():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press(*"one", "enter", *"draft")
        app.line.edit("changed")
        await pilot.press("down")
        assert app.line.value == "draft"
        await pilot.press("up", "up")
        assert app.line.value == "one"


async def test_a_line_that_was_emptied_or_left_is_for_another_question():
    app = QuestionApp()
    async with app.run_test() as pilot:
        app.line.edit("x")
        await pilot.press("backspace", *"new", "enter")
        await pilot.press(*"old", "enter")
        app.line.edit("y")
        await pilot.press("up", "enter")
        assert [asked.standalone for asked in app.questions] == [False, False, False]


async def test_questions_of_earlier_conversations_come_before_those_of_this_one():
    app = QuestionApp()
    async with app.run_test() as pilot:
        await pilot.press(*"now", "enter", *"draft")
        app.line.prepend_history(["long ago", "yesterday"])
        for value in ("now", "yesterday", "long ago", "long ago"):
            await pilot.press("up")
            assert app.line.value == value
        for value in ("yesterday", "now", "draft"):
            await pilot.press("down")
            assert app.line.value == value
