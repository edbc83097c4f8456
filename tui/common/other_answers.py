"""Which of the other answers of a reply are worth showing beside the best one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa import Answer, Reply

# An answer is worth showing beside the best one from this share of its confidence on.
_SHARE = 1 / 2
# At least this confidence, and at most so many.
_LEAST, _MOST = 0.05, 3


def list_other_answers(reply: Reply) -> list[Answer]:
    """The answers to show below the best one, best first.

    Those that quote the same words as an answer above them say nothing new.
    """
    if not reply.answers:
        return []
    best, *others = reply.answers
    quoted = {_normalise(best.text)}
    shown: list[Answer] = []
    for other in others:
        words = _normalise(other.text)
        if other.confidence >= max(_LEAST, _SHARE * best.confidence) and words not in quoted:
            quoted.add(words)
            shown.append(other)
    return shown[:_MOST]


def _normalise(text: str) -> str:
    return " ".join(text.casefold().split())
