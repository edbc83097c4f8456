"""Question sets and conversations, and what comes out with the rules as they are."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import Filter, Hit, Index, Mode, Retriever
from qa import Assistant
from qa.conversation import resolve_question
from qa.evaluation import QuestionSet
from qa.evaluation.measuring.significance import Floats, randomisation_p, statistic_p
from qa.evaluation.measuring.summary import auroc
from qa.evaluation.question_sets.labels import make_resolver
from qa.evaluation.question_sets.question import Question
from qa.training.questions.trials import Trial, is_right
from tests.benchmarks.ablation.remembered import Models
from tests.benchmarks.followups import count_terms, read_set


@dataclass(frozen=True, slots=True)
class Answered:
    """How the questions of a set were answered.

    A row a question: whether the answer is right, shown, and both, and whether there is one (0 or
    1); the confidence.
    """

    rows: Floats

    def describe(self) -> str:
        right, shown, both = self.rows[:, :3].sum(axis=0)
        told = auroc(self.rows[:, 4], self.rows[:, 3] > 0)
        return f"{right:.0f} {both:.0f} {shown - both:.0f} {told:.3f}".replace(" 0.", " .")

    def describe_change(self, before: Answered) -> str:
        """The figures, what is gained and lost of those right and shown, and p."""
        changes = self.rows[:, 2] - before.rows[:, 2]
        gained, lost = (changes > 0).sum(), (changes < 0).sum()
        p = randomisation_p(changes)
        rights = self.rows[:, 0] - before.rows[:, 0]
        return (
            f"{self.describe()} +{(rights > 0).sum()}-{(rights < 0).sum()} +{gained}-{lost} "
            f"{'' if p is None else format(p, '.3f')}"
        )


class Questions:
    """A question set with its documents."""

    legend = "right, and shown, wrong shown, AUROC"

    def __init__(self, folder: Path, cache: Path, models: Models) -> None:
        """Index the documents, if that has not been done.

        Args:
            folder: holds `questions.jsonl`, and the documents in `documents/`, `docs/` or
                `docs.tar.xz`.
            cache: of this set: its index, and its documents if they were packed.
        """
        self.name = folder.name
        packed = folder / "docs.tar.xz"
        documents = next(
            path
            for path in (folder / "documents", folder / "docs", cache / "docs")
            if path.is_dir() or path.parent == cache
        )
        if not documents.is_dir():
            with tarfile.open(packed) as archive:
                archive.extractall(cache, filter="data")
        cache.mkdir(parents=True, exist_ok=True)
        index = Index.open(cache / "index", create=True, encoder=models.encoder)
        index.add([documents])
        self._assistant = Assistant(
            _RememberingRetriever(index),
            reader=models.answering.reader,
            calibration=models.answering.calibration,
        )
        path = folder / "questions.jsonl"
        find = make_resolver((document.path for document in index.documents()), documents)
        rows = map(json.loads, filter(str.strip, path.read_text("utf-8").splitlines()))
        also = {row["id"]: row.get("also", ()) for row in rows}
        self._trials = [
            (question, _make_trial(question, [find(name) for name in also[question.id]], find))
            for question in QuestionSet.load(path).questions
        ]

    def measure(self) -> Answered:
        """Ask all questions."""
        rows = []
        for question, trial in self._trials:
            reply = self._assistant.ask(question.text, question.history)
            right = bool(reply.answers) and is_right(reply.answers[0], trial)
            confidence = reply.answers[0].confidence if reply.answers else 0.0
            both = right and reply.answered
            rows.append((right, reply.answered, both, bool(trial.answers), confidence))
        return Answered(np.array(rows, dtype=np.float64))


def _make_trial(question: Question, further: Sequence[str | None], find) -> Trial:
    documents = {find(question.document) if question.document else None, *further}
    return Trial(
        question.id,
        question.text,
        (),
        question.answers or (),
        question.match,
        frozenset(filter(None, documents)),
    )


class _RememberingRetriever(Retriever):
    """Searches once for the same questions."""

    def __init__(self, index: Index) -> None:
        super().__init__(index)
        self._found: dict[tuple[object, ...], list[list[Hit]]] = {}

    def search_many(
        self,
        questions: Sequence[str],
        k: int = 10,
        mode: Mode = "hybrid",
        *,
        filter: Filter | None = None,
    ) -> list[list[Hit]]:
        key = (*questions, k, mode)
        if key not in self._found:
            self._found[key] = super().search_many(questions, k, mode, filter=filter)
        return self._found[key]


@dataclass(frozen=True, slots=True)
class Resolved:
    """How the questions of conversations were resolved.

    A row a question: terms that are rightly added, that are added, that are to be added.
    """

    rows: Floats

    def describe(self) -> str:
        return f"{1000 * _compute_f1(self.rows):.0f}"

    def describe_change(self, before: Resolved) -> str:
        p = statistic_p(_compute_f1, before.rows, self.rows)
        change = 1000 * (_compute_f1(self.rows) - _compute_f1(before.rows))
        return f"{self.describe()} {change:+.1f} {'' if p is None else format(p, '.3f')}"


def _compute_f1(rows: Floats) -> float:
    right, added, wanted = rows.sum(axis=0)
    return float(2 * right / max(1.0, added + wanted))


class Conversations:
    """Questions of conversations, with a person's rewrites."""

    legend = "F1 of added terms, p"

    def __init__(self, path: Path) -> None:
        self.name = path.name.removesuffix(".jsonl.gz")
        self._asked = list(read_set(path))

    def measure(self) -> Resolved:
        """Resolve all questions."""
        rows = [count_terms(resolve_question, each) for each in self._asked]
        return Resolved(np.array(rows, dtype=np.float64))
