"""Documents in many languages, each with the questions that were written about it.

A line of the file is a JSON object: `language`, `title`, `paragraphs` (a table is lines whose cells
bars part), and `questions`. Of a question, `paragraph` is the number of the one that answers,
`answer` the words or a list of all that are asked for, `sentence` the sentence or the sentences
that they stand in; all three are null if the document does not answer.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index import Span
from qa.training.questions.mixture import (
    TrainingQuestion,
    assemble_question,
    cut_hard_negative,
    find_hard_negatives,
)
from qa.training.questions.rows import QuestionRow, read_json_lines

_BETWEEN = "\n\n"
# Of the documents, one in so many is held out.
_HELD_OUT = 6
# Passages that do not answer, with each question, and paragraphs that one of them is drawn from.
_NEGATIVES, _DEPTH = 3, 12


@dataclass(frozen=True, slots=True)
class LanguageDocument:
    """A document with its questions, whose contexts are its whole text."""

    language: str
    title: str
    text: str
    rows: tuple[QuestionRow, ...]

    @property
    def is_held_out(self) -> bool:
        """Whether nothing learns from it, so that confidence can be fitted to it."""
        return hashlib.sha256(self.title.encode()).digest()[0] % _HELD_OUT == 0


def load_language_documents(path: Path) -> list[LanguageDocument]:
    """The documents of a gzipped file.

    Raises:
        OSError: it cannot be read.
        ValueError: an answer does not stand in its paragraph.
    """
    return [_read_document(row) for row in read_json_lines(path)]


def make_language_questions(
    documents: Sequence[LanguageDocument], rng: random.Random
) -> list[TrainingQuestion]:
    """The questions about documents that are not held out, with passages of them.

    Each also comes with a passage of another document in its language, if keywords find one.
    """
    rows: dict[str, list[QuestionRow]] = defaultdict(list)
    for document in documents:
        if not document.is_held_out:
            rows[document.language] += document.rows
    questions: list[TrainingQuestion] = []
    for own in rows.values():
        # Whole documents are too long to be searched as one passage.
        found = find_hard_negatives([_cut_to_paragraph(row) for row in own], _DEPTH)
        for row, near in zip(own, found, strict=True):
            others = [each for each in near if each.title != row.title]
            away = cut_hard_negative(row, others, rng)
            questions += assemble_question(row, away, _NEGATIVES, rng)
    return questions


def _cut_to_paragraph(row: QuestionRow) -> QuestionRow:
    """The row with the paragraph that answers, or else the first, in place of its document."""
    at = row.evidence[0].start if row.evidence else 0
    before, after = row.context.rfind(_BETWEEN, 0, at), row.context.find(_BETWEEN, at)
    start = before + len(_BETWEEN) if before >= 0 else 0
    return replace(
        row,
        context=row.context[start : after if after >= 0 else None],
        answers=tuple(answer.shift(-start) for answer in row.answers),
        evidence=(),
    )


def _read_document(row: dict[str, Any]) -> LanguageDocument:
    paragraphs: list[str] = row["paragraphs"]
    starts = [0]
    for paragraph in paragraphs:
        starts.append(starts[-1] + len(paragraph) + len(_BETWEEN))
    text = _BETWEEN.join(paragraphs)

    rows = []
    for question in row["questions"]:
        answers: set[Span] = set()
        sentences: set[Span] = set()
        if (number := question["paragraph"]) is not None:
            whole = Span(starts[number], starts[number + 1])
            sentences = {_locate(text, [whole], each) for each in _as_list(question["sentence"])}
            # The same words may stand in another sentence, too.
            answers = {
                _locate(text, [*sentences, whole], words) for words in _as_list(question["answer"])
            }
        rows.append(
            QuestionRow(
                question["question"],
                text,
                tuple(sorted(answers)),
                tuple(sorted(sentences)),
                row["title"],
                requires_all=len(answers) > 1,
                language=row["language"],
            )
        )
    return LanguageDocument(row["language"], row["title"], text, tuple(rows))


def _locate(text: str, stretches: Sequence[Span], words: str) -> Span:
    """Where some words stand, in the first of the stretches that has them, else in the last."""
    within = next((each for each in stretches if words in each.of(text)), stretches[-1])
    start = text.index(words, within.start, within.end)
    return Span(start, start + len(words))


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
