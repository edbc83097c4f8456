"""A question set: its questions, and where they and their documents come from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index import MissingPath
from qa.evaluation.question_sets.beir import list_files, read_folder
from qa.evaluation.question_sets.question import Corpus, Question
from qa.evaluation.question_sets.question_formats import read_file
from qa.evaluation.question_sets.reading import BadQuestionSet, Problem

# Problems named in an error; `questions check` names all.
_NAMED = 1


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions to measure with.

    Attributes:
        name: of the file or folder.
        corpus: its own documents; None if it is about documents of yours.
        folder: what relative names of documents are relative to.
        path: where it was read from.
        warnings: what was odd about it, but stops nothing.
    """

    name: str
    questions: tuple[Question, ...]
    corpus: Corpus | None = None
    folder: Path | None = None
    path: Path | None = None
    warnings: tuple[Problem, ...] = ()

    @property
    def has_answers(self) -> bool:
        return any(question.answers is not None for question in self.questions)

    @property
    def has_relevant(self) -> bool:
        return any(q.relevant is not None or q.document is not None for q in self.questions)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> QuestionSet:
        """Read a question set: JSONL, SQuAD JSON, CSV, or a folder in BEIR's layout.

        Raises `MissingPath` if it is not there, and `BadQuestionSet` if it cannot be used; the
        message names the line.
        """
        loaded, problems = read_question_set(Path(path))
        fatal = [problem for problem in problems if problem.fatal]
        if fatal or loaded is None:
            more = len(fatal) - _NAMED
            also = f" (and {more} more: see `quoteback questions check`)" if more > 0 else ""
            raise BadQuestionSet(f"{path}: {fatal[0]}{also}")
        return loaded


def list_question_files(path: Path) -> list[Path]:
    """The files, and folders of files, that a question set is read from or may yet be."""
    return list_files(path) if path.is_dir() else [path]


def read_question_set(path: Path) -> tuple[QuestionSet | None, Sequence[Problem]]:
    """A question set, or None if it cannot be used, and all that is wrong with it in order.

    Raises `MissingPath` if it is not there.
    """
    # Not `is_file`: a pipe will do, too.
    if not path.exists():
        raise MissingPath(f"{path}: no such file or folder")
    if path.is_dir():
        name, folder = path.resolve().name, path
        questions, problems, corpus = read_folder(path)
    else:
        name, folder = path.name, path.parent
        questions, problems, corpus = read_file(path)
    in_order = sorted(problems, key=lambda problem: problem.sort_key)
    if not questions:
        return None, in_order
    warnings = tuple(problem for problem in problems if not problem.fatal)
    return QuestionSet(name, tuple(questions), corpus, folder, path, warnings), in_order
