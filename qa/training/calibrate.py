"""Fit confidence: `python -m qa.training.calibrate --order-of FILE --questions QUESTIONS FOLDER`.

Question sets on real documents, in the format of `quoteback eval`, are asked of their documents
through the answering pipeline itself; so are the written questions that are held out, with
`--written`. FILE is a calibration whose order of passages and answers is kept, and its threshold:
confidence alone is fitted. The models' outputs are memoised, so that the pipeline can run again and
again with other numbers. Figures are reported for a fifth of the documents (of written questions,
of their sources) at a time, with confidence fitted on the others.

An answer is right if its quotation holds a right answer whole, or agrees with one in half of its
words (F1) and in all its numbers. Confidence is the probability of that: a logistic regression
with a strong ridge on standardised features, whose log odds are then stretched to fit questions
on documents that it was not fitted on. Its weights are the mean of these and of those in FILE, and
its constant is such that as many wrong answers are shown as with FILE.

With `--languages DOCUMENTS` it is that of the reader of all languages, which is fitted to documents
in other languages that are held out, each language in an index of its own. The weights and the
constant in FILE count nothing then.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, NoReturn

import numpy as np

from index import LANGUAGES_MODEL, Index, Retriever
from qa.answering.answers import Answer
from qa.answering.calibration import Calibration, ConfidenceFeatures, logit
from qa.answering.models import (
    CALIBRATION,
    LANGUAGES_WEIGHTS,
    READER_WEIGHTS,
    AnsweringModels,
    LanguagesModels,
    load_models,
)
from qa.defaults import never
from qa.evaluation.measuring.summary import auroc, calibration_error, reliability
from qa.evaluation.measuring.thresholds import fit_logistic_regression
from qa.passage_text import ModelPassage
from qa.reader.reading import Reader, Reading
from qa.training.questions.asked_documents import load_asked_documents
from qa.training.questions.trials import (
    Trial,
    ask_asked_documents,
    ask_documents,
    ask_written,
    is_right,
    run_trials,
)
from qa.training.questions.written import is_held_out, load_written

_FEATURES = tuple(ConfidenceFeatures.__dataclass_fields__)

# Of the regression on standardised features; high, as questions on real documents are few.
_RIDGE = 20.0
_FOLDS = 8
# Folds of the figures that are reported.
_REPORTED_FOLDS = 5
# Too few questions have selected rows or unmentioned names to fit these two weights.
# Of WikiTableQuestions' questions with conditions that are checked, two thirds get the right cells.
# If no passage mentions a name, the log odds of a right answer are lower by about 1, on real
# documents and in SQuAD.
_GIVEN_WEIGHTS = {"selected": 1.2, "unmentioned": -1.0}
# An answer to a question without one misleads most, and such questions are few: each counts as
# much as so many others. On four sets that the fit has not seen, AUROC of "has an answer" is .82 to
# .93 with this, and .79 to .90 with 1; that of "is right" stays.
_UNANSWERED_WEIGHT = 6.0
# What the share of a rival, as a logarithm, counts in other languages. Fitted to the documents that
# are held out, where the rivals are other documents, it counts next to nothing. With this, AUROC of
# "is right" is .74 in place of .72 on documents of other writers, and .67 in place of .60 on XQuAD,
# where the rivals stand in the same paragraph. In English it gains .01, but AUROC of "has an
# answer" falls by .02: it counts nothing there.
_RIVAL, _RIVAL_WEIGHT = _FEATURES.index("rival"), -0.5
# How the log odds of the reader of all languages are flattened and raised. The questions that it is
# fitted to are asked among up to 330 documents, many of them alike. Fitted to the answers to 480
# questions by other writers, the two numbers are .5 and .2; to 800 of XQuAD's, .3 and .6.
_LANGUAGES_SLOPE, _LANGUAGES_SHIFT = 0.5, 0.3


class MemoisedReader:
    """A reader that reads each passage once for a question."""

    ranks_passages: Literal[True] = True

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, ModelPassage], Reading] = {}

    def read(
        self, question: str, passages: Sequence[ModelPassage], cancelled: Callable[[], bool] = never
    ) -> list[Reading]:
        new = [p for p in dict.fromkeys(passages) if (question, p) not in self._known]
        if new:
            readings = self._reader.read(question, new, cancelled)
            self._known.update({(question, p): r for p, r in zip(new, readings, strict=True)})
        return [self._known[question, passage] for passage in passages]


@dataclass(frozen=True, slots=True)
class ConfidenceTable:
    """The best answers to some questions, an array each, with a row an answer.

    Attributes:
        features: of shape (answers, features).
        correct: whether each answer is right.
        answerable: whether its question has an answer.
        parts: the part that its question belongs to.
    """

    features: Any
    correct: Any
    answerable: Any
    parts: Any


def fit_confidence(
    trials: Sequence[Trial], models: AnsweringModels, calibration: Calibration
) -> Calibration:
    """The calibration with its regression fitted to some trials.

    That of the reader of English keeps half of its weights.
    """
    table = tabulate_confidence(trials, models, calibration)
    features, correct = table.features.copy(), table.correct
    rivals = features[:, _RIVAL].copy()
    features[:, _RIVAL] = 0.0
    deviations = features.std(axis=0) + 1e-9
    standard = (features - features.mean(axis=0)) / deviations
    weighed = np.where(table.answerable, 1.0, _UNANSWERED_WEIGHT)
    start, slopes = fit_logistic_regression(standard, correct, weighed, ridge=_RIDGE)
    parts = sorted({trial.part for trial in trials})
    shift, stretch = _find_stretch(table, parts, standard, weighed)
    weights = stretch * slopes / deviations
    if not models.knows_english_rules:
        intercept = shift + stretch * start - float(features.mean(axis=0) @ weights)
        weights[_RIVAL] = _RIVAL_WEIGHT
        intercept -= float(rivals.mean()) * _RIVAL_WEIGHT
        fitted = _set_confidence(calibration, intercept, weights)
        return fitted.adjusted(_LANGUAGES_SLOPE, _LANGUAGES_SHIFT)
    # The weights before know other kinds of documents: the mean tells better on those that neither
    # was fitted to.
    before = np.asarray([calibration.weights.get(name, 0.0) for name in _FEATURES])
    weights = ((weights + before) / 2).round(4)
    for name, weight in _GIVEN_WEIGHTS.items():
        weights[_FEATURES.index(name)] = weight
    odds_before = features @ before + calibration.intercept
    intercept = _keep_errors(features @ weights, odds_before, correct, calibration.threshold)
    return _set_confidence(calibration, intercept, weights)


def _set_confidence(calibration: Calibration, intercept: float, weights: Any) -> Calibration:
    named = dict(zip(_FEATURES, weights.round(4).tolist(), strict=True))
    return replace(calibration, intercept=round(intercept, 4), weights=named)


def _find_stretch(
    table: ConfidenceTable, parts: Sequence[str], standard: Any, weighed: Any
) -> tuple[float, float]:
    """What to add to the log odds when they are stretched, and how far to stretch them.

    That shows only on documents that were not fitted on.
    """
    fold_of = {part: number % _FOLDS for number, part in enumerate(parts)}
    folds = np.asarray([fold_of[part] for part in table.parts.tolist()])
    unseen = np.zeros(len(standard))
    for fold in sorted(set(folds.tolist())):
        seen, out = folds != fold, folds == fold
        if seen.any():
            start, slopes = fit_logistic_regression(
                standard[seen], table.correct[seen], weighed[seen], ridge=_RIDGE
            )
            unseen[out] = start + standard[out] @ slopes
    shift, (stretch,) = fit_logistic_regression(unseen[:, None], table.correct, ridge=0.01)
    return float(shift), float(stretch)


def _keep_errors(odds: Any, odds_before: Any, correct: Any, threshold: float) -> float:
    """What to add to the log odds of answers, so that as many wrong ones are shown as before."""
    least = logit(threshold)
    shown = int((odds_before[~correct] >= least).sum())
    wrong = np.sort(odds[~correct])[::-1]
    # The best of the wrong answers that are not shown stays just below.
    highest_hidden = wrong[shown] if shown < len(wrong) else odds.min() - 1
    return float(least - highest_hidden) - 1e-3


def tabulate_confidence(
    trials: Sequence[Trial], models: AnsweringModels, calibration: Calibration
) -> ConfidenceTable:
    """A table of the best answers, but for those whose weights are given."""
    unit = replace(calibration, intercept=0.0, weights=dict.fromkeys(_FEATURES, 1.0))
    rows, correct, answerable, parts = [], [], [], []
    for trial, answering in zip(trials, run_trials(trials, models, unit), strict=True):
        best = answering.answers[0] if answering.answers else None
        if best is not None and not any(best.factors[name] for name in _GIVEN_WEIGHTS):
            rows.append([best.factors[name] for name in _FEATURES])
            correct.append(is_right(best, trial))
            answerable.append(bool(trial.answers))
            parts.append(trial.part)
    return ConfidenceTable(
        np.asarray(rows, dtype=np.float64),
        np.asarray(correct, dtype=np.bool_),
        np.asarray(answerable, dtype=np.bool_),
        np.asarray(parts),
    )


def measure_figures(
    trials: Sequence[Trial], models: AnsweringModels, calibration: Calibration
) -> dict[str, Any]:
    """The report: for each fifth of the documents, with confidence fitted on the others."""
    answered: list[tuple[Trial, Answer, bool]] = []
    parts = sorted({trial.part for trial in trials})
    for fold in range(_REPORTED_FOLDS):
        unseen = set(parts[fold::_REPORTED_FOLDS])
        seen = [trial for trial in trials if trial.part not in unseen]
        held_out = [trial for trial in trials if trial.part in unseen]
        fitted = fit_confidence(seen, models, calibration)
        for trial, answering in zip(held_out, run_trials(held_out, models, fitted), strict=True):
            if answering.answers:
                best = answering.answers[0]
                answered.append((trial, best, best.confidence >= fitted.threshold))
    confidences = [best.confidence for _, best, _ in answered]
    correct = [is_right(best, trial) for trial, best, _ in answered]
    answerable = [bool(trial.answers) for trial, _, _ in answered]
    shown = [each for _, _, each in answered]
    return {
        "questions": len(answered),
        "folds": _REPORTED_FOLDS,
        "right": _share_true(correct, answerable),
        "right_and_shown": _share_true(
            [a and b for a, b in zip(correct, shown, strict=True)], answerable
        ),
        "refused_unanswerable": _share_true([not s for s in shown], [not a for a in answerable]),
        "auroc_answerable": round(auroc(confidences, answerable), 4),
        "auroc_right": round(auroc(confidences, correct), 4),
        "calibration_error": round(calibration_error(confidences, correct), 4),
        "reliability": [
            {
                "share": round(each.answers / len(confidences), 4),
                "confidence": round(each.confidence, 4),
                "accuracy": round(each.accuracy, 4),
            }
            for each in reliability(confidences, correct)
        ],
    }


def _share_true(values: Sequence[bool], among: Sequence[bool]) -> float:
    chosen = [value for value, counts in zip(values, among, strict=True) if counts]
    return round(sum(chosen) / len(chosen), 4) if chosen else 0.0


def _ask_languages(path: Path, scratch: Path) -> Iterator[Trial]:
    """The questions of the documents that are held out; a part is a language."""
    documents = load_asked_documents(path)
    for language in sorted({document.language for document in documents}):
        some = [each for each in documents if each.language == language]
        with Index.open(scratch / language, create=True, model=LANGUAGES_MODEL) as index:
            yield from ask_asked_documents(index, some, language)


def _load_no_encoder() -> NoReturn:
    """The models ask for an encoder only in place of a reader."""
    raise SystemExit("the reader's weights are missing or damaged: there is nothing to calibrate")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m qa.training.calibrate", description=__doc__)
    parser.add_argument("--out", type=Path, help="the calibration that ships, if not given")
    parser.add_argument(
        "--order-of",
        type=Path,
        required=True,
        help="a calibration whose order and threshold are kept: only confidence is fitted",
    )
    parser.add_argument(
        "--questions",
        nargs=2,
        action="append",
        type=Path,
        default=[],
        metavar=("QUESTIONS", "FOLDER"),
        help="a question set and the folder of its documents; may be given several times",
    )
    parser.add_argument(
        "--written",
        nargs=2,
        action="append",
        type=Path,
        default=[],
        metavar=("QUESTIONS", "FOLDER"),
        help="written questions, of which those held out are asked, and their documents",
    )
    parser.add_argument(
        "--languages",
        type=Path,
        metavar="DOCUMENTS",
        help="fit the reader of all languages, to a file of questions.asked_documents",
    )
    arguments = parser.parse_args()
    trials: list[Trial] = []
    if arguments.languages:
        models = LanguagesModels().load() or _load_no_encoder()
    else:
        models = load_models(_load_no_encoder)
    with tempfile.TemporaryDirectory() as scratch:
        for number, (questions, folder) in enumerate(arguments.questions):
            with Index.open(Path(scratch, str(number)), create=True) as index:
                index.add([folder])
                trials += ask_documents(Retriever(index), questions, folder)
        for number, (questions, folder) in enumerate(arguments.written):
            with Index.open(Path(scratch, f"written-{number}"), create=True) as index:
                written = [each for each in load_written(questions) if is_held_out(each.document)]
                index.add({folder / each.document.split("/")[0] for each in written})
                trials += ask_written(index, written, folder)
        if arguments.languages:
            trials += _ask_languages(arguments.languages, Path(scratch))
        memoised = replace(models, reader=MemoisedReader(models.reader))
        start = Calibration.load(arguments.order_of)
        calibration = fit_confidence(trials, memoised, start)
        reported = measure_figures(trials, memoised, start)
    document = {**asdict(calibration), "held_out": reported}
    shipped = LANGUAGES_WEIGHTS if arguments.languages else READER_WEIGHTS
    out = arguments.out or shipped / CALIBRATION
    out.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(reported, indent=2))


if __name__ == "__main__":
    main()
