"""One configuration against others, question by question."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from index import MissingPath, QuotebackError
from qa.display import counted
from qa.evaluation.measuring.abstention import ABSTENTION_MEASURES, compute_measure
from qa.evaluation.measuring.results import (
    MAIN_MEASURES,
    Change,
    Comparison,
    Difference,
    Evaluation,
)
from qa.evaluation.measuring.significance import (
    Floats,
    Statistic,
    bootstrap_interval,
    holm,
    randomisation_p,
    statistic_interval,
    statistic_p,
)
from qa.evaluation.question_sets.reading import read_bytes

# Scores that differ by less are the same but for rounding.
_SAME = 1e-9


class CannotCompare(QuotebackError):
    """There is nothing to compare: another question set, or no evaluation at all."""


@dataclass(frozen=True, slots=True)
class ConfigurationScores:
    """One configuration's scores, by question.

    Attributes:
        scores: by measure.
        questions, answers: the texts.
        judged: if answers are labelled: confidence, and whether the best candidate is
            right and the question answerable (0 or 1).
    """

    name: str
    scores: Mapping[str, Mapping[str, float]]
    questions: Mapping[str, str]
    answers: Mapping[str, str]
    judged: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, evaluation: Evaluation) -> ConfigurationScores:
        """The scores of an evaluation."""
        results = evaluation.questions
        return cls(
            evaluation.name,
            {result.id: result.scores for result in results},
            {result.id: result.question for result in results},
            {result.id: result.prediction for result in results},
            {
                result.id: _judge_confidence(result.confidence, result.scores, result.answers)
                for result in results
                if result.answers is not None
            },
        )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> ConfigurationScores:
        """The scores in a file that `quoteback eval --json` has written, under the file's name.

        Raises:
            MissingPath: it is not there.
            CannotCompare: it is not such a file, or cannot be read.
        """
        try:
            whole = json.loads(read_bytes(Path(path)))
            rows = {str(row["id"]): row for row in whole["per_question"]}
            return cls(
                Path(path).name,
                {
                    number: {
                        str(name): _check_finite(value) for name, value in row["scores"].items()
                    }
                    for number, row in rows.items()
                },
                {number: str(row["question"]) for number, row in rows.items()},
                {number: str(row["prediction"]) for number, row in rows.items()},
                {
                    number: _judge_confidence(
                        _check_finite(row["confidence"]), row["scores"], row["answers"]
                    )
                    for number, row in rows.items()
                    if row.get("answers") is not None
                },
            )
        except FileNotFoundError:
            raise MissingPath(f"{path}: no such file") from None
        except OSError as error:
            raise CannotCompare(f"{path} cannot be read ({error.strerror})") from error
        except (
            ValueError,
            OverflowError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            raise CannotCompare(
                f"{path} is not an evaluation: name a file that `quoteback eval --json` has written"
            ) from error


def compare(
    old: ConfigurationScores | Evaluation, *others: ConfigurationScores | Evaluation
) -> Comparison:
    """Every measure's difference between the first configuration and each of the others.

    Only questions that both sides were asked are compared. The p values are corrected
    for the number of all differences.

    Raises:
        CannotCompare: two sides have no question in common.
    """
    baseline = _take_scores(old)
    differences: list[Difference] = []
    changed: list[Change] = []
    notes: list[str] = []
    for other in map(_take_scores, others):
        common = [
            number
            for number, text in baseline.questions.items()
            if other.questions.get(number) == text
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
    corrected = iter(holm(ps))
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
    names = dict.fromkeys(name for number in common for name in old.scores[number])
    differences = []
    for name in names:
        pairs = [
            (old.scores[number][name], new.scores[number][name])
            for number in common
            if name in old.scores[number] and name in new.scores[number]
        ]
        if not pairs:
            continue
        before, after = np.asarray(pairs, dtype=np.float64).T
        gains = np.where(np.abs(after - before) < _SAME, 0.0, after - before)
        low, high = bootstrap_interval(gains) or (None, None)
        differences.append(
            Difference(
                measure=name,
                old_name=old.name,
                new_name=new.name,
                old=float(before.mean()),
                new=float(after.mean()),
                difference=float(gains.mean()),
                low=low,
                high=high,
                p=randomisation_p(gains),
                wins=int((gains > 0).sum()),
                ties=int((gains == 0).sum()),
                losses=int((gains < 0).sum()),
            )
        )
    return differences


def _check_finite(value: float) -> float:
    """A number from a file; raises ValueError for NaN and infinity, which some JSON has."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a score")
    return float(value)


def _judge_confidence(
    confidence: float, scores: Mapping[str, float], answers: Sequence[str]
) -> tuple[float, float, float]:
    right = scores.get("best_exact_match") == 1.0
    return confidence, float(right), float(bool(answers))


def _compare_abstention(
    old: ConfigurationScores, new: ConfigurationScores, common: Sequence[str]
) -> list[Difference]:
    """Differences in measures of all questions together: no single question wins or loses them."""
    shared = [number for number in common if number in old.judged and number in new.judged]
    before = np.asarray([old.judged[number] for number in shared], dtype=np.float64)
    after = np.asarray([new.judged[number] for number in shared], dtype=np.float64)
    both = np.stack([before, after], axis=1)
    differences = []
    for name in ABSTENTION_MEASURES:
        measure = partial(compute_measure, name)
        values = measure(before), measure(after)
        if values[0] is None or values[1] is None:
            continue
        low, high = statistic_interval(partial(_measure_gain, measure), both) or (None, None)
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
                p=statistic_p(measure, before, after),
            )
        )
    return differences


def _measure_gain(measure: Statistic, rows: Floats) -> float | None:
    """The gain of a measure from the first of two sides to the second.

    Args:
        rows: of both sides, shape (questions, 2, columns).
    """
    before, after = measure(rows[:, 0]), measure(rows[:, 1])
    return None if before is None or after is None else after - before


def _list_changes(
    old: ConfigurationScores, new: ConfigurationScores, common: Sequence[str]
) -> list[Change]:
    changes = []
    for number in common:
        before, after = old.scores[number], new.scores[number]
        shared = [name for name in before if name in after]
        measure = next((name for name in MAIN_MEASURES if name in shared), next(iter(shared), None))
        if measure is None:
            continue
        answers = old.answers.get(number, ""), new.answers.get(number, "")
        if abs(after[measure] - before[measure]) < _SAME and answers[0] == answers[1]:
            continue
        changes.append(
            Change(
                id=number,
                question=old.questions[number],
                measure=measure,
                old_name=old.name,
                new_name=new.name,
                old=before[measure],
                new=after[measure],
                old_answer=answers[0],
                new_answer=answers[1],
            )
        )
    return changes
