"""A question and its best answer in short: a folded turn, or a conversation at a glance."""

from __future__ import annotations

from textual.content import Content

from qa import Reply, visible
from tui.common.presentation.confidence import style_confidence
from tui.common.presentation.lists import find_lead_in
from tui.common.presentation.wording import describe_refusal, shorten
from tui.source.quotations.excerpt import format_answer
from tui.source.quotations.quotation import Quotation

# Characters of the answer.
_LENGTH = 160


def draw_turn(question: str, reply: Reply, mark: str = "") -> Content:
    """The question, and on the next line the best answer and its file, or that there is none.

    Args:
        mark: of a judgement.
    """
    head = Content.assemble(
        (shorten(question), "bold"), (f"  {mark}" if mark else "", "$text-success"), "\n"
    )
    if not reply.answered:
        return Content.assemble(head, describe_refusal(reply))
    best = reply.answers[0]
    lead_in = find_lead_in(best)
    quotation = f"{visible(lead_in)}: {format_answer(best)}" if lead_in else format_answer(best)
    return Content.assemble(
        head,
        ("● ", style_confidence(best.confidence)),
        (shorten(quotation, _LENGTH), "$foreground"),
        f"  {Quotation.from_answer(best).file_name}",
    )
