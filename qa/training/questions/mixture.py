"""The training mixture: questions of many sources, with passages that answer and others.

The others are like those that answer, or made so that they answer no longer.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from index import list_search_pieces
from index.documents import ENGLISH
from index.text import split_sentences
from qa.training.questions.rows import (
    LabelledPassage,
    QuestionRow,
    cut_context,
    holds_answer,
    read_rows,
)

# Contexts looked at for hard negatives, and those of them that one is drawn from.
_DEPTH, _HARDEST = 10, 5
_WITHOUT_MARK, _WITH_TYPING_ERROR = 0.15, 0.03

_WORD = re.compile(r"\w+")
_STOP_WORDS = frozenset(
    """
    a an and are as at be by did do does for from had has have how in is it its of on or that the
    their there this to was were what when where which who whom whose why will with
    """.split()
)

# BM25's constants. The index's own are 1.2 and 0.75.
_K1, _B = 0.9, 0.4
_LONGEST_CONTEXT = 2500
_ASKED_AT_ONCE = 256
_EDIT_WEIGHT = 0.5

_YEAR = re.compile(r"\b(1[0-9]|20)\d\d\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: (?:of |the |de )?[A-Z][\w'’-]+)*")
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


@dataclass(frozen=True, slots=True)
class Source:
    """How much to take of a file of questions.

    Attributes:
        rows: at most so many, at random.
        negatives: passages without the answer that come with each question.
        only_unanswerable: whether its answerable rows are left out.
        requires_all: whether several answers are all required, though the file does not say so.
        mined: whether its contexts are searched, and its questions asked, for hard negatives.
        folder: of the data that the file lies in.
    """

    rows: int
    negatives: int = 0
    only_unanswerable: bool = False
    requires_all: bool = False
    mined: bool = False
    folder: str = "qa"


@dataclass(frozen=True, slots=True)
class Mixture:
    """The data of a run.

    Attributes:
        sources: file name (without `.jsonl.gz`) → how much of it.
        base: the source that holes and edits are made of; it gets negatives for some questions.
        base_negatives: how many questions of the base get a mined negative.
        holes: paragraphs shown without the sentence that holds the answer.
        edits: questions changed so that their paragraph no longer answers.
    """

    sources: dict[str, Source]
    base: str
    base_negatives: int
    holes: int
    edits: int


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """A question with the passages that are scored for it.

    Attributes:
        passages: the first answers, if any does.
        weight: how much it counts.
        requires_all: whether all answers of a passage are required.
        trusts_reranker: whether a reranker's scores of its passages are worth learning. They are
            not if a passage speaks of just what is asked and lacks the answer.
    """

    question: str
    passages: tuple[LabelledPassage, ...]
    weight: float = 1.0
    requires_all: bool = False
    trusts_reranker: bool = True


def make_training_questions(folder: Path, mixture: Mixture, seed: int) -> list[TrainingQuestion]:
    """All questions of a mixture, from the data in a folder; the same for the same seed."""
    rng = random.Random(seed)
    rows: dict[str, list[QuestionRow]] = {}
    for name, source in mixture.sources.items():
        loaded = read_rows(folder / source.folder / f"{name}.jsonl.gz")
        rng.shuffle(loaded)
        if source.only_unanswerable:
            loaded = [row for row in loaded if not row.answers]
        if source.requires_all:
            loaded = [replace(row, requires_all=True) for row in loaded]
        rows[name] = loaded[: source.rows]
    mined: dict[str, list[QuestionRow]] = defaultdict(list)
    for name, source in mixture.sources.items():
        for row in rows[name] if source.mined else ():
            if row.answers:
                mined[row.language].append(row)
    hard = {
        id(row): found
        for same in mined.values()
        for row, found in zip(same, find_hard_negatives(same, _DEPTH), strict=True)
    }

    questions: list[TrainingQuestion] = []
    base_negatives = 0
    for name, source in mixture.sources.items():
        for row in rows[name]:
            negatives = source.negatives
            if name == mixture.base:
                negatives = int(base_negatives < mixture.base_negatives)
                base_negatives += negatives
            others = cut_hard_negative(row, hard.get(id(row), ()), rng) if negatives else []
            questions += assemble_question(row, others, negatives, rng)

    base = [row for row in rows[mixture.base] if row.answers and row.title]
    articles: dict[str, list[str]] = defaultdict(list)
    for row in base:
        articles[row.title].append(row.context)
    for made, weight in (
        (make_rows(base, mixture.holes, rng, remove_answer_sentence), 1.0),
        (
            make_rows(base, mixture.edits, rng, lambda row: edit_question(row, articles, rng)),
            _EDIT_WEIGHT,
        ),
    ):
        for row in made:
            questions += [
                replace(question, weight=weight) for question in assemble_question(row, [], 0, rng)
            ]
    return questions


def assemble_question(
    row: QuestionRow, others: Sequence[LabelledPassage], negatives: int, rng: random.Random
) -> list[TrainingQuestion]:
    """A row as a question with one passage that answers, if any does, and some that do not.

    There is none if no passage of the context has the labels of the row.

    Args:
        others: passages from elsewhere that lack the answer.
        negatives: how many passages that do not answer, at most.
    """
    passages = cut_context(row, rng)
    question = retype(row.question, rng)
    wanted = find_content_words(question, row.language)
    if not passages:
        return []
    if not row.answers and not row.evidence:
        nearest = max(
            passages, key=lambda each: (_count_shared_words(wanted, each, row), rng.random())
        )
        return [TrainingQuestion(question, (nearest,), trusts_reranker=False)]
    right = [passage for passage in passages if passage.answers_question]
    if not right:
        return []
    right = [passage for passage in right if passage.answers] or right
    chosen = rng.choice(right)
    if row.requires_all:
        chosen = max(right, key=lambda each: (len(each.answers), sum(each.is_evidence)))
    wrong = [
        passage
        for passage in passages
        if not passage.answers_question and not holds_answer(passage.text, row.answer_texts)
    ]
    wrong.sort(key=lambda each: -_count_shared_words(wanted, each, row) - rng.random())
    wrong = [*wrong[: negatives + 1], *others]
    rng.shuffle(wrong)
    shown = (chosen, *wrong[:negatives])
    return [TrainingQuestion(question, shown, requires_all=row.requires_all)]


def retype(question: str, rng: random.Random) -> str:
    """The question as people type it: now and then no question mark, or two letters swapped."""
    if rng.random() < _WITHOUT_MARK:
        question = question.rstrip(" ?？؟")
    if rng.random() < _WITH_TYPING_ERROR and len(question) > 20:
        at = rng.randrange(4, len(question) - 4)
        if question[at : at + 2].isalpha():
            question = question[:at] + question[at + 1] + question[at] + question[at + 2 :]
    return question


def find_content_words(text: str, language: str = ENGLISH) -> frozenset[str]:
    """The words of a text that are not stop words, in lower case; pieces if it is not English."""
    if language != ENGLISH:
        return frozenset(list_search_pieces(text, language))
    return frozenset(_WORD.findall(text.lower())) - _STOP_WORDS


def _count_shared_words(wanted: frozenset[str], passage: LabelledPassage, row: QuestionRow) -> int:
    return len(wanted & find_content_words(f"{passage.above} {passage.text}", row.language))


def cut_hard_negative(
    row: QuestionRow, hard: Sequence[QuestionRow], rng: random.Random
) -> list[LabelledPassage]:
    """Of one of the hardest contexts, the passage that is nearest to the question."""
    if not hard:
        return []
    other = replace(rng.choice(hard[:_HARDEST]), answers=(), evidence=())
    passages = cut_context(other, rng)
    wanted = find_content_words(row.question, row.language)
    if not passages:
        return []
    return [max(passages, key=lambda each: _count_shared_words(wanted, each, row))]


def find_hard_negatives(rows: Sequence[QuestionRow], depth: int) -> list[list[QuestionRow]]:
    """For each row the rows whose contexts BM25 ranks highest for its question, best first.

    Of `depth` contexts, its own, and those that hold its answer, are left out. All rows are in one
    language.
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
    """Swap a year, a name or an opposite, if any can be, so that the paragraph no longer answers.

    Args:
        articles: title → paragraphs, that of the row among them.
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
