"""What `eval` writes and prints: files of figures, rankings, answers and a report; and tables.

Tables show the effect first, then its significance.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from index import Promise, QuotebackError, describe_promise, describe_size
from qa import counted, encode_promise, visible
from qa.evaluation import (
    MAIN_MEASURES,
    explain,
    make_report,
    write_predictions,
    write_qrels,
    write_run,
)
from tui.cli.commands.eval.options import name_file
from tui.common.files import atomic_write

if TYPE_CHECKING:
    from qa.evaluation import Comparison, Estimate, Evaluation, FittedThreshold

# Characters of a line in a pipe, which has no width of its own.
_PIPE_WIDTH = 160
# Questions that changed most.
_CHANGES = 10
# Width of the measures with their explanations, and of each configuration's column.
_MEASURES_WIDTH, _COLUMN_WIDTH = 70, 20


def write_files(
    options: argparse.Namespace,
    evaluations: Sequence[Evaluation],
    comparison: Comparison | None,
    fitted: FittedThreshold | Promise | None,
) -> None:
    """Write the files that the options name.

    Args:
        fitted: the threshold, if one was fitted.

    Raises:
        QuotebackError: one cannot be written.
    """
    first, *others = evaluations
    if options.json:
        whole = first.to_dict()
        if others:
            whole["others"] = [other.to_dict() for other in others]
        if comparison is not None:
            whole["comparison"] = asdict(comparison)
        if options.at_most is not None:
            whole["promise"] = encode_promise(fitted if isinstance(fitted, Promise) else None)
        # Escaped to ASCII: file names need not be valid Unicode.
        text = json.dumps(whole, indent=2, allow_nan=False)
        with _open_file(options.json) as stream:
            stream.write(f"{text}\n")
    for evaluation in evaluations:
        name = evaluation.name if others else None
        if options.run:
            with _open_file(name_file(options.run, name)) as stream:
                rankings = (
                    (result.id, [(ranked.document, ranked.score) for ranked in result.ranking])
                    for result in evaluation.questions
                )
                write_run(stream, rankings)
        if options.predictions:
            with _open_file(name_file(options.predictions, name)) as stream:
                write_predictions(stream, evaluation)
    if options.qrels:
        with _open_file(options.qrels) as stream:
            write_qrels(stream, {r.id: r.relevant for r in first.questions if r.relevant})
    if options.report:
        with _open_file(options.report) as stream:
            stream.write(make_report(first, comparison))


@contextmanager
def _open_file(name: str) -> Iterator[TextIO]:
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
    """Whether to write into the file itself, and not to replace it by a new one.

    That goes for a pipe, a device, another name of an open file, and a file whose folder
    cannot be written to.
    """
    if not path.exists():
        return False
    return (
        not path.is_file()
        or path.absolute().parts[1] in ("dev", "proc")
        or not os.access(path.resolve().parent, os.W_OK)
    )


def print_evaluations(evaluations: Sequence[Evaluation], comparison: Comparison | None) -> None:
    """Print what was measured, in a column for each configuration.

    Then where questions were lost, the figures of each kind of question, and how the
    configurations differ.
    """
    console = Console(highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        _print(console, evaluations, comparison)
        return
    console.width = _PIPE_WIDTH
    with console.capture() as captured:
        _print(console, evaluations, comparison)
    # Rich fills lines up with blanks, which only a terminal needs.
    lines = captured.get().removesuffix("\n").split("\n")
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in lines)


def print_fitted(fitted: FittedThreshold | Promise) -> None:
    """Print what was fitted to the questions, and how much it is likely to help."""
    if isinstance(fitted, Promise):
        print(f"\nThe threshold {fitted.threshold:.2f} is kept in the index.")
        print(f"Promised for questions like yours: {describe_promise(fitted)}.")
        return
    print(
        f"\nThe threshold {fitted.threshold:.2f} is kept in the index. Mean f1 of "
        f"{fitted.questions} questions, abstaining counted as right where there is no answer: "
        f"{fitted.before:.3f} before, {fitted.after:.3f} to be expected now."
    )
    if fitted.adjustment is None:
        print("Confidence stays as it is: too few questions to fit it to, or nothing to gain.")
    else:
        print(
            f"Confidence is fitted to your questions, too: calibration error "
            f"{fitted.adjustment.before:.3f} before, {fitted.adjustment.after:.3f} to be "
            f"expected now."
        )


def _print(
    console: Console, evaluations: Sequence[Evaluation], comparison: Comparison | None
) -> None:
    first = evaluations[0]
    shared = [
        f"{name.replace('_', ' ')}: {value}"
        for name, value in first.config.items()
        if all(other.config.get(name) == value for other in evaluations)
    ]
    count = counted(len(first.questions), "question")
    console.print(Text(visible(f"{first.question_set}: {count} ({', '.join(shared)})")))
    explained = console.width >= _MEASURES_WIDTH + _COLUMN_WIDTH * len(evaluations)
    console.print(_tabulate_measures(evaluations, explained=explained))
    if not explained:
        console.print(_tabulate_explanations(first))
    if any(any(evaluation.stages.values()) for evaluation in evaluations):
        console.print(_tabulate_stages(evaluations))
    if len(first.kinds) > 1:
        console.print(_tabulate_kinds(evaluations))
    if comparison is not None:
        _print_comparison(console, comparison)
    _print_costs(console, evaluations)
    notes = [note for evaluation in evaluations for note in evaluation.notes]
    for note in dict.fromkeys([*notes, *(comparison.notes if comparison else ())]):
        console.print(Text(f"note: {visible(note)}", "dim"))


def _make_table(title: str, *columns: str, text: Sequence[str] = ()) -> Table:
    """A table: names in the first column, figures in the others, words in those in `text`."""
    table = Table(
        box=box.SIMPLE_HEAD,
        title=title,
        title_justify="left",
        title_style="bold",
        collapse_padding=True,
    )
    for number, column in enumerate(columns):
        # On a narrow terminal a figure is wrapped, never cut.
        words = not number or column in text
        table.add_column(visible(column), justify="left" if words else "right", overflow="fold")
    return table


def _tabulate_measures(evaluations: Sequence[Evaluation], explained: bool) -> Table:
    measures = evaluations[0].measures
    # Some questions may have labelled documents but no answers, or the other way round.
    several = len({estimate.questions for estimate in measures.values()}) > 1
    names = [evaluation.name for evaluation in evaluations]
    table = _make_table("", "measure", *(["questions"] if several else []), *names, text=names)
    if explained:
        table.add_column("what it says", style="dim")
    for name, estimate in measures.items():
        cells = [_format_estimate(one.measures.get(name)) for one in evaluations]
        count = [str(estimate.questions)] if several else []
        table.add_row(name, *count, *cells, *([explain(name)] if explained else []))
    return table


def _tabulate_explanations(evaluation: Evaluation) -> Table:
    table = _make_table("What they say", "measure")
    table.add_column("", style="dim")
    for name in evaluation.measures:
        table.add_row(name, explain(name))
    return table


def _format_estimate(estimate: Estimate | None) -> Text:
    if estimate is None:
        return Text("–")
    text = Text(f"{estimate.value:.4f}", "bold")
    if estimate.low is not None and estimate.high is not None:
        text.append(f" {estimate.low:.3f}–{estimate.high:.3f}", "not bold dim")
    return text


def _tabulate_stages(evaluations: Sequence[Evaluation]) -> Table:
    table = _make_table(
        "Where questions were lost", "stage", *(evaluation.name for evaluation in evaluations)
    )
    with_answers = any(one.answers for one in evaluations)
    for stage in evaluations[0].stages:
        if with_answers or any(one.stages[stage] for one in evaluations):
            table.add_row(str(stage), *(str(one.stages[stage]) for one in evaluations))
    right = "right" if with_answers else "relevant document near the top"
    counts = [
        sum(result.labelled and result.stage is None for result in one.questions)
        for one in evaluations
    ]
    table.add_row(right, *map(str, counts), style="bold")
    return table


def _tabulate_kinds(evaluations: Sequence[Evaluation]) -> Table:
    first = evaluations[0]
    measure = next((name for name in MAIN_MEASURES if name in first.measures), None)
    table = _make_table(
        f"By kind ({measure})",
        "kind",
        "questions",
        *(evaluation.name for evaluation in evaluations),
    )
    for figures in first.kinds:
        cells = []
        for one in evaluations:
            scores = next((k.scores for k in one.kinds if k.kind == figures.kind), {})
            value = scores.get(measure or "")
            cells.append("–" if value is None else f"{value:.3f}")
        table.add_row(visible(figures.kind), str(figures.questions), *cells)
    return table


def _print_costs(console: Console, evaluations: Sequence[Evaluation]) -> None:
    for one in evaluations:
        if one.latency is not None:
            console.print(
                f"{visible(one.name)}: {one.latency.p50:.1f} ms a question (median; 95 % within "
                f"{one.latency.p95:.1f}), {one.latency.questions_per_second:.1f} questions a second"
            )
    cost = evaluations[0].index_cost
    if cost is not None:
        made = f", made in {cost.seconds:.1f} s" if cost.seconds is not None else ""
        console.print(
            f"index: {counted(cost.documents, 'document')}, {counted(cost.passages, 'passage')}, "
            f"{describe_size(cost.bytes)}{made}"
        )


def _print_comparison(console: Console, comparison: Comparison) -> None:
    for (old, new), rows in groupby(comparison.differences, lambda d: (d.old_name, d.new_name)):
        table = _make_table(
            f"Differences from {visible(old)} to {visible(new)}",
            "measure",
            "from",
            "to",
            "difference",
            "95 % interval",
            "better / same / worse",
            "corrected p",
            "",
        )
        for row in rows:
            by_question = row.wins + row.ties + row.losses
            table.add_row(
                row.measure,
                f"{row.old:.4f}",
                f"{row.new:.4f}",
                Text(f"{row.difference:+.4f}", "bold" if row.significant else ""),
                "" if row.low is None else f"{row.low:+.3f} to {row.high:+.3f}",
                f"{row.wins} / {row.ties} / {row.losses}" if by_question else "",
                "" if row.p_corrected is None else f"{row.p_corrected:.4f}",
                "*" if row.significant else "",
            )
        console.print(table)
    if any(row.significant for row in comparison.differences):
        console.print(
            Text("* is more than chance: paired randomisation test, Holm's correction, .05", "dim")
        )
        console.print()
    if comparison.changed:
        changed = _make_table(
            "Changed most", "question", "measure", "from", "to", text=("from", "to")
        )
        for one in comparison.changed[:_CHANGES]:
            changed.add_row(
                _shorten(one.question, 60),
                one.measure,
                f"{visible(one.old_name)} {one.old:.2f} {_shorten(one.old_answer, 30)}".strip(),
                f"{visible(one.new_name)} {one.new:.2f} {_shorten(one.new_answer, 30)}".strip(),
            )
        console.print(changed)
        if len(comparison.changed) > _CHANGES:
            console.print(f"… and {len(comparison.changed) - _CHANGES} more (--json has them all)")
            console.print()


def _shorten(text: str, length: int) -> str:
    line = " ".join(visible(text).split())
    return line if len(line) <= length else line[: length - 1] + "…"
