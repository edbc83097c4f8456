"""One configuration against others, question by question."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite
from pathlib import Path

import numpy as np

from index import MissingPath, QuotebackError
from index.documents import load_plain
from qa.display import counted
from qa.evaluation.measuring import significance
from qa.evaluation.measuring.results import (
    MAIN_MEASURES,
    Change,
    Comparison,
    Difference,
    Evaluation,
    QuestionResult,
)
from qa.evaluation.measuring.summary import ABSTENTION_MEASURES, compute_measure
from qa.evaluation.question_sets.reading import READ_ERRORS, describe_read_error, read_bytes

# Scores that differ by less are the same but for rounding.
_SAME = 1e-9


class CannotCompare(QuotebackError):
    """There is nothing to compare: another question set, or no evaluation at all."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """What one configuration made of a question: some attributes of a `QuestionResult`."""

    id: str
    question: str
    prediction: str
    scores: dict[str, float]
    confidence: float = 0.0
    answers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class _KeptEvaluation:
    """The part of a file of `quoteback eval --json` that is compared."""

    per_question: tuple[AskedQuestion, ...]


@dataclass(frozen=True, slots=True)
class ConfigurationScores:
    """One configuration's questions with their scores, by their ids."""

    name: str
    questions: Mapping[str, AskedQuestion | QuestionResult]

    @classmethod
    def of(cls, evaluation: Evaluation) -> ConfigurationScores:
        """The scores of an evaluation."""
        return cls(evaluation.name, {result.id: result for result in evaluation.questions})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> ConfigurationScores:
        """The scores in a file that `quoteback eval --json` has written, under the file's name.

        Raises `MissingPath` if it is not there, and `CannotCompare` if it is not such a file, or
        cannot be read.
        """
        try:
            rows = load_plain(read_bytes(Path(path)), _KeptEvaluation).per_question
            numbers = (n for row in rows for n in (row.confidence, *row.scores.values()))
            if not all(map(isfinite, numbers)):
                raise ValueError("a score is not a number")
        except FileNotFoundError:
            raise MissingPath(f"{path}: no such file") from None
        except READ_ERRORS as error:
            raise CannotCompare(f"{path} {describe_read_error(error)}") from error
        except (ValueError, OverflowError, AttributeError, RecursionError) as error:
            raise CannotCompare(
                f"{path} is not an evaluation: name a file that `quoteback eval --json` has written"
            ) from error
        return cls(Path(path).name, {row.id: row for row in rows})


def compare(
    old: ConfigurationScores | Evaluation, *others: ConfigurationScores | Evaluation
) -> Comparison:
    """Every measure's difference between the first configuration and each of the others.

    Only questions that both sides were asked are compared. The p values are corrected for the
    number of all differences. Raises `CannotCompare` if two sides have no question in common.
    """
    baseline = _take_scores(old)
    differences: list[Difference] = []
    changed: list[Change] = []
    notes: list[str] = []
    for other in map(_take_scores, others):
        common = [
            number
            for number, asked in baseline.questions.items()
            if number in other.questions and other.questions[number].question == asked.question
        ]
        if not common:
            raise CannotCompare(
                f"{baseline.name} and {other.name} were not asked the same questions: "
                f"compare evaluations of one question set"
            )
        left_out = len(baseline.questions) + len(other.questions) - 2 * len(common)
        if left_out:
            questions = counted(left_out, "question")
            notes.append(f"left out: {questions} that only one side was asked")
        if len(common) < 2:
            notes.append("with one question nothing can be said about chance")
        differences += _compare_scores(baseline, other, common)
        differences += _compare_abstention(baseline, other, common)
        changed += _list_changes(baseline, other, common)
    ps = [difference.p for difference in differences if difference.p is not None]
    corrected = iter(significance.holm(ps))
    differences = [
        d if d.p is None else replace(d, p_corrected=next(corrected)) for d in differences
    ]
    changed.sort(key=lambda change: -abs(change.new - change.old))
    return Comparison(tuple(differences), tuple(changed), tuple(dict.fromkeys(notes)))


def _take_scores(side: ConfigurationScores | Evaluation) -> ConfigurationScores:
    return side if isinstance(side, ConfigurationScores) else ConfigurationScores.of(side)


def _compare_scores(
    old: ConfigurationScores, new: ConfigurationScores, common: Sequence[str]
) -> list[Difference]:
    scores = [(old.questions[number].scores, new.questions[number].scores) for number in common]
    differences = []
    for name in dict.fromkeys(name for before, _ in scores for name in before):
        pairs = [
            (before[name], after[name])
            for before, after in scores
            if name in before and name in after
        ]
        if not pairs:
            continue
        olds, news = np.asarray(pairs, dtype=np.float64).T
        gains = np.where(np.abs(news - olds) < _SAME, 0.0, news - olds)
        low, high = significance.bootstrap_interval(gains) or (None, None)
        differences.append(
            Difference(
                measure=name,
                old_name=old.name,
                new_name=new.name,
                old=float(olds.mean()),
                new=float(news.mean()),
                difference=float(gains.mean()),
                low=low,
                high=high,
                p=significance.randomisation_p(gains),
                wins=int((gains > 0).sum()),
                ties=int((gains == 0).sum()),
                losses=int((gains < 0).sum()),
            )
        )
    return differences


def _judge_confidence(asked: AskedQuestion | QuestionResult) -> tuple[float, float, float]:
    """Confidence; 1 if the best candidate is right; 1 if the question is answerable."""
    right = asked.scores.get("best_exact_match") == 1.0
    return asked.confidence, float(right), float(bool(asked.answers))


def _compare_abstention(
    old: ConfigurationScores, new: ConfigurationScores, common: Sequence[str]
) -> list[Difference]:
    """Differences in measures of all questions together: no single question wins or loses them."""
    pairs = [(old.questions[number], new.questions[number]) for number in common]
    labelled = [pair for pair in pairs if all(each.answers is not None for each in pair)]
    before, after = (
        np.asarray([_judge_confidence(pair[side]) for pair in labelled], dtype=np.float64)
        for side in (0, 1)
    )
    both = np.stack([before, after], axis=1)
    differences = []
    for name in ABSTENTION_MEASURES:
        measure = partial(compute_measure, name)
        values = measure(before), measure(after)
        if values[0] is None or values[1] is None:
            continue
        interval = significance.statistic_interval(partial(_measure_gain, measure), both)
        low, high = interval or (None, None)
        differences.append(
            Difference(
                measure=name,
                old_name=old.name,
                new_name=new.name,
                old=values[0],
                new=values[1],
                difference=values[1] - values[0],
                low=low,
                high=high,
                p=significance.statistic_p(measure, before, after),
            )
        )
    return differences


def _measure_gain(measure: significance.Statistic, rows: significance.Floats) -> float | None:
    """The gain of a measure between two sides, in rows of shape (questions, 2, columns)."""
    before, after = measure(rows[:, 0]), measure(rows[:, 1])
    return None if before is None or after is None else after - before


def _list_changes(
    old: ConfigurationScores, new: ConfigurationScores, common: Sequence[str]
) -> list[Change]:
    changes = []
    for number in common:
        asked, again = old.questions[number], new.questions[number]
        before, after = asked.scores, again.scores
        shared = [name for name in before if name in after]
        measure = next((name for name in MAIN_MEASURES if name in shared), next(iter(shared), None))
        if measure is None:
            continue
        is_same = abs(after[measure] - before[measure]) < _SAME
        if is_same and asked.prediction == again.prediction:
            continue
        changes.append(
            Change(
                id=number,
                question=asked.question,
                measure=measure,
                old_name=old.name,
                new_name=new.name,
                old=before[measure],
                new=after[measure],
                old_answer=asked.prediction,
                new_answer=again.prediction,
            )
        )
    return changes
