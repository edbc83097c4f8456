"""Everything that is wrong with a question set, before anything is measured with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from index import Index
from qa.evaluation.answers_in_text import find_absent
from qa.evaluation.question_sets.beir import locate_judgements
from qa.evaluation.question_sets.labels import make_resolver
from qa.evaluation.question_sets.question import Corpus, Question
from qa.evaluation.question_sets.question_set import QuestionSet, read_question_set
from qa.evaluation.question_sets.reading import BadQuestionSet, Problem, name_shortly


def check_question_set(
    path: Path, index: Index | None = None
) -> tuple[QuestionSet | None, list[Problem]]:
    """A question set with all that is wrong with it.

    Args:
        index: the documents that the questions are about; without it, only a set that
            carries its own corpus is checked against documents.

    Returns:
        The set, None if it cannot be used; and the problems, in the order of lines.

    Raises:
        MissingPath: it is not there.
    """
    questions, problems_read = read_question_set(path)
    problems = list(problems_read)
    if questions is not None:
        if questions.corpus is not None:
            problems += _check_corpus(questions, questions.corpus)
        elif index is not None:
            problems += _check_index(questions, index)
    return questions, sorted(problems, key=lambda problem: problem.sort_key)


def _check_corpus(questions: QuestionSet, corpus: Corpus) -> Iterator[Problem]:
    try:
        known = {name for name, _ in corpus.read()}
    except BadQuestionSet as error:
        yield Problem("", str(error))
        return
    if not known:
        yield Problem("", "its corpus holds no document")
    missing = [
        (question.id, name)
        for question in questions.questions
        for name in question.relevant or ()
        if name not in known
    ]
    if missing and questions.folder is not None:
        places = locate_judgements(questions.folder)
        for number, name in missing:
            yield Problem(
                places.get((number, name), ""),
                f"question {name_shortly(number)} is judged for {name_shortly(name)!r}, "
                f"which the corpus does not hold",
            )


def _check_index(questions: QuestionSet, index: Index) -> Iterator[Problem]:
    resolve = make_resolver((document.path for document in index.documents()), questions.folder)
    wanted: dict[str, tuple[Sequence[str], Sequence[str] | None]] = {}
    by_id: dict[str, Question] = {}
    for question in questions.questions:
        by_id[question.id] = question
        document = None
        if question.document is not None:
            document = resolve(question.document)
            if document is None:
                name = name_shortly(question.document)
                yield Problem(question.where, f"{name} is not in the index")
                continue
        if question.answers:
            wanted[question.id] = question.answers, [document] if document else None
    for number in sorted(find_absent(index, wanted), key=list(by_id).index):
        question = by_id[number]
        documents = name_shortly(question.document or "any document")
        yield Problem(
            question.where,
            f"the answer {_list_names(question.answers or ())} does not stand in {documents}",
            fatal=False,
        )


def _list_names(names: Sequence[str]) -> str:
    return ", ".join(repr(name_shortly(name)) for name in names[:3]) + (
        ", …" if len(names) > 3 else ""
    )
