"""Where labelled answers stand in texts and in the documents of an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from index import Index, Span

# From this character on, scripts without spaces between words.
_UNSPACED = "\u2e80"


def fold_text(text: str) -> str:
    """Text as answers are looked for in it: without regard to case and white space."""
    return " ".join(text.casefold().split())


def holds_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether a text holds one of the answers (of a list, one of its members)."""
    within = fold_text(text)
    return any(_find_answer(within, fold_text(answer)) >= 0 for answer in answers)


def locate_answers(text: str, answers: Iterable[str]) -> tuple[Span, ...]:
    """Where the answers stand in a text, letter by letter, in reading order; none overlap."""
    spans: list[Span] = []
    for answer in sorted(answers, key=len, reverse=True):
        at = _find_answer(text, answer)
        while at >= 0:
            span = Span(at, at + len(answer))
            if all(span.end <= other.start or other.end <= span.start for other in spans):
                spans.append(span)
            at = _find_answer(text, answer, span.end)
    return tuple(sorted(spans))


def _find_answer(text: str, answer: str, start: int = 0) -> int:
    """Where an answer stands in a text, not as a part of a longer word; -1 if nowhere."""
    at = text.find(answer, start)
    while (
        at >= 0
        and answer
        and (
            _are_in_one_word(text[max(0, at - 1) : at + 1])
            or _are_in_one_word(text[at + len(answer) - 1 : at + len(answer) + 1])
        )
    ):
        at = text.find(answer, at + 1)
    return at


def _are_in_one_word(pair: str) -> bool:
    """Whether two characters belong to one word; never in scripts without spaces."""
    return len(pair) == 2 and all(c.isalnum() and c < _UNSPACED for c in pair)


def find_absent(
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
        text = fold_text(index.text(document.path))
        for question, (answers, documents) in list(left.items()):
            if documents is not None and document.path not in documents:
                continue
            if any(_find_answer(text, fold_text(answer)) >= 0 for answer in answers):
                del left[question]
    return set(left)
