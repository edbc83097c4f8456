"""The labels of a question set in an index: its documents by name, its answers in their texts."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from index import Index, Span
from qa.defaults import EvaluationSetting
from qa.display import counted
from qa.evaluation.question_sets.beir import locate_judgements
from qa.evaluation.question_sets.question import Corpus, Question
from qa.evaluation.question_sets.question_set import QuestionSet, read_question_set
from qa.evaluation.question_sets.reading import BadQuestionSet, Problem, name_shortly

# Questions named in a note.
_NAMED = 3
# From this character on, scripts without spaces between words.
_UNSPACED = "\u2e80"


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
    """A question with the grades of documents, in the index's names; None if it is not labelled."""

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

    Raises `BadQuestionSet` if none can, or if no labelled document is in the corpus.
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
            # None overlap so far: only the neighbours can.
            place = bisect_left(spans, span)
            if not any(span.overlaps(other) for other in spans[max(0, place - 1) : place + 1]):
                spans.insert(place, span)
            at = _find_answer(text, answer, span.end)
    return tuple(spans)


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

    `wanted` holds the answers of each, and the documents in which to look, or None for all.
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


def check_question_set(
    path: Path, index: Index | None = None
) -> tuple[QuestionSet | None, list[Problem]]:
    """A question set, None if it cannot be used, with all that is wrong with it in order.

    Without an index, only a set that carries its own corpus is checked against documents. Raises
    `MissingPath` if it is not there.
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
        answers = question.answers or ()
        named = [repr(name_shortly(answer)) for answer in answers[:3]] + ["…"] * (len(answers) > 3)
        yield Problem(
            question.where,
            f"the answer {', '.join(named)} does not stand in {documents}",
            fatal=False,
        )
