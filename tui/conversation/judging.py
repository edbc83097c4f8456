"""Judging an answer: what a person is asked, and how the judgement is saved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa import counted
from tui.common.presentation.wording import one_line, shorten_path
from tui.conversation.choices import AnswerChoice
from tui.conversation.judgements import (
    Judgement,
    JudgementFile,
    JudgementRating,
    RightAnswer,
    locate_words,
    make_right_answer,
)
from tui.conversation.turn_view import TurnView
from tui.source.places import is_worth_showing

if TYPE_CHECKING:
    from tui.conversation.right_answer_screen import RightAnswerScreen

# As `RightAnswerScreen` returns it.
ChosenAnswer = tuple[RightAnswer | None] | None


@dataclass(frozen=True, slots=True)
class JudgementChange:
    """A judgement to save or to remove."""

    judgement: Judgement
    removed: bool


def apply_change(change: JudgementChange, file: JudgementFile) -> tuple[str, Judgement | None]:
    """Save or remove a judgement. Raises as `JudgementFile.save` does.

    Returns:
        a message; and the judgement of the question that is in the file now.
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

    Returns:
        None if there is nothing to judge, or the person cancelled.
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
    # Imported when it is wanted: the main screen is drawn before.
    from tui.conversation.right_answer_screen import RightAnswerScreen

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
