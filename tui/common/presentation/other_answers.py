"""Which of the other answers of a reply are worth showing beside the best one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa import Answer, Reply

# An answer is worth showing beside the best one from this share of its confidence on. On real
# questions, below that one in thirty is right though the best is wrong.
_SHARE = 0.7
# At least this confidence, below which one in ten is right; and at most so many.
_LEAST, _MOST = 0.25, 3


def list_other_answers(reply: Reply) -> list[Answer]:
    """The answers to show below the best one, best first.

    Those that quote the same words as an answer above them, or a sentence that is shown with it,
    say nothing new.
    """
    if not reply.answers:
        return []
    best, *others = reply.answers
    least = max(_LEAST, _SHARE * best.confidence)
    shown = [best]
    for other in others:
        if other.confidence >= least and not any(_repeats(other, above) for above in shown):
            shown.append(other)
    return shown[1 : _MOST + 1]


def _repeats(answer: Answer, above: Answer) -> bool:
    if _normalise(answer.text) == _normalise(above.text):
        return True
    return answer.document == above.document and any(
        sentence.start < other.end and other.start < sentence.end
        for sentence in answer.evidence
        for other in above.evidence
    )


def _normalise(text: str) -> str:
    return " ".join(text.casefold().split())
