"""Questions made unanswerable: their paragraph loses the answer, or they are edited.

Few of the questions at hand are truly unanswerable, so more are made. Edited questions stay
answerable by chance now and then, hence their half weight.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.text import split_sentences
from qa.training.rows import QuestionRow, holds_answer

EDIT_WEIGHT = 0.5

_YEAR = re.compile(r"\b(1[0-9]|20)\d\d\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: (?:of |the |de )?[A-Z][\w'’-]+)*")
_WORD = re.compile(r"\w+")
_PAIRS = """
    first last, largest smallest, highest lowest, oldest youngest, most least, more fewer,
    before after, north south, northern southern, east west, eastern western, increase decrease,
    increased decreased, rise fall, won lost, win lose, started ended, start end, begin end,
    beginning end, began ended, opened closed, male female, men women, father mother, son daughter,
    brother sister, above below, inside outside, maximum minimum, early late, earliest latest,
    longest shortest, strong weak, supported opposed, support oppose, joined left,
    positive negative, birth death, born buried, allowed forbidden, accepted rejected, best worst,
    majority minority, teacher student, buy sell, bought sold, love hate, internal external,
    public private, winter summer, hot cold, day night, rich poor, major minor, modern ancient,
    upper lower
"""
_OPPOSITES = {
    word: opposite
    for pair in _PAIRS.split(",")
    for word, opposite in (pair.split(), pair.split()[::-1])
}
_YEARS_AWAY = (-30, -11, -7, -3, -2, -1, 1, 2, 4, 9, 20)


def remove_answer_sentence(row: QuestionRow) -> QuestionRow | None:
    """The same paragraph minus the sentences that hold an answer: the topic without the fact.

    None where the answer stands elsewhere too, or too little is left.
    """
    kept = [
        row.context[start:end]
        for start, end in split_sentences(row.context)
        if not any(answer.start < end and answer.end > start for answer in row.answers)
    ]
    rest = " ".join(kept)
    if len(kept) < 2 or holds_answer(rest, row.answer_texts):
        return None
    return replace(row, context=rest, answers=(), evidence=())


def edit_question(
    row: QuestionRow, articles: dict[str, list[str]], rng: random.Random
) -> QuestionRow | None:
    """Swap a year, a name or an opposite, so that the paragraph no longer answers.

    Args:
        articles: title → paragraphs, that of the row among them.

    Returns:
        None where nothing can be swapped.
    """
    question = row.question
    changes: list[str] = []
    for match in _YEAR.finditer(question):
        other = str(int(match[0]) + rng.choice(_YEARS_AWAY))
        if other not in row.context:
            changes.append(question[: match.start()] + other + question[match.end() :])
    names = list(_NAME.finditer(question))
    if names:
        match = rng.choice(names)
        elsewhere = _NAME.findall(rng.choice(articles[row.title]))
        strange = [name for name in elsewhere if name not in row.context]
        if strange:
            other = rng.choice(strange)
            changes.append(question[: match.start()] + other + question[match.end() :])
    for match in _WORD.finditer(question):
        opposite = _OPPOSITES.get(match[0].lower())
        if opposite and not re.search(rf"\b{opposite}\b", row.context, re.IGNORECASE):
            changes.append(question[: match.start()] + opposite + question[match.end() :])
    if not changes:
        return None
    return replace(row, question=rng.choice(changes), answers=(), evidence=())


def make_rows(
    rows: Sequence[QuestionRow],
    count: int,
    rng: random.Random,
    make: Callable[[QuestionRow], QuestionRow | None],
) -> list[QuestionRow]:
    """`count` new rows, or as many as can be made, from rows at random."""
    made: list[QuestionRow] = []
    for row in rng.sample(list(rows), len(rows)):
        if len(made) == count:
            break
        other = make(row)
        if other is not None:
            made.append(other)
    return made
