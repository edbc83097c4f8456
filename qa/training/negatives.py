"""Passages that do not answer: like those that do, or made so that they answer no longer."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from index import list_search_pieces
from index.documents import ENGLISH
from index.text import split_sentences
from qa.training.data_files import QuestionRow, holds_answer

# BM25's constants. The index's own are 1.2 and 0.75.
_K1, _B = 0.9, 0.4
_LONGEST_CONTEXT = 2500
_ASKED_AT_ONCE = 256
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


def find_hard_negatives(rows: Sequence[QuestionRow], depth: int) -> list[list[QuestionRow]]:
    """For each row the rows whose contexts BM25 ranks highest for its question, best first.

    Its own context, and those that hold its answer, are left out.

    Args:
        rows: all in one language.
        depth: how many contexts to look at for each question.
    """
    first: dict[str, QuestionRow] = {}
    for row in rows:
        if len(row.context) < _LONGEST_CONTEXT:
            first.setdefault(row.context, row)
    pool = list(first.values())
    if not pool:
        return [[] for _ in rows]
    language = rows[0].language
    vectorizer = CountVectorizer(
        stop_words="english" if language == ENGLISH else None,
        analyzer="word" if language == ENGLISH else lambda text: list_search_pieces(text, language),
        dtype=np.float32,
    )
    counts = vectorizer.fit_transform([row.context for row in pool]).tocsr()
    weights = _weigh_terms(counts).T.tocsr()
    questions = (vectorizer.transform([row.question for row in rows]) > 0).astype(np.float32)
    depth = min(depth, len(pool))
    negatives = []
    for at in range(0, len(rows), _ASKED_AT_ONCE):
        scores: NDArray[np.float32] = (questions[at : at + _ASKED_AT_ONCE] @ weights).toarray()
        top = np.argpartition(-scores, depth - 1, axis=1)[:, :depth]
        for number, row in enumerate(rows[at : at + _ASKED_AT_ONCE]):
            order = top[number][np.argsort(-scores[number, top[number]], kind="stable")]
            others = (pool[at] for at in order)
            negatives.append(
                [
                    other
                    for other in others
                    if other.context != row.context
                    and not holds_answer(other.context, row.answer_texts)
                ]
            )
    return negatives


def _weigh_terms(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """BM25 of each term in each document, from counts of shape (documents, terms)."""
    documents, terms = counts.shape
    frequency = np.bincount(counts.indices, minlength=terms)
    rarity = np.log1p((documents - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    length = np.asarray(counts.sum(axis=1)).ravel()
    norm = _K1 * (1 - _B + _B * length / length.mean())
    saturated = counts.data * (_K1 + 1) / (counts.data + np.repeat(norm, np.diff(counts.indptr)))
    return sparse.csr_matrix(
        (saturated * rarity[counts.indices], counts.indices, counts.indptr), counts.shape
    )


def remove_answer_sentence(row: QuestionRow) -> QuestionRow | None:
    """The same paragraph minus the sentences that hold an answer: the topic without the fact.

    None if the answer stands elsewhere too, or too little is left.
    """
    kept = [
        row.context[start:end]
        for start, end in split_sentences(row.context, row.language)
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
        None if nothing can be swapped.
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
