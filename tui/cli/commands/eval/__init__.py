"""The command `eval`: measure on a question set, compare, and fail if quality has fallen."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index import OtherModel, Progress
from index.locations import read_location
from qa import DOCUMENTS_RANKED
from tui.cli.commands.eval.options import (
    Configuration,
    add_eval_options,  # noqa: F401
    check_labels,
    check_options,
    list_configurations,
)
from tui.cli.options import FAILURE, UsageError
from tui.cli.question import make_assistant

if TYPE_CHECKING:
    from index import Index, Promise
    from qa.evaluation import (
        Comparison,
        ConfigurationScores,
        Evaluation,
        FittedThreshold,
        QuestionSet,
    )
    from tui.settings.settings import Settings

# A difference smaller than this comes from rounding.
_ROUNDING = 1e-9

ShowProgress = Callable[[Progress], None]


def run_eval(options: argparse.Namespace) -> int:
    from qa.evaluation import ConfigurationScores, QuestionSet, TooFewQuestions
    from tui.cli.commands.eval.output import print_evaluations, print_fitted, write_files
    from tui.locations import settings_file
    from tui.settings.file import read_settings

    settings = read_settings()
    configurations = list_configurations(options, settings.mode)
    check_options(options, configurations)
    questions = QuestionSet.load(options.questions)
    before = ConfigurationScores.load(options.compare) if options.compare else None
    measures = check_labels(options, questions, before)
    try:
        evaluations = _measure(options, questions, configurations, measures, settings)
    except KeyboardInterrupt:
        how = "run it again to go on" if options.cache else "with --cache FILE it can go on later"
        print(f"quoteback: stopped; {how}", file=sys.stderr)
        return FAILURE
    comparison = _compare(evaluations, before)
    fitted = unfit = None
    if options.fit_threshold:
        try:
            fitted = _fit(evaluations[0], options)
        except TooFewQuestions as error:
            unfit = str(error)
    write_files(options, evaluations, comparison, fitted)
    if fitted is not None:
        # Printing may fail, since nobody need read it to its end.
        _keep_threshold(fitted, options, questions, settings)
        if settings.threshold is not None:
            print(
                "quoteback: the fitted threshold is kept in the index, but that of "
                f"{settings_file()} goes first: take it out to use the fitted one",
                file=sys.stderr,
            )
    print_evaluations(evaluations, comparison)
    if fitted is not None:
        print_fitted(fitted)
    failures = [
        *([unfit] if unfit else []),
        *_list_misses(evaluations, options.fail_under),
        *(_list_drops(comparison, options.max_drop) if comparison and before else ()),
    ]
    for line in failures:
        print(f"quoteback: {line}", file=sys.stderr)
    return FAILURE if failures else 0


def _measure(
    options: argparse.Namespace,
    questions: QuestionSet,
    configurations: Sequence[Configuration],
    measures: Sequence[str],
    settings: Settings,
) -> list[Evaluation]:
    from index import Retriever
    from qa.evaluation import evaluate
    from tui.cli.progress import ProgressBar

    evaluations: list[Evaluation] = []
    with ProgressBar() as bar:
        for model, group in itertools.groupby(configurations, lambda each: each.model):
            members = list(group)
            with _open_documents(options, questions, model, bar.show) as (index, seconds):
                if options.fit_threshold:
                    index.check_writable()
                retriever = Retriever(index)
                assistant = None
                if questions.has_answers or any(each.mode == "reranked" for each in members):
                    assistant = make_assistant(retriever, settings, bar.show)
                    if assistant.notice:
                        print(assistant.notice, file=sys.stderr)
                evaluations += [
                    evaluate(
                        questions,
                        retriever,
                        assistant=assistant,
                        setting=options.setting,
                        mode=each.mode,
                        k=options.k or DOCUMENTS_RANKED,
                        passages_read=settings.k,
                        measures=measures,
                        name=each.name,
                        cache=Path(options.cache) if options.cache else None,
                        index_seconds=seconds,
                        progress=bar.show,
                    )
                    for each in members
                ]
    return evaluations


@contextmanager
def _open_documents(
    options: argparse.Namespace, questions: QuestionSet, model: str | None, progress: ShowProgress
) -> Iterator[tuple[Index, float | None]]:
    """Open the index that the questions are about; gives the seconds that making it took, too."""
    from qa.evaluation import open_corpus

    if questions.corpus is None:
        with _open_own_index(options.index, model, progress) as index:
            yield index, None
        return
    location = read_location(options.index) if options.index else None
    corpus = open_corpus(questions.corpus, location, model=model, progress=progress)
    with corpus.index:
        yield corpus.index, corpus.seconds


def _open_own_index(named: str | None, model: str | None, progress: ShowProgress) -> Index:
    from index import Index
    from tui.common.index_choice import require_index

    location = require_index(named)
    try:
        return Index.open(location, model=model, progress=progress)
    except OtherModel as error:
        raise UsageError(
            f"{model} is not the model of {location}: leave --model out (`quoteback status` says "
            f"what it is), or name an index made by `quoteback index --model {model}`"
        ) from error


def _fit(evaluation: Evaluation, options: argparse.Namespace) -> FittedThreshold | Promise:
    from qa.evaluation import fit_promise, fit_threshold

    if options.at_most is None:
        return fit_threshold(evaluation)
    return fit_promise(evaluation, options.at_most, options.risk or "shown")


def _keep_threshold(
    fitted: FittedThreshold | Promise,
    options: argparse.Namespace,
    questions: QuestionSet,
    settings: Settings,
) -> None:
    """Keep the threshold in the index, with its promise, or how confidence was adjusted."""
    from index import Promise, Retriever
    from tui.cli.progress import ProgressBar

    model = options.model[0] if options.model else None
    with ProgressBar() as bar, _open_documents(options, questions, model, bar.show) as (index, _):
        if isinstance(fitted, Promise):
            index.set_promise(fitted)
            return
        if (adjustment := fitted.adjustment) is not None:
            assistant = make_assistant(Retriever(index), settings, bar.show)
            assistant.adjust_confidence(adjustment.slope, adjustment.shift)
        index.set_threshold(fitted.threshold)


def _compare(
    evaluations: Sequence[Evaluation], before: ConfigurationScores | None
) -> Comparison | None:
    """Compare with an earlier evaluation; without one, the first configuration with the others."""
    from qa.evaluation import compare

    if before is not None:
        return compare(before, *evaluations)
    return compare(*evaluations) if len(evaluations) > 1 else None


def _list_misses(
    evaluations: Sequence[Evaluation], limits: Sequence[tuple[str, float]]
) -> Iterator[str]:
    """A line for each measure that misses its limit."""
    from qa.evaluation import LESS_IS_BETTER

    for evaluation in evaluations:
        for name, limit in limits:
            estimate = evaluation.measures.get(name)
            if estimate is None:
                yield f"{evaluation.name}: {name} cannot be measured on this set"
            elif name in LESS_IS_BETTER and estimate.value > limit:
                yield f"{evaluation.name}: {name} is {estimate.value:.4f}, over {limit:g}"
            elif name not in LESS_IS_BETTER and estimate.value < limit:
                yield f"{evaluation.name}: {name} is {estimate.value:.4f}, under {limit:g}"


def _list_drops(comparison: Comparison, max_drop: float | None) -> Iterator[str]:
    """A line for each measure that is worse than before by more than `max_drop`."""
    from qa.evaluation import LESS_IS_BETTER

    if max_drop is None:
        return
    for each in comparison.differences:
        drop = each.difference if each.measure in LESS_IS_BETTER else -each.difference
        if drop > max_drop + _ROUNDING:
            yield (
                f"{each.new_name}: {each.measure} has gone from {each.old:.4f} to {each.new:.4f}, "
                f"worse by more than {max_drop:g}"
            )
