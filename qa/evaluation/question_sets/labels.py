"""The labels of a question set, in the names of an index."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from index import Index
from qa.defaults import EvaluationSetting
from qa.display import counted
from qa.evaluation.question_sets.question import Question
from qa.evaluation.question_sets.question_set import QuestionSet
from qa.evaluation.question_sets.reading import BadQuestionSet

# Questions named in a note.
_NAMED = 3


def make_resolver(paths: Iterable[str], folder: Path | None) -> Callable[[str], str | None]:
    """A function from a name in a question set to the path of an indexed document.

    A name is the path itself, a path relative to `folder` or to the working folder, or
    the end of one path only ("manual.md", "notes/manual.md"). None for a name that
    fits no document, or several.
    """
    known = set(paths)
    by_name: dict[str, list[str]] = defaultdict(list)
    for path in known:
        by_name[PurePath(path).name].append(path)

    def resolve(name: str) -> str | None:
        if name in known:
            return name
        for base in (folder, Path()):
            if base is not None and (path := os.path.abspath(base / name)) in known:
                return path
        wanted = PurePath(name).parts
        matches = [
            path
            for path in by_name.get(PurePath(name).name, ())
            if PurePath(path).parts[-len(wanted) :] == wanted
        ]
        return matches[0] if len(matches) == 1 else None

    return resolve


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with what its set says of it, in the index's names.

    Attributes:
        relevant: document → grade; None if it is not labelled.
    """

    question: Question
    relevant: Mapping[str, int] | None

    @property
    def documents(self) -> list[str] | None:
        """The relevant documents; None if it is not labelled."""
        if self.relevant is None:
            return None
        return [document for document, grade in self.relevant.items() if grade > 0]


def label_questions(
    questions: QuestionSet, index: Index, setting: EvaluationSetting
) -> tuple[list[LabelledQuestion], list[str]]:
    """The questions that can be asked, with their labels; and notes about the labels.

    Raises:
        BadQuestionSet: none can be asked, or no labelled document is in the corpus.
    """
    paths = [document.path for document in index.documents()]
    if not paths:
        raise BadQuestionSet(
            "the index is empty: add the documents that the questions are about with "
            "`quoteback index PATH`"
        )
    known = set(paths)
    resolve = make_resolver(paths, questions.folder)
    labelled, unknown, unreadable = [], [], 0
    without_relevant = 0
    for question in questions.questions:
        document = resolve(question.document) if question.document is not None else None
        if question.document is not None and document is None:
            unknown.append(question)
        relevant = question.relevant
        if relevant is None and question.document is not None and question.answers != ():
            # A document that is not indexed stays: the question is lost there.
            relevant = {document or question.document: 1}
        if setting == "reading":
            if question.answers is None or document is None:
                unreadable += 1
                continue
            relevant = {document: 1}
        if relevant is not None and known.isdisjoint(d for d, g in relevant.items() if g > 0):
            without_relevant += 1
        labelled.append(LabelledQuestion(question, relevant))
    if not labelled:
        raise BadQuestionSet(
            f"{questions.name}: no question has answers and a document that is in the index, "
            f"which the setting `reading` needs"
        )
    judged = sum(each.relevant is not None for each in labelled)
    if questions.corpus is not None and 0 < judged == without_relevant:
        raise BadQuestionSet(
            f"{questions.name}: no document that is judged relevant is in its corpus "
            f"(see `quoteback questions check`)"
        )
    notes = [str(warning) for warning in questions.warnings]
    if questions.path is not None and os.path.abspath(questions.path) in known:
        notes.append(
            f"{questions.path} itself is in the index, and gives answers away: take it out with "
            f"`quoteback remove`"
        )
    if unknown:
        first = ", ".join(
            f"{q.document} ({q.where})" if q.where else str(q.document) for q in unknown[:_NAMED]
        )
        more = ", …" if len(unknown) > _NAMED else ""
        count = counted(len(unknown), "question")
        notes.append(f"{count} with a document that is not in the index: {first}{more}")
    if setting == "reading" and unreadable:
        count = counted(unreadable, "question")
        notes.append(f"left out: {count} without answers or a document of their own")
    if setting == "open" and without_relevant:
        count = counted(without_relevant, "question")
        notes.append(f"{count} with no relevant document in the index")
    return labelled, notes
