"""The commands `eval` and `questions`: measure on a question set, and check one."""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tui.cli import UsageError

if TYPE_CHECKING:
    from index import Index, Progress
    from qa.evaluation import (
        Comparison,
        Evaluation,
        FittedThreshold,
        Mode,
        QuestionSet,
        Scored,
    )

_FAILURE = 1
_EPILOG = """\
SQuAD's JSON and BEIR's folders bring their own documents, which are indexed at --index if
given, else in the cache folder. Questions in JSON lines and CSV are about your own index.

In continuous integration, keep what a good state of your documents and settings gave
(--json good.json), and fail when quality falls:

  quoteback eval questions.jsonl --index i --fail-under f1=0.6 --compare good.json --max-drop 0.02
"""

Tell = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True)
class _Configuration:
    """One of those measured in a run; the name holds what they differ in."""

    name: str
    model: str | None
    mode: Mode
    k: int


def add_commands(commands: Any, where: argparse.ArgumentParser) -> None:
    """Add both commands to the command line's parsers; `where` has the option --index."""
    text = "Measure retrieval and answers on a question set of your own."
    made = commands.add_parser(
        "eval",
        help=text,
        description=text,
        parents=[where],
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(command=_eval)
    made.add_argument(
        "questions", help="JSON lines, SQuAD's JSON, CSV, or a folder in BEIR's layout"
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
        help="how to search (default: hybrid); several are compared with the first",
    )
    made.add_argument("--model", action="append", metavar="M", help="embedding model; or several")
    made.add_argument(
        "-k",
        action="append",
        type=_positive,
        metavar="N",
        help="documents ranked for each question (default: 100); or several",
    )
    made.add_argument(
        "--measure",
        action="append",
        default=[],
        metavar="NAME",
        help="a further measure of retrieval, by its usual name: P@5, Success@10, …",
    )
    made.add_argument("--json", metavar="FILE", help="write all figures, and every question")
    made.add_argument("--run", metavar="FILE", help="write the rankings, as trec_eval reads them")
    made.add_argument("--qrels", metavar="FILE", help="write the labels, as trec_eval reads them")
    made.add_argument("--predictions", metavar="FILE", help="write the answers, as JSON lines")
    made.add_argument("--report", metavar="FILE.html", help="write a report with pictures")
    made.add_argument(
        "--compare", metavar="FILE.json", help="compare with what --json wrote before"
    )
    made.add_argument(
        "--max-drop",
        type=_share,
        metavar="X",
        help="with --compare: fail if a measure is worse by more",
    )
    made.add_argument(
        "--fail-under",
        action="append",
        type=_limit,
        default=[],
        metavar="MEASURE=VALUE",
        help="fail if a measure is below (ece and aurc: above) a value; repeat it",
    )
    made.add_argument(
        "--fit-threshold",
        action="store_true",
        help="fit the confidence below which nothing is answered, and keep it in the index; with "
        "enough questions, confidence itself as well",
    )
    made.add_argument(
        "--cache", metavar="FILE", help="keep what was asked: an interrupted run goes on from it"
    )

    text = "Check a question set."
    questions = commands.add_parser("questions", help=text, description=text)
    inner = questions.add_subparsers(metavar="COMMAND", required=True)
    text = "Say what is wrong with a question set, line by line."
    made = inner.add_parser("check", help=text, description=text, parents=[where])
    made.set_defaults(command=_check)
    made.add_argument("questions", metavar="FILE", help="a question set, as `eval` reads it")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be a number between 0 and 1")
    return value


def _limit(text: str) -> tuple[str, float]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError("must be MEASURE=VALUE, as in nDCG@10=0.62")
    return name.strip(), _share(value)


# eval


def _eval(parsed: argparse.Namespace) -> int:
    from qa.evaluation import QuestionSet, Scored, fit_threshold

    configurations = _configurations(parsed)
    _check_options(parsed, configurations)
    questions = QuestionSet.load(parsed.questions)
    measures = _check_against(parsed, questions)
    before = Scored.load(parsed.compare) if parsed.compare else None
    try:
        evaluations = _measured(parsed, questions, configurations, measures)
    except KeyboardInterrupt:
        how = "run it again to go on" if parsed.cache else "with --cache FILE it can go on later"
        print(f"quoteback: stopped; {how}", file=sys.stderr)
        return _FAILURE
    comparison = _compared(evaluations, before)
    _write(parsed, evaluations, comparison)
    from tui.figures import print_evaluations

    print_evaluations(evaluations, comparison)
    if parsed.fit_threshold:
        _keep_threshold(parsed, questions, fit_threshold(evaluations[0]))
    return _verdict(parsed, evaluations, comparison if before else None)


def _keep_threshold(
    parsed: argparse.Namespace, questions: QuestionSet, fitted: FittedThreshold
) -> None:
    from index import Retriever
    from qa import Assistant
    from tui.progress import ProgressBar

    adjustment = fitted.adjustment
    model = parsed.model[0] if parsed.model else None
    with ProgressBar() as bar, _opened(parsed, questions, model, bar.show) as (index, _):
        if adjustment is not None:
            Assistant(Retriever(index)).adjust_confidence(adjustment.slope, adjustment.shift)
        index.set_threshold(fitted.threshold)
    print(
        f"\nThe threshold {fitted.threshold:.2f} is kept in the index. Mean f1 of "
        f"{fitted.questions} questions, abstaining counted as right where there is no answer: "
        f"{fitted.before:.3f} before, {fitted.after:.3f} to be expected now."
    )
    if adjustment is None:
        print("Confidence stays as it is: too few questions to fit it to, or nothing to gain.")
    else:
        print(
            f"Confidence is fitted to your questions, too: calibration error "
            f"{adjustment.before:.3f} before, {adjustment.after:.3f} to be expected now."
        )


def _configurations(parsed: argparse.Namespace) -> list[_Configuration]:
    models, modes, ks = parsed.model or [None], parsed.mode or ["hybrid"], parsed.k or [100]
    found = []
    for model, mode, k in itertools.product(
        *(dict.fromkeys(values) for values in (models, modes, ks))
    ):
        parts = [mode] if parsed.setting == "open" else ["reading"]
        if len(models) > 1:
            parts.append(Path(model).name)
        if len(ks) > 1:
            parts.append(f"k={k}")
        found.append(_Configuration(" ".join(parts), model, mode, k))
    return found


def _check_options(parsed: argparse.Namespace, configurations: Sequence[_Configuration]) -> None:
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
        raise UsageError("--fit-threshold takes one --mode, --model and -k")
    if parsed.index and len(set(parsed.model or ())) > 1:
        raise UsageError("an index has one model: leave --index out to compare several")
    taken = {os.path.realpath(parsed.questions): "the question set"}
    for name in ("json", "run", "qrels", "predictions", "report", "cache"):
        if (path := getattr(parsed, name)) is None:
            continue
        if other := taken.get(os.path.realpath(path)):
            raise UsageError(f"--{name} {path} is {other}: name another file")
        taken[os.path.realpath(path)] = f"the file of --{name}"
        _check_writable(Path(path), name)


def _check_writable(path: Path, option: str) -> None:
    if path.is_dir():
        raise UsageError(f"--{option} {path} is a folder: name a file")
    if not path.parent.is_dir():
        raise UsageError(f"--{option} {path}: there is no folder {path.parent}")
    there = path.exists()
    try:
        # Whether a file can be written shows only when it is opened.
        path.open("ab").close()
        if not there:
            path.unlink()
    except OSError as error:
        raise UsageError(
            f"--{option} {path} cannot be written ({error.strerror}): name another file"
        ) from error


def _check_against(parsed: argparse.Namespace, questions: QuestionSet) -> list[str]:
    """The measures of retrieval to compute beside the usual ones, all of them known.

    Raises:
        UsageError: something is asked for that the question set has no labels for.
    """
    from qa.evaluation import (
        ABSTENTION_MEASURES,
        ANSWER_MEASURES,
        UnknownMeasure,
        measure_named,
    )

    retrieval = list(parsed.measure)
    for name, _ in parsed.fail_under:
        if name in ABSTENTION_MEASURES or name in ANSWER_MEASURES:
            if not questions.has_answers:
                raise UsageError(f"--fail-under {name}: {questions.name} has no answers")
        else:
            retrieval.append(name)
            if parsed.setting == "reading" or not questions.has_relevant:
                raise UsageError(f"--fail-under {name}: nothing is labelled for it here")
    try:
        for name in retrieval:
            measure_named(name)
    except UnknownMeasure as error:
        raise UsageError(str(error)) from error
    if parsed.predictions and not questions.has_answers:
        raise UsageError(f"--predictions: {questions.name} has no answers to be found")
    if parsed.setting == "reading" and not questions.has_answers:
        raise UsageError(f"--setting reading: {questions.name} has no answers to be found")
    if parsed.fit_threshold and questions.corpus is not None and not parsed.index:
        raise UsageError("--fit-threshold keeps a threshold in an index: name it with --index")
    return retrieval


def _measured(
    parsed: argparse.Namespace,
    questions: QuestionSet,
    configurations: Sequence[_Configuration],
    measures: Sequence[str],
) -> list[Evaluation]:
    from index import Retriever
    from qa import Assistant
    from qa.evaluation import evaluate
    from tui.progress import ProgressBar

    found: list[Evaluation] = []
    with ProgressBar() as bar:
        for model, group in itertools.groupby(configurations, lambda one: one.model):
            members = list(group)
            with _opened(parsed, questions, model, bar.show) as (index, seconds):
                retriever = Retriever(index)
                assistant = None
                if questions.has_answers or any(one.mode == "reranked" for one in members):
                    assistant = Assistant(retriever, progress=bar.show)
                    if assistant.notice:
                        print(assistant.notice, file=sys.stderr)
                found += [
                    evaluate(
                        questions,
                        retriever,
                        assistant=assistant,
                        setting=parsed.setting,
                        mode=one.mode,
                        k=one.k,
                        measures=measures,
                        name=one.name,
                        cache=Path(parsed.cache) if parsed.cache else None,
                        index_seconds=seconds,
                        progress=bar.show,
                    )
                    for one in members
                ]
    return found


@contextmanager
def _opened(
    parsed: argparse.Namespace, questions: QuestionSet, model: str | None, progress: Tell
) -> Iterator[tuple[Index, float | None]]:
    """The index that the questions are about, and the seconds that making it took."""
    from index import Index
    from qa.evaluation import open_corpus
    from tui.opening import default_index

    if questions.corpus is None:
        folder = parsed.index or default_index()
        with Index.open(folder, model=model, progress=progress) as index:
            yield index, None
        return
    place = Path(parsed.index) if parsed.index else None
    opened = open_corpus(questions.corpus, place, model=model, progress=progress)
    with opened.index:
        yield opened.index, opened.seconds


def _compared(evaluations: Sequence[Evaluation], before: Scored | None) -> Comparison | None:
    """The first configuration against what was measured before, or else against the others."""
    from qa.evaluation import compare

    if before is not None:
        return compare(before, *evaluations)
    return compare(*evaluations) if len(evaluations) > 1 else None


def _write(
    parsed: argparse.Namespace, evaluations: Sequence[Evaluation], comparison: Comparison | None
) -> None:
    from qa.evaluation import write_predictions, write_qrels, write_run

    first, *others = evaluations
    if parsed.json:
        whole = first.to_dict()
        if others:
            whole["others"] = [other.to_dict() for other in others]
        if comparison is not None:
            whole["comparison"] = comparison.to_dict()
        with _file(parsed.json) as stream:
            # Escaped to ASCII: file names need not be valid Unicode.
            json.dump(whole, stream, indent=2, allow_nan=False)
            stream.write("\n")
    for evaluation in evaluations:
        name = evaluation.name if others else None
        if parsed.run:
            with _file(_named(parsed.run, name)) as stream:
                write_run(
                    stream,
                    (
                        (result.id, [(ranked.document, ranked.score) for ranked in result.ranking])
                        for result in evaluation.questions
                    ),
                )
        if parsed.predictions:
            with _file(_named(parsed.predictions, name)) as stream:
                write_predictions(stream, evaluation)
    if parsed.qrels:
        with _file(parsed.qrels) as stream:
            write_qrels(stream, {r.id: r.relevant for r in first.questions if r.relevant})
    if parsed.report:
        from qa.evaluation import write_report

        write_report(first, Path(parsed.report), comparison)


def _named(path: str, name: str | None) -> str:
    """The file of one configuration of several: `run.txt` becomes `run.bm25.txt`."""
    if name is None:
        return path
    whole = Path(path)
    return str(whole.with_name(f"{whole.stem}.{name.replace(' ', '-')}{whole.suffix}"))


@contextmanager
def _file(path: str) -> Iterator[TextIO]:
    with Path(path).open("w", encoding="utf-8", newline="\n") as stream:
        yield stream


def _verdict(
    parsed: argparse.Namespace, evaluations: Sequence[Evaluation], comparison: Comparison | None
) -> int:
    """1 where a measure has fallen below what was asked for, which is said; else 0."""
    from qa.evaluation import LESS_IS_BETTER

    fallen = []
    for evaluation in evaluations:
        for name, limit in parsed.fail_under:
            estimate = evaluation.measures.get(name)
            if estimate is None:
                fallen.append(f"{evaluation.name}: {name} cannot be measured on this set")
            elif name in LESS_IS_BETTER and estimate.value > limit:
                fallen.append(f"{evaluation.name}: {name} is {estimate.value:.4f}, over {limit:g}")
            elif name not in LESS_IS_BETTER and estimate.value < limit:
                fallen.append(f"{evaluation.name}: {name} is {estimate.value:.4f}, under {limit:g}")
    if comparison is not None and parsed.max_drop is not None:
        fallen += [
            f"{one.new_name}: {one.measure} has gone from {one.old:.4f} to {one.new:.4f}, "
            f"worse by more than {parsed.max_drop:g}"
            for one in comparison.differences
            if (one.difference if one.measure in LESS_IS_BETTER else -one.difference)
            > parsed.max_drop + 1e-9
        ]
    for line in fallen:
        print(f"quoteback: {line}", file=sys.stderr)
    return _FAILURE if fallen else 0


# questions check


def _check(parsed: argparse.Namespace) -> int:
    from index import Index
    from qa.evaluation import check
    from tui.opening import chosen_index
    from tui.visible import visible

    path = Path(parsed.questions)
    folder = chosen_index(parsed.index)
    if folder is not None:
        with Index.open(folder) as index:
            questions, problems = check(path, index)
    else:
        questions, problems = check(path)
    for problem in problems:
        print(f"{'error' if problem.fatal else 'warning'}: {visible(str(problem))}")
    if questions is not None:
        answerable = sum(bool(question.answers) for question in questions.questions)
        unanswerable = sum(question.answers == () for question in questions.questions)
        labelled = sum(bool(q.relevant or q.document) for q in questions.questions)
        count = len(questions.questions)
        print(
            f"{count} question{'' if count == 1 else 's'}: {answerable} with an answer, "
            f"{unanswerable} without, {labelled} with a document"
        )
        if folder is None and questions.corpus is None:
            print(
                "Nothing is indexed yet: documents and answers are not looked for. Name an index "
                "with --index.",
                file=sys.stderr,
            )
    return _FAILURE if any(problem.fatal for problem in problems) else 0
