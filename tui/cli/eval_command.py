"""The commands `eval` and `questions`: measure on a question set, and check one."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from index import OtherModel, QuotebackError
from tui.cli.argument_types import filled
from tui.cli.eval_options import (
    Configuration,
    add_options,
    check_against,
    check_options,
    configurations,
)
from tui.cli.main import UsageError
from tui.common.atomic_write import atomic_write

if TYPE_CHECKING:
    from index import Index, Progress
    from qa.evaluation import (
        Comparison,
        Evaluation,
        FittedThreshold,
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
    add_options(made)

    text = "Check a question set."
    questions = commands.add_parser("questions", help=text, description=text)
    inner = questions.add_subparsers(metavar="COMMAND", required=True)
    text = "Say what is wrong with a question set, line by line."
    made = inner.add_parser("check", help=text, description=text, parents=[where])
    made.set_defaults(command=_check)
    made.add_argument(
        "questions", type=filled, metavar="FILE", help="a question set, as `eval` reads it"
    )
    made.add_argument("--json", action="store_true", help="print one JSON object")


def _check(parsed: argparse.Namespace) -> int:
    from tui.cli.questions_command import check_questions

    return check_questions(parsed)


def _eval(parsed: argparse.Namespace) -> int:
    from qa.evaluation import QuestionSet, Scored, fit_threshold

    chosen = configurations(parsed)
    check_options(parsed, chosen)
    questions = QuestionSet.load(parsed.questions)
    before = Scored.load(parsed.compare) if parsed.compare else None
    measures = check_against(parsed, questions, before)
    try:
        evaluations = _measured(parsed, questions, chosen, measures)
    except KeyboardInterrupt:
        how = "run it again to go on" if parsed.cache else "with --cache FILE it can go on later"
        print(f"quoteback: stopped; {how}", file=sys.stderr)
        return _FAILURE
    comparison = _compared(evaluations, before)
    _write(parsed, evaluations, comparison)
    fitted = fit_threshold(evaluations[0]) if parsed.fit_threshold else None
    if fitted is not None:
        # Before anything is printed, which nobody may read to its end.
        _keep(fitted, parsed, questions)
    from tui.cli.eval_tables import print_evaluations, print_fitted

    print_evaluations(evaluations, comparison)
    if fitted is not None:
        print_fitted(fitted)
    return _verdict(parsed, evaluations, comparison if before else None)


def _keep(fitted: FittedThreshold, parsed: argparse.Namespace, questions: QuestionSet) -> None:
    from index import Retriever
    from qa import Assistant
    from tui.cli.progress import ProgressBar

    adjustment = fitted.adjustment
    model = parsed.model[0] if parsed.model else None
    with ProgressBar() as bar, _opened(parsed, questions, model, bar.show) as (index, _):
        if adjustment is not None:
            Assistant(Retriever(index)).adjust_confidence(adjustment.slope, adjustment.shift)
        index.set_threshold(fitted.threshold)


def _measured(
    parsed: argparse.Namespace,
    questions: QuestionSet,
    chosen: Sequence[Configuration],
    measures: Sequence[str],
) -> list[Evaluation]:
    from index import Retriever
    from qa import Assistant
    from qa.evaluation import evaluate
    from tui.cli.progress import ProgressBar

    found: list[Evaluation] = []
    with ProgressBar() as bar:
        for model, group in itertools.groupby(chosen, lambda one: one.model):
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
                        k=parsed.k or 100,
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
    from qa.evaluation import open_corpus

    if questions.corpus is None:
        with _own_index(parsed.index, model, progress) as index:
            yield index, None
        return
    place = Path(parsed.index) if parsed.index else None
    opened = open_corpus(questions.corpus, place, model=model, progress=progress)
    with opened.index:
        yield opened.index, opened.seconds


def _own_index(named: str | None, model: str | None, progress: Tell) -> Index:
    from index import Index, default_index

    folder = named or default_index()
    try:
        return Index.open(folder, model=model, progress=progress)
    except OtherModel as error:
        raise UsageError(
            f"{model} is not the model of {folder}: leave --model out (`quoteback status` says "
            f"what it is), or name an index made by `quoteback index --model {model}`"
        ) from error


def _compared(evaluations: Sequence[Evaluation], before: Scored | None) -> Comparison | None:
    """The first configuration against what was measured before, or else against the others."""
    from qa.evaluation import compare

    if before is not None:
        return compare(before, *evaluations)
    return compare(*evaluations) if len(evaluations) > 1 else None


def _write(
    parsed: argparse.Namespace, evaluations: Sequence[Evaluation], comparison: Comparison | None
) -> None:
    from qa.evaluation import write_predictions, write_qrels, write_report, write_run

    first, *others = evaluations
    if parsed.json:
        whole = first.to_dict()
        if others:
            whole["others"] = [other.to_dict() for other in others]
        if comparison is not None:
            whole["comparison"] = comparison.to_dict()
        # Escaped to ASCII: file names need not be valid Unicode.
        text = json.dumps(whole, indent=2, allow_nan=False)
        with _file(parsed.json) as stream:
            stream.write(f"{text}\n")
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
        with _file(parsed.report) as stream:
            write_report(stream, first, comparison)


def _named(path: str, name: str | None) -> str:
    """The file of one configuration of several: `run.txt` becomes `run.bm25.txt`."""
    if name is None:
        return path
    whole = Path(path)
    part = name.replace(" ", "-").replace("/", "-")
    return str(whole.with_name(f"{whole.stem}.{part}{whole.suffix}"))


@contextmanager
def _file(name: str) -> Iterator[TextIO]:
    path = Path(name)
    try:
        with path.open("w", encoding="utf-8") if _is_stream(path) else atomic_write(path) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise QuotebackError(
            f"{name} cannot be written ({error.strerror}): name another file"
        ) from error


def _is_stream(path: Path) -> bool:
    """Whether nothing may take a file's place: a pipe, a device, or an open file's other name.

    Nor can it where only the file itself, and not its folder, may be written to.
    """
    if not path.exists():
        return False
    return (
        not path.is_file()
        or path.absolute().parts[1] in ("dev", "proc")
        or not os.access(path.resolve().parent, os.W_OK)
    )


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
