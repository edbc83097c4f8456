"""Questions asked of documents through the pipeline, and whether the answers are right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from index import Hit, Index, Retriever
from index.models import reads_all_languages
from qa.answering.answers import Answer
from qa.answering.calibration import Calibration
from qa.answering.models import AnsweringModels
from qa.answering.pipeline import Answering, answer_question
from qa.answering.retrieving import Context, retrieve
from qa.conversation import resolve_in_context
from qa.defaults import PASSAGES_READ, PASSAGES_RETRIEVED
from qa.evaluation.measuring.scoring import quotes_answer
from qa.evaluation.question_sets.labels import make_resolver
from qa.evaluation.question_sets.question_set import QuestionSet
from qa.training.questions.asked_documents import AskedDocument, add_asked_documents
from qa.training.questions.written import WrittenQuestion, locate_questions


@dataclass(frozen=True, slots=True)
class Trial:
    """A question with the passages retrieved for it, and its right answers.

    Attributes:
        part: the article or document that it belongs to, for cross-validation.
        answers: empty if no document holds one.
        documents: paths of those that hold the answer.
        context: of a follow-up.
        compares_languages: whether the part `languages` has found the hits.
    """

    part: str
    question: str
    hits: tuple[Hit, ...]
    answers: tuple[str, ...]
    match: Literal["any", "all"]
    documents: frozenset[str]
    context: Context | None = None
    compares_languages: bool = False


def is_right(answer: Answer, trial: Trial) -> bool:
    """Whether what is quoted answers the question."""
    if not trial.answers or answer.document.path not in trial.documents:
        return False
    parts = [answer.hit.passage.quote(span) for span in answer.spans]
    return quotes_answer(parts, trial.answers, trial.match)


def ask_documents(retriever: Retriever, questions: Path, folder: Path) -> Iterator[Trial]:
    """The questions of a set, asked of the index of their documents in a folder."""
    find = make_resolver((d.path for d in retriever.index.documents()), folder)
    further = _read_further_documents(questions)
    for question in QuestionSet.load(questions).questions:
        if question.answers is None:
            continue
        resolved = resolve_in_context(question.text, question.history)
        retrieval = retrieve(retriever, [resolved], PASSAGES_RETRIEVED)[0]
        names = (question.document, *further.get(question.id, ()))
        paths = [find(name) if name else None for name in names]
        yield Trial(
            paths[0] or question.id,
            resolved.text,
            retrieval.hits,
            question.answers,
            question.match,
            frozenset(filter(None, paths)),
            context=retrieval.context,
        )


def ask_written(index: Index, written: Sequence[WrittenQuestion], folder: Path) -> Iterator[Trial]:
    """Written questions, asked of an index of their documents in a folder.

    The part that a trial belongs to is the first folder of its document: that of its source.
    """
    retriever = Retriever(index)
    for each, located in locate_questions(written, index, folder):
        row = located.row
        retrieval = retrieve(retriever, [resolve_in_context(each.question, ())], PASSAGES_RETRIEVED)
        yield Trial(
            each.document.split("/")[0],
            each.question,
            retrieval[0].hits,
            tuple(row.answer_texts),
            "all" if row.requires_all else "any",
            frozenset({str(folder / each.document)}),
        )


def ask_asked_documents(
    index: Index, documents: Sequence[AskedDocument], part: str
) -> Iterator[Trial]:
    """The questions of the documents that are held out, asked of an index, which gets them all."""
    add_asked_documents(index, documents)
    retriever = Retriever(index)
    held_out = [document for document in documents if document.is_held_out]
    asked = [(document, row) for document in held_out for row in document.rows]
    resolved = [resolve_in_context(row.question, ()) for _, row in asked]
    found = retrieve(retriever, resolved, PASSAGES_RETRIEVED)
    for (document, row), question, retrieval in zip(asked, resolved, found, strict=True):
        yield Trial(
            part,
            question.text,
            retrieval.hits,
            tuple(row.answer_texts),
            "all" if row.requires_all else "any",
            frozenset({document.title}),
            compares_languages=reads_all_languages(index.model),
        )


def _read_further_documents(questions: Path) -> dict[str, list[str]]:
    """By the id of a question, the documents that answer it besides its own (`also`)."""
    lines = filter(str.strip, questions.read_text("utf-8").splitlines())
    return {row["id"]: row["also"] for row in map(json.loads, lines) if "also" in row}


def run_trials(
    trials: Sequence[Trial], models: AnsweringModels, calibration: Calibration
) -> list[Answering]:
    """Each trial answered by the pipeline under a calibration."""
    changed = replace(models, calibration=calibration)
    return [
        answer_question(
            t.question,
            t.hits,
            changed,
            PASSAGES_READ,
            context=t.context,
            compares_languages=t.compares_languages,
        )
        for t in trials
    ]
