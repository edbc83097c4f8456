"""The options of `eval`, the configurations that they name, and checks before all is measured."""

from __future__ import annotations

import argparse
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from index import DEFAULT_MODE, Mode, Risk
from index.locations import data_folder
from qa import (
    DEFAULT_EVALUATION_SETTING,
    DOCUMENTS_RANKED,
    EVALUATION_SETTINGS,
    RANKING_MODES,
    RankingMode,
)
from tui.cli.options import UsageError, add_index_option, fraction, nonempty, positive, share
from tui.locations import conversations_file, recent_file, settings_file

if TYPE_CHECKING:
    from qa.evaluation import ConfigurationScores, QuestionSet

# How the name of a report may end. A name without an ending claims nothing false.
_REPORT_ENDINGS = (".html", ".htm", "")
_EPILOG = """\
Questions are answered as `quoteback ask` answers them: with your settings.

SQuAD's JSON and BEIR's folders bring their own documents, which are indexed at --index if
given, else in the cache folder. Questions in JSON lines and CSV are about your own index.

In continuous integration, keep what a good state of your documents and settings gave
(--json good.json), and fail when quality falls:

  quoteback eval questions.jsonl --index i --fail-under f1=0.6 --compare good.json --max-drop 0.02
"""
_FILES = (
    ("--json", "FILE", "write all figures, and every question"),
    ("--run", "FILE", "write the rankings, as trec_eval reads them"),
    ("--qrels", "FILE", "write the labels, as trec_eval reads them"),
    ("--predictions", "FILE", "write the answers, as JSON lines"),
    ("--report", "FILE.html", "write a report with pictures"),
    ("--cache", "FILE", "keep every reply: an interrupted run goes on from there"),
    ("--compare", "FILE.json", "compare with what --json wrote before"),
)
# Options whose file is written once for each of several configurations.
_FOR_EACH = ("run", "predictions")


@dataclass(frozen=True, slots=True)
class Configuration:
    """A model and a mode to measure; the name says in what it differs from the others."""

    name: str
    model: str | None
    mode: RankingMode


def add_eval_options(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "questions",
        type=nonempty,
        metavar="QUESTIONS",
        help="a file of JSON lines, SQuAD's JSON or CSV, or a folder in BEIR's layout",
    )
    parser.add_argument(
        "--setting",
        choices=EVALUATION_SETTINGS,
        default=DEFAULT_EVALUATION_SETTING,
        help="search all documents (default), or read each question's own",
    )
    parser.add_argument(
        "--mode",
        action="append",
        choices=RANKING_MODES,
        help=f"how to search (default: as in the settings, else {DEFAULT_MODE}; reranked: what "
        f"{DEFAULT_MODE} finds, in the reader's order); repeatable: the first is compared with the "
        "others",
    )
    parser.add_argument(
        "--model",
        action="append",
        type=nonempty,
        metavar="M",
        help="embedding model (default: that of the index); repeatable, as --mode, for sets that "
        "bring their own documents",
    )
    parser.add_argument(
        "-k",
        type=positive,
        metavar="N",
        help=f"documents ranked for each question (default: {DOCUMENTS_RANKED})",
    )
    parser.add_argument(
        "--measure",
        action="append",
        default=[],
        metavar="NAME",
        help="a further measure of retrieval, by its usual name: P@5, Success@10, …; repeatable",
    )
    add_index_option(parser)
    for option, name, text in _FILES:
        parser.add_argument(option, type=nonempty, metavar=name, help=text)
    parser.add_argument(
        "--max-drop",
        type=fraction,
        metavar="X",
        help="with --compare: fail if a measure is worse by more",
    )
    parser.add_argument(
        "--fail-under",
        action="append",
        type=_parse_limit,
        default=[],
        metavar="MEASURE=VALUE",
        help="fail if a measure is below (ece and aurc: above) a value; repeatable",
    )
    parser.add_argument(
        "--fit-threshold",
        action="store_true",
        help="fit the confidence below which nothing is answered, and keep it in the index; with "
        "enough questions, confidence itself as well",
    )
    parser.add_argument(
        "--at-most",
        type=share,
        metavar="RISK",
        help="with --fit-threshold: the lowest threshold at which, with 95%% confidence, at most "
        "this share of the answers shown is wrong (5%%); if that cannot be promised, none is kept",
    )
    parser.add_argument(
        "--risk",
        choices=get_args(Risk),
        help="with --at-most: the share of what is shown that is wrong (default), or of all "
        "questions that get a wrong answer (answered)",
    )


def _parse_limit(text: str) -> tuple[str, float]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError("must be MEASURE=VALUE, as in nDCG@10=0.62")
    return name.strip(), fraction(value)


def list_configurations(options: argparse.Namespace, default_mode: Mode) -> list[Configuration]:
    """The configurations to measure: every model with every mode.

    Args:
        default_mode: taken if the options name no mode.
    """
    models = dict.fromkeys(options.model or [None])
    modes = dict.fromkeys(options.mode or [default_mode])
    # Short names, if they tell the models apart.
    shorts = {Path(model).name for model in models if model}
    configurations = []
    for model, mode in itertools.product(models, modes):
        name = mode if options.setting == "open" else "reading"
        if model and len(models) > 1:
            name += f" {Path(model).name if len(shorts) == len(models) else model}"
        configurations.append(Configuration(name, model, mode))
    return configurations


def check_options(options: argparse.Namespace, configurations: Sequence[Configuration]) -> None:
    """Check what shows without the question set.

    Raises:
        UsageError: some options do not go together, or a file cannot be written.
    """
    from qa.evaluation import list_question_files

    if options.setting == "reading":
        for option in ("--mode", "-k", "--run", "--fit-threshold"):
            if getattr(options, option.lstrip("-").replace("-", "_")):
                raise UsageError(f"{option} is about searching: not with --setting reading")
    if options.max_drop is not None and not options.compare:
        raise UsageError("--max-drop needs --compare FILE.json to compare with")
    if len(configurations) > 1 and options.fit_threshold:
        raise UsageError("--fit-threshold takes one --mode and one --model")
    if options.at_most is not None and not options.fit_threshold:
        raise UsageError("--at-most is about the threshold: give --fit-threshold, too")
    if options.risk and options.at_most is None:
        raise UsageError("--risk says of what a share is promised: give --at-most, too")
    if options.index and len(set(options.model or ())) > 1:
        raise UsageError("an index has one model: leave --index out to compare several")
    questions = Path(options.questions)
    kept = "a file of the question set" if questions.is_dir() else "the question set"
    files = {Path(os.path.realpath(path)): kept for path in list_question_files(questions)}
    for name in ("json", "run", "qrels", "predictions", "report", "cache"):
        for path in _list_written(name, getattr(options, name), configurations):
            real = Path(os.path.realpath(path))
            if other := files.get(real) or files.get(real.parent):
                raise UsageError(f"--{name} {path} is {other}: name another file")
            files[real] = f"the file of --{name}"
            if owner := _find_owner(real):
                raise UsageError(f"--{name} {path} is part of {owner}: name another file")
            if Path(path).suffix.lower() == ".gz":
                raise UsageError(
                    f"--{name} {path} is written unpacked: name a file that does not end in .gz"
                )
            if name == "report" and Path(path).suffix.lower() not in _REPORT_ENDINGS:
                raise UsageError(
                    f"--report {path}: a report is HTML: name a file that ends in .html"
                )
            _check_writable(Path(path), name)


def _list_written(
    option: str, path: str | None, configurations: Sequence[Configuration]
) -> Iterator[str]:
    """The file that an option names, and then those that are written in its place, if any."""
    if path is None:
        return
    yield path
    if option in _FOR_EACH and len(configurations) > 1:
        yield from (name_file(path, each.name) for each in configurations)


def name_file(path: str, name: str | None) -> str:
    """The file of one of several configurations: `run.txt` becomes `run.bm25.txt`."""
    if name is None:
        return path
    whole = Path(path)
    part = name.replace(" ", "-").replace("/", "-")
    return str(whole.with_name(f"{whole.stem}.{part}{whole.suffix}"))


def _find_owner(path: Path) -> str | None:
    """The part of the program that keeps a file; None for any other file."""
    from index import is_index
    from qa.service import token_file
    from tui.conversation.judgements import JUDGEMENT_ENDING

    for folder in path.parents:
        if is_index(folder):
            return f"the index {folder}"
    kept = {
        conversations_file(): "the conversations",
        settings_file(): "the settings",
        recent_file(): "the documents that were read last",
        token_file(): "the token of the service",
    }
    for file, owner in kept.items():
        # The logs of SQLite's files lie beside them.
        if path.name.startswith(file.name) and path.parent == Path(os.path.realpath(file.parent)):
            return owner
    if path.name.endswith(JUDGEMENT_ENDING):
        index = path.with_name(path.name.removesuffix(JUDGEMENT_ENDING) or path.name)
        # Those about an index in an engine lie among the user's data.
        if is_index(index) or path.parent == Path(os.path.realpath(data_folder())):
            return "the answers that were judged"
    return None


def _check_writable(path: Path, option: str) -> None:
    if path.is_dir():
        raise UsageError(f"--{option} {path} is a folder: name a file")
    if not path.parent.is_dir():
        raise UsageError(f"--{option} {path}: there is no folder {path.parent}")
    existed = path.exists()
    if existed and not path.is_file():
        # Opening a pipe or a device could wait for ever, and reading it has no end.
        if option == "cache":
            raise UsageError(f"--cache {path} is not a regular file: name another file")
        return
    try:
        # Only opening a file shows whether it can be written.
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        raise UsageError(
            f"--{option} {path} cannot be written ({error.strerror}): name another file"
        ) from error


def check_labels(
    options: argparse.Namespace, questions: QuestionSet, before: ConfigurationScores | None
) -> list[str]:
    """Check what needs the question set; returns the further measures of retrieval to compute.

    Args:
        before: the evaluation to compare with.

    Raises:
        UsageError: an option needs labels that the question set does not have, or names a
            measure that does not exist.
        TooFewQuestions: there are too few questions to fit a threshold to.
    """
    from qa.evaluation import (
        ABSTENTION_MEASURES,
        ANSWER_MEASURES,
        check_enough,
        check_enough_to_promise,
    )

    answer_measures = (*ANSWER_MEASURES, *ABSTENTION_MEASURES)
    if before is not None and {
        (asked.id, asked.question) for asked in before.questions.values()
    }.isdisjoint((question.id, question.text) for question in questions.questions):
        raise UsageError(
            f"--compare {options.compare} is of another question set: none of its questions are in "
            f"{questions.name}"
        )
    for name in options.measure:
        if name in answer_measures:
            raise UsageError(
                f"--measure {name}: it is always among the figures where answers are labelled; "
                f"name a measure of retrieval, such as P@5"
            )
    retrieval = [_check_retrieval_measure(name) for name in options.measure]
    has_relevant = options.setting == "open" and questions.has_relevant
    for option, given in (("--measure", options.measure), ("--qrels", options.qrels)):
        if given and not has_relevant:
            raise UsageError(f"{option}: no documents are labelled here to be found")
    for name, _ in options.fail_under:
        if name in answer_measures:
            if not questions.has_answers:
                raise UsageError(f"--fail-under {name}: {questions.name} has no answers")
        else:
            retrieval.append(_check_retrieval_measure(name, answer_measures))
            if not has_relevant:
                raise UsageError(f"--fail-under {name}: nothing is labelled for it here")
    if options.predictions and not questions.has_answers:
        raise UsageError(f"--predictions: {questions.name} has no answers to be found")
    if options.setting == "reading" and not questions.has_answers:
        raise UsageError(f"--setting reading: {questions.name} has no answers to be found")
    if questions.corpus is None and len(set(options.model or ())) > 1:
        raise UsageError("an index has one model: compare several by --json and --compare")
    if options.fit_threshold:
        if questions.corpus is not None and not options.index:
            raise UsageError("--fit-threshold keeps a threshold in an index: name it with --index")
        if options.at_most is None:
            check_enough(questions.questions)
        else:
            labelled = sum(question.answers is not None for question in questions.questions)
            check_enough_to_promise(labelled, options.at_most)
    return retrieval


def _check_retrieval_measure(name: str, others: Sequence[str] = ()) -> str:
    """Returns the name if it is a measure of retrieval; the error names `others` as well."""
    from qa.evaluation import UnknownMeasure, find_measure

    try:
        find_measure(name)
    except UnknownMeasure as error:
        more = f"; of answers: {', '.join(others)}" if others else ""
        raise UsageError(f"{error}{more}") from error
    return name
