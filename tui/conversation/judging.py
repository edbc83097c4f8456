"""Judging the answer that is chosen: what is asked of a person, and what that means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from qa import counted
from tui.common.wording import one_line, shorten_path
from tui.conversation.choices import AnswerChoice
from tui.conversation.judgement_file import (
    Judgement,
    JudgementFile,
    RightAnswer,
    Verdict,
    placed,
    right_answer_of,
)
from tui.conversation.right_answer_screen import RightAnswerScreen
from tui.conversation.turn_view import TurnView
from tui.source.quotation import is_worth_showing

Said = tuple[RightAnswer | None] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A judgement to be kept, or to be taken back."""

    judgement: Judgement
    taken_back: bool


def apply_judgement(outcome: Outcome, judgements: JudgementFile) -> tuple[str, Judgement | None]:
    """Keep a judgement, or take it back.

    Returns:
        what was done, in words; and what is known of that question now: a second right
        answer joins the first.

    Raises:
        JudgementsError: the file cannot be read or written.
    """
    change = judgements.take_back if outcome.taken_back else judgements.keep
    count = change(outcome.judgement)
    done = "Taken back" if outcome.taken_back else "Kept"
    questions = counted(count, "question")
    said = one_line(f"{done}: {questions} in {shorten_path(str(judgements.path))}")
    return said, judgements.known().get(outcome.judgement.id)


async def judged(
    turn: TurnView,
    verdict: Verdict,
    show: Callable[[RightAnswerScreen], Awaitable[Said]],
    text_of: Callable[[str], str],
) -> Outcome | None:
    """Judge the answer that is chosen, or that none was found; the same again takes it back.

    Args:
        show: asks a person what is right.
        text_of: gives the text of a document that was quoted from.

    Returns:
        None where there is nothing to judge, or the person thought better of it.
    """
    reply, chosen, before = turn.reply, turn.chosen, turn.judged
    if reply is None:
        return None
    answer = chosen.answer if isinstance(chosen, AnswerChoice) else None
    if answer is None and reply.answered:
        answer = reply.answers[0]
    right = (
        right_answer_of(answer) if verdict == "right" and answer is not None else RightAnswer(())
    )
    judgement = Judgement(turn.question, turn.history, verdict, right)
    if before is not None and before.says(judgement):
        return Outcome(before, taken_back=True)
    if verdict == "right":
        return Outcome(judgement, taken_back=False)
    shown = answer if verdict == "wrong" else None
    others = [other for other in reply.answers if other is not shown and is_worth_showing(other)]
    said = await show(
        RightAnswerScreen(
            turn.question,
            others,
            lambda typed: placed(typed, reply, text_of),
            may_be_unknown=verdict == "wrong",
        )
    )
    if said is None:
        return None
    wrong = right_answer_of(shown).answers if shown else ()
    return Outcome(replace(judgement, right=said[0], wrong=wrong), taken_back=False)
