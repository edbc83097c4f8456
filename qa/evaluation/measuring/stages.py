"""Where a question was lost: before the search, by it, by the reader, by the threshold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from index import Index, Span
from qa.evaluation.measuring.results import Stage

# From here on, scripts that put no spaces between words.
_UNSPACED = "\u2e80"


def folded(text: str) -> str:
    """Text as answers are looked for in it: without regard to case and white space."""
    return " ".join(text.casefold().split())


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether a text holds one of the answers (of a list, one of its members)."""
    within = folded(text)
    return any(_place(within, folded(answer)) >= 0 for answer in answers)


def spans_of(text: str, answers: Iterable[str]) -> tuple[Span, ...]:
    """Where the answers stand in a text, letter by letter, in reading order; none overlap."""
    found: list[Span] = []
    for answer in sorted(answers, key=len, reverse=True):
        at = _place(text, answer)
        while at >= 0:
            span = Span(at, at + len(answer))
            if all(span.end <= other.start or other.end <= span.start for other in found):
                found.append(span)
            at = _place(text, answer, span.end)
    return tuple(sorted(found))


def _place(text: str, answer: str, start: int = 0) -> int:
    """Where an answer stands in a text, not as a part of a longer word; -1 if nowhere."""
    at = text.find(answer, start)
    while (
        at >= 0
        and answer
        and (
            _is_word(text[max(0, at - 1) : at + 1])
            or _is_word(text[at + len(answer) - 1 : at + len(answer) + 1])
        )
    ):
        at = text.find(answer, at + 1)
    return at


def _is_word(pair: str) -> bool:
    """Whether two characters belong to one word; scripts without spaces are let pass."""
    return len(pair) == 2 and all(c.isalnum() and c < _UNSPACED for c in pair)


def absent(
    index: Index, wanted: Mapping[str, tuple[Sequence[str], Sequence[str] | None]]
) -> set[str]:
    """The questions whose answer stands in none of the documents.

    Args:
        wanted: question → its answers, and the documents in which to look, or None for all.
    """
    left = dict(wanted)
    everywhere = any(documents is None for _, documents in left.values())
    named = {path for _, documents in left.values() for path in documents or ()}
    for document in index.documents():
        if not left:
            break
        if not everywhere and document.path not in named:
            continue
        text = folded(index.text(document.path))
        for question, (answers, documents) in list(left.items()):
            if documents is not None and document.path not in documents:
                continue
            if any(_place(text, folded(answer)) >= 0 for answer in answers):
                del left[question]
    return set(left)


def stage_of_answer(
    *, answerable: bool, answered: bool, right: bool, read: bool, retrieved: bool, present: bool
) -> Stage | None:
    """Where an answer was lost; None if it was not.

    Args:
        answered: a prediction was given.
        right: the best candidate is an exact match.
        read, retrieved, present: the answer stands in a passage that was read, in one that
            was found, in any document.
    """
    if not answerable:
        return Stage.FALSE_ANSWER if answered else None
    if right:
        return None if answered else Stage.ABSTAINED
    if read:
        return Stage.OTHER_SPAN
    if retrieved:
        return Stage.NOT_READ
    return Stage.NOT_RETRIEVED if present else Stage.ABSENT


def stage_of_document(rank: int | None, most_read: int, present: bool) -> Stage | None:
    """Where the best ranked relevant document was lost, where no answer is labelled.

    Args:
        rank: from 1; None where none was found.
        most_read: documents that are looked at.
        present: a relevant document is indexed.
    """
    if rank is None:
        return Stage.NOT_RETRIEVED if present else Stage.ABSENT
    return None if rank <= most_read else Stage.NOT_READ
