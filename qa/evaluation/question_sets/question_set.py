"""Question sets: the questions, what is labelled of them, and the corpus they may carry."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from index import Content, MissingPath, QuotebackError

Match = Literal["any", "all"]

_HOW_MUCH = re.compile(
    r"\bhow (?:many|much|long|old|far|tall|high|big|often|large|deep|fast|wide|heavy)\b", re.I
)
_QUESTION_WORDS = (
    ("who", re.compile(r"\b(?:who|whom|whose)\b", re.I)),
    ("when", re.compile(r"\b(?:when|(?:what|which) (?:year|date|day|time|month|century))\b", re.I)),
    ("where", re.compile(r"\bwhere\b", re.I)),
    ("why", re.compile(r"\b(?:why|how come|what (?:was|is) the reason)\b", re.I)),
    ("how", re.compile(r"\bhow\b", re.I)),
    ("which", re.compile(r"\bwhich\b", re.I)),
    ("what", re.compile(r"\bwhat\b", re.I)),
)
# Problems named in an error; `questions check` names all.
_NAMED = 1
# Characters of a name that is not ours.
_LONGEST = 80


class BadQuestionSet(QuotebackError):
    """A question set cannot be used; the message says where it is wrong."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what is labelled of it.

    Attributes:
        answers: the right ones; empty where the documents hold none; None where unlabelled.
        match: "any" of the answers will do, or "all" are wanted: the members of a list.
        history: the earlier questions of the conversation, oldest first.
        document: the one that holds the answer, as the set names it.
        relevant: document → grade (more than 0 is relevant); None where unlabelled.
        labelled_kind: kind of question, where the set gives one.
        where: it stands in its file, for messages ("line 3").
    """

    id: str
    text: str
    answers: tuple[str, ...] | None = None
    match: Match = "any"
    history: tuple[str, ...] = ()
    document: str | None = None
    relevant: Mapping[str, int] | None = None
    labelled_kind: str | None = None
    where: str = ""

    @property
    def kind(self) -> str:
        """What sort of question it is, to tell figures apart by."""
        if self.labelled_kind:
            return self.labelled_kind
        if self.answers == ():
            return "unanswerable"
        if self.match == "all":
            return "list"
        if self.history:
            return "follow-up"
        if _HOW_MUCH.search(self.text):
            return "how many"
        return next((kind for kind, word in _QUESTION_WORDS if word.search(self.text)), "other")


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents that a question set brings along.

    Attributes:
        digest: of their content, so that an index of them is known again.
        read: gives (name, content) of each.
    """

    digest: str
    read: Callable[[], Iterator[tuple[str, Content]]]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a question set.

    Attributes:
        where: "line 3", "answer in line 3", a file's name and line, …
        fatal: the set cannot be used; else it is a warning.
    """

    where: str
    text: str
    fatal: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text

    @property
    def place(self) -> list[str | int]:
        """Where it stands, to sort by: line 10 after line 9."""
        parts = re.split(r"([0-9]+)", self.where)
        return [int(part) if at % 2 else part for at, part in enumerate(parts)]


def unknown(where: str, what: str, name: str, known: Sequence[str], more: int = 0) -> Problem:
    """A warning of a key or column that means nothing here; `more`: how often it comes again."""
    near = get_close_matches(name, known, 1)
    meant = f': did you mean "{near[0]}"?' if near else ""
    again = f" (and in {more} more)" if more else ""
    text = f'the {what} "{name[:_LONGEST]}" is not known and means nothing{again}{meant}'
    return Problem(where, text, fatal=False)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions to measure with.

    Attributes:
        name: of the file or folder.
        corpus: its own documents; None where it is about documents of yours.
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

        Raises:
            MissingPath: it is not there.
            BadQuestionSet: it cannot be used; the message names the line.
        """
        loaded, problems = read_question_set(Path(path))
        fatal = [problem for problem in problems if problem.fatal]
        if fatal or loaded is None:
            more = len(fatal) - _NAMED
            also = f" (and {more} more: see `quoteback questions check`)" if more > 0 else ""
            raise BadQuestionSet(f"{path}: {fatal[0]}{also}")
        return loaded


def read_question_set(path: Path) -> tuple[QuestionSet | None, Sequence[Problem]]:
    """A question set and all that is wrong with it, in the order of lines; None where it
    cannot be used.

    Raises:
        MissingPath: it is not there.
    """
    from qa.evaluation.question_sets import beir, formats

    # A pipe will do, too.
    if not path.exists():
        raise MissingPath(f"{path}: no such file or folder")
    questions, problems = (beir if path.is_dir() else formats).read(path)
    return questions, sorted(problems, key=lambda problem: problem.place)
