"""The training mixture: questions of many sources, with passages that answer and others."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index import list_search_pieces
from index.documents import ENGLISH
from qa.training.data_files import QuestionRow, holds_answer, read_rows
from qa.training.labelled_passages import LabelledPassage, cut_context
from qa.training.negatives import (
    EDIT_WEIGHT,
    edit_question,
    find_hard_negatives,
    make_rows,
    remove_answer_sentence,
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
    """All questions of a mixture; the same for the same seed.

    Args:
        folder: holds `qa/*.jsonl.gz`.
    """
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
        if source.mined:
            for row in rows[name]:
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
            EDIT_WEIGHT,
        ),
    ):
        for row in made:
            questions += [
                replace(question, weight=weight) for question in assemble_question(row, [], 0, rng)
            ]
    return questions


def assemble_question(
    row: QuestionRow,
    others: Sequence[LabelledPassage],
    negatives: int,
    rng: random.Random,
) -> list[TrainingQuestion]:
    """A row as a question with one passage that answers, if any does, and some that do not.

    Args:
        others: passages from elsewhere that lack the answer.
        negatives: how many passages that do not answer, at most.

    Returns:
        One question; nothing if no passage of the context has the labels of the row.
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
