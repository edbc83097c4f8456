"""What `eval` is told: its options, the configurations they name, and what does not go together."""

from __future__ import annotations

import argparse
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.argument_types import filled, positive, share
from tui.cli.main import UsageError

if TYPE_CHECKING:
    from qa import RankingMode
    from qa.evaluation import QuestionSet, Scored

_FILES = (
    ("--json", "FILE", "write all figures, and every question"),
    ("--run", "FILE", "write the rankings, as trec_eval reads them"),
    ("--qrels", "FILE", "write the labels, as trec_eval reads them"),
    ("--predictions", "FILE", "write the answers, as JSON lines"),
    ("--report", "FILE.html", "write a report with pictures"),
    ("--cache", "FILE", "keep what was asked: an interrupted run goes on from it"),
    ("--compare", "FILE.json", "compare with what --json wrote before"),
)
# How names of reports may end: nothing at all says nothing false.
_REPORTS = (".html", ".htm", "")


@dataclass(frozen=True, slots=True)
class Configuration:
    """One of those measured in a run; the name holds what they differ in."""

    name: str
    model: str | None
    mode: RankingMode


def add_options(made: argparse.ArgumentParser) -> None:
    """Add the arguments of `eval` to its parser."""
    made.add_argument(
        "questions",
        type=filled,
        metavar="QUESTIONS",
        help="a file of JSON lines, SQuAD's JSON or CSV, or a folder in BEIR's layout",
    )
    made.add_argument(
        "--setting",
        choices=("open", "reading"),
        default="open",
        help="search all documents (default), or read each question's own",
    )
    made.add_argument(
        "--mode",
        action="append",
        choices=("hybrid", "dense", "bm25", "reranked"),
        help="how to search (default: hybrid; reranked: what that finds, in the reader's order); "
        "repeatable: the first is compared with the others",
    )
    made.add_argument(
        "--model",
        action="append",
        type=filled,
        metavar="M",
        help="embedding model (default: that of the index); repeatable, as --mode, for sets that "
        "bring their own documents",
    )
    made.add_argument(
        "-k",
        type=positive,
        metavar="N",
        help="documents ranked for each question (default: 100)",
    )
    made.add_argument(
        "--measure",
        action="append",
        default=[],
        metavar="NAME",
        help="a further measure of retrieval, by its usual name: P@5, Success@10, …; repeatable",
    )
    for option, name, text in _FILES:
        made.add_argument(option, type=filled, metavar=name, help=text)
    made.add_argument(
        "--max-drop",
        type=share,
        metavar="X",
        help="with --compare: fail if a measure is worse by more",
    )
    made.add_argument(
        "--fail-under",
        action="append",
        type=_limit,
        default=[],
        metavar="MEASURE=VALUE",
        help="fail if a measure is below (ece and aurc: above) a value; repeatable",
    )
    made.add_argument(
        "--fit-threshold",
        action="store_true",
        help="fit the confidence below which nothing is answered, and keep it in the index; with "
        "enough questions, confidence itself as well",
    )


def _limit(text: str) -> tuple[str, float]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError("must be MEASURE=VALUE, as in nDCG@10=0.62")
    return name.strip(), share(value)


def configurations(parsed: argparse.Namespace) -> list[Configuration]:
    """Those to be measured: every model with every mode."""
    models = dict.fromkeys(parsed.model or [None])
    modes = dict.fromkeys(parsed.mode or ["hybrid"])
    # As short as tells them apart.
    shorts = {Path(model).name for model in models if model}
    found = []
    for model, mode in itertools.product(models, modes):
        name = mode if parsed.setting == "open" else "reading"
        if model and len(models) > 1:
            name += f" {Path(model).name if len(shorts) == len(models) else model}"
        found.append(Configuration(name, model, mode))
    return found


def check_options(parsed: argparse.Namespace, configurations: Sequence[Configuration]) -> None:
    """See to it that what was asked for makes sense together, before anything is done."""
    if parsed.setting == "reading":
        for option, value in (("--mode", parsed.mode), ("-k", parsed.k), ("--run", parsed.run)):
            if value:
                raise UsageError(f"{option} is about searching: not with --setting reading")
        if parsed.fit_threshold:
            raise UsageError("--fit-threshold is about searching: not with --setting reading")
    if parsed.max_drop is not None and not parsed.compare:
        raise UsageError("--max-drop needs --compare FILE.json to compare with")
    if len(configurations) > 1 and parsed.fit_threshold:
        raise UsageError("--fit-threshold takes one --mode and one --model")
    if parsed.index and len(set(parsed.model or ())) > 1:
        raise UsageError("an index has one model: leave --index out to compare several")
    taken = {os.path.realpath(parsed.questions): "the question set"}
    for name in ("json", "run", "qrels", "predictions", "report", "cache"):
        if (path := getattr(parsed, name)) is None:
            continue
        if other := taken.get(os.path.realpath(path)):
            raise UsageError(f"--{name} {path} is {other}: name another file")
        taken[os.path.realpath(path)] = f"the file of --{name}"
        if name == "report" and Path(path).suffix.lower() not in _REPORTS:
            raise UsageError(f"--report {path}: a report is HTML: name a file that ends in .html")
        _check_writable(Path(path), name)


def _check_writable(path: Path, option: str) -> None:
    if path.is_dir():
        raise UsageError(f"--{option} {path} is a folder: name a file")
    if not path.parent.is_dir():
        raise UsageError(f"--{option} {path}: there is no folder {path.parent}")
    there = path.exists()
    if there and not path.is_file():
        # A pipe or a device, which opening might make wait.
        return
    try:
        # Whether a file can be written shows only when it is opened.
        path.open("ab").close()
        if not there:
            path.unlink()
    except OSError as error:
        raise UsageError(
            f"--{option} {path} cannot be written ({error.strerror}): name another file"
        ) from error


def check_against(
    parsed: argparse.Namespace, questions: QuestionSet, before: Scored | None
) -> list[str]:
    """The measures of retrieval to compute beside the usual ones, all of them known.

    Args:
        before: the evaluation to compare with.

    Raises:
        UsageError: something is asked for that the question set has no labels for.
        TooFewQuestions: they are too few to fit a threshold to.
    """
    from qa.evaluation import ABSTENTION_MEASURES, ANSWER_MEASURES, check_enough

    of_answers = (*ANSWER_MEASURES, *ABSTENTION_MEASURES)
    if before is not None and before.questions.items().isdisjoint(
        (question.id, question.text) for question in questions.questions
    ):
        raise UsageError(
            f"--compare {parsed.compare} is of another question set: none of its questions are in "
            f"{questions.name}"
        )
    for name in parsed.measure:
        if name in of_answers:
            raise UsageError(
                f"--measure {name}: it is always among the figures where answers are labelled; "
                f"name a measure of retrieval, such as P@5"
            )
    retrieval = [_of_retrieval(name) for name in parsed.measure]
    for name, _ in parsed.fail_under:
        if name in of_answers:
            if not questions.has_answers:
                raise UsageError(f"--fail-under {name}: {questions.name} has no answers")
        else:
            retrieval.append(_of_retrieval(name, of_answers))
            if parsed.setting == "reading" or not questions.has_relevant:
                raise UsageError(f"--fail-under {name}: nothing is labelled for it here")
    if parsed.predictions and not questions.has_answers:
        raise UsageError(f"--predictions: {questions.name} has no answers to be found")
    if parsed.setting == "reading" and not questions.has_answers:
        raise UsageError(f"--setting reading: {questions.name} has no answers to be found")
    if questions.corpus is None and len(set(parsed.model or ())) > 1:
        raise UsageError("an index has one model: compare several by --json and --compare")
    if parsed.fit_threshold:
        if questions.corpus is not None and not parsed.index:
            raise UsageError("--fit-threshold keeps a threshold in an index: name it with --index")
        check_enough(questions.questions)
    return retrieval


def _of_retrieval(name: str, others: Sequence[str] = ()) -> str:
    """The name of a measure of retrieval; where it is none, `others` are named as well."""
    from qa.evaluation import UnknownMeasure, measure_named

    try:
        measure_named(name)
    except UnknownMeasure as error:
        more = f"; of answers: {', '.join(others)}" if others else ""
        raise UsageError(f"{error}{more}") from error
    return name
