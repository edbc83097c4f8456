"""Judging an answer: what a person is asked on a screen, and how the judgement is saved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from qa import Answer, counted
from tui.common.presentation.wording import one_line, shorten_line, shorten_path
from tui.common.screens.background import in_background
from tui.common.screens.screen_parts import MessageLine, Overlay, share_keys
from tui.conversation.choices import AnswerChoice
from tui.conversation.judgements import (
    Judgement,
    JudgementFile,
    JudgementRating,
    RightAnswer,
    join_right_answers,
    locate_words,
    make_right_answer,
)
from tui.conversation.turn_view import TurnView
from tui.source.places import QuotedPlace, is_worth_showing
from tui.source.rendering.passage_words import format_answer

# As `RightAnswerScreen` returns it.
ChosenAnswer = tuple[RightAnswer | None] | None


@dataclass(frozen=True, slots=True)
class JudgementChange:
    """A judgement to save or to remove."""

    judgement: Judgement
    removed: bool


def apply_change(change: JudgementChange, file: JudgementFile) -> tuple[str, Judgement | None]:
    """Save or remove a judgement; returns a message, and the judgement that is in the file now.

    It raises as `JudgementFile.save` does.
    """
    update = file.remove if change.removed else file.save
    count = update(change.judgement)
    verb = "Taken back" if change.removed else "Kept"
    questions = counted(count, "question")
    message = one_line(f"{verb}: {questions} in {shorten_path(str(file.path))}")
    return message, file.read().get(change.judgement.id)


async def judge_answer(
    turn: TurnView,
    rating: JudgementRating,
    show: Callable[[RightAnswerScreen], Awaitable[ChosenAnswer]],
    text_of: Callable[[str], str],
) -> JudgementChange | None:
    """Judge the chosen answer, or the lack of one. The same judgement again removes it.

    `show` shows a screen and returns what was chosen there; `text_of` gives the text of a document.
    None is returned if there is nothing to judge, or the person cancelled.
    """
    reply, chosen, before = turn.reply, turn.chosen, turn.judgement
    if reply is None:
        return None
    answer = chosen.answer if isinstance(chosen, AnswerChoice) else None
    if answer is None and reply.answered:
        answer = reply.answers[0]
    right = (
        make_right_answer(answer) if rating == "right" and answer is not None else RightAnswer(())
    )
    judgement = Judgement(turn.question, turn.history, rating, right)
    if before is not None and before.includes(judgement):
        return JudgementChange(before, removed=True)
    if rating == "right":
        return JudgementChange(judgement, removed=False)
    shown = answer if rating == "wrong" else None
    others = [other for other in reply.answers if other is not shown and is_worth_showing(other)]
    choice = await show(
        RightAnswerScreen(
            turn.question,
            others,
            lambda typed: locate_words(typed, reply, text_of),
            may_be_unknown=rating == "wrong",
        )
    )
    if choice is None:
        return None
    wrong = make_right_answer(shown).answers if shown else ()
    return JudgementChange(replace(judgement, right=choice[0], wrong=wrong), removed=False)


class RightAnswerScreen(Overlay[ChosenAnswer]):
    """Returns a tuple with the right answer, or with None if unknown; None if cancelled."""

    AUTO_FOCUS = "OptionList"
    DEFAULT_CSS = """
    RightAnswerScreen {
        & > .panel { width: 76; max-height: 96%; padding: 0 2 1 2; }
        Static { height: auto; max-height: 2; margin-top: 1; color: $text-muted; }
        MessageLine { padding: 0; }
        OptionList { max-height: 9; }
        Input { margin-top: 1; padding: 0 1; background: $surface; }
        &.-low Static, &.-low Input { margin-top: 0; }
        &.-low > .panel { padding-bottom: 0; }
        &.-low OptionList { max-height: 4; }
    }
    """
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Leave it", show=False)]

    def __init__(
        self,
        question: str,
        others: Sequence[Answer],
        locate: Callable[[str], tuple[str, str] | None],
        *,
        may_be_unknown: bool,
    ) -> None:
        """The screen.

        Args:
            others: the answers to choose from.
            locate: finds words: returns their document, and the words as written there;
                called in the background.
            may_be_unknown: offer "I do not know".
        """
        super().__init__()
        self._question = question
        self._others = others
        self._locate = locate
        unknown = ["I do not know"] if may_be_unknown else []
        fixed = ["The documents do not hold it", *unknown]
        self._options = OptionList(
            *(Option(_format_option(other), id=f"answer-{at}") for at, other in enumerate(others)),
            *(Option(Content.styled(text, "italic"), id=text.replace(" ", "-")) for text in fixed),
        )
        self._typed = Input(
            placeholder="or type it, as it stands there", select_on_focus=False, compact=True
        )
        self._message = MessageLine()
        self._not_found = ""
        self._marked: set[int] = set()

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_title = "What is the right answer?"
            panel.border_subtitle = "space marks several, enter takes them, esc leaves it"
            yield Static(Content(shorten_line(self._question)), classes="asked")
            yield self._options
            yield self._typed
            yield self._message

    def on_key(self, event: events.Key) -> None:
        if event.key == "space" and self._options.has_focus:
            event.stop()
            self._mark(self._options.highlighted)
        else:
            share_keys(event, self._typed, self._options)

    def on_paste(self, event: events.Paste) -> None:
        share_keys(event, self._typed, self._options)

    def _mark(self, at: int | None) -> None:
        """Mark an answer as one of several that are right, or take the mark away."""
        if at is not None and at < len(self._others):
            self._marked ^= {at}
            drawn = _format_option(self._others[at], marked=at in self._marked)
            self._options.replace_option_prompt_at_index(at, drawn)

    def _dismiss_with(self, *right: RightAnswer) -> None:
        """Return these right answers, and those that are marked."""
        marked = [make_right_answer(self._others[at]) for at in sorted(self._marked)]
        answers = dict.fromkeys([*marked, *right])
        self.dismiss((join_right_answers(list(answers)),))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if self._marked:
            self._dismiss_with()
        elif event.option_index < len(self._others):
            self._dismiss_with(make_right_answer(self._others[event.option_index]))
        else:
            not_here = event.option_index == len(self._others)
            self.dismiss((RightAnswer(()) if not_here else None,))

    def on_input_changed(self) -> None:
        self._not_found = ""
        self._message.show("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if typed := event.value.strip():
            self._submit(typed)

    @work(exclusive=True)
    async def _submit(self, typed: str) -> None:
        try:
            location = await in_background(lambda: self._locate(typed))
        except Exception as error:
            self._message.show(str(error), problem=True)
            return
        if location is not None:
            document, words = location
            self._dismiss_with(RightAnswer((words,), document=document))
        elif self._not_found == typed:
            self._dismiss_with(RightAnswer((typed,)))
        else:
            self._not_found = typed
            self._message.show(
                "Not found in these documents as it is typed. Enter keeps it all the same."
            )


def _format_option(answer: Answer, *, marked: bool = False) -> Content:
    name = QuotedPlace.from_answer(answer).file_name
    mark = ("✓ ", "$text-success") if marked else ""
    return Content.assemble(mark, format_answer(answer), (f"  {name}", "$secondary"))
