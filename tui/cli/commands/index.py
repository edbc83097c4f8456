"""The command `index`: bring an index in step with files, once or as they change."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from index import DEFAULT_MODEL, LANGUAGES_MODEL, Report
from index.filesystem import check_paths, is_address
from index.locations import EngineUrl, Location, default_index, read_location
from tui.cli.options import (
    FAILURE,
    UsageError,
    add_index_option,
    add_json_option,
    add_paths,
    name_index_in_commands,
    nonempty,
    shard,
)
from tui.cli.output import print_json

if TYPE_CHECKING:
    from index import Cost, Index, Progress

# Names in a line, and characters of a name.
_NAMES, _LONGEST_NAME = 3, 40
# The note of an index that its person was asked which model it takes, and the question.
_ASKED = "asked for languages"
_QUESTION = (
    "Embed all passages anew, to find them by meaning in all languages? Indexing takes three times "
    "as long then. [y/N]"
)


def add_index_options(parser: argparse.ArgumentParser) -> None:
    add_paths(parser)
    add_index_option(parser)
    add_json_option(parser)
    for option, what in (
        ("--include", "take only files that match"),
        ("--exclude", "leave out what matches"),
    ):
        parser.add_argument(
            option,
            action="append",
            type=nonempty,
            metavar="GLOB",
            help=f"of folders, {what}, as in .gitignore; repeatable, remembered",
        )
    parser.add_argument(
        "--archives",
        action=argparse.BooleanOptionalAction,
        help="open archives (ZIP, TAR) as folders; remembered",
    )
    parser.add_argument(
        "--shard",
        type=shard,
        metavar="I/N",
        help="take the I-th of N parts of the files, while other processes take the others; for an "
        "index in an engine that takes many writers",
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help="keep in step as files change (Ctrl-C ends it); with --json, an object a line",
    )
    parser.add_argument(
        "--engine-report",
        action="store_true",
        help="say at the end what the index costs in its engine: disk by part, memory, and the "
        "time of a question",
    )
    parser.add_argument(
        "--model",
        type=nonempty,
        metavar="M",
        help="embedding model: a folder or a name (default: that of the index; of a new one, as in "
        f"the settings, else {DEFAULT_MODEL}); `{LANGUAGES_MODEL}`, of that part, finds "
        "by meaning in all languages, and embeds an index anew",
    )


def run_index(options: argparse.Namespace) -> int:
    from index import measure_cost, watch
    from qa import visible
    from tui.cli.progress import ProgressBar

    if options.shard and options.watch:
        raise UsageError("--watch takes all files: leave out --shard")
    if options.engine_report and options.watch:
        raise UsageError("--engine-report stands at the end of a run: leave out --watch")
    if options.watch and any(map(is_address, options.path)):
        raise UsageError("--watch takes files and folders: a page is fetched each time it is named")
    check_paths(path for path in options.path if not is_address(path))
    location = read_location(options.index) if options.index else default_index()
    if options.shard and not isinstance(location, EngineUrl):
        # Found out before an index is made.
        raise UsageError(
            f"{visible(str(location))} is a folder, which takes one writer: leave out --shard, or "
            f"name an index in an engine"
        )
    with (
        ProgressBar() as bar,
        _open(location, options.model, bar.show) as index,
        _stop_on_interrupt(),
    ):
        try:
            rules = {name: getattr(options, name) for name in ("include", "exclude", "archives")}
            if options.watch:
                for report in watch(index, options.path, **rules, progress=bar.show):
                    _print_report(index, report, None, options, watching=True)
            else:
                report = index.add(options.path, **rules, shard=options.shard, progress=bar.show)
                cost = measure_cost(index) if options.engine_report else None
                _print_report(index, report, cost, options, watching=False)
                if not (options.json or options.model) and _takes_languages(index):
                    index.change_model(LANGUAGES_MODEL, progress=bar.show)
                    index.add([], progress=bar.show)
                    print("All passages are found by meaning now.")
        except KeyboardInterrupt:
            return _print_stop(index, watching=options.watch)
    return 0


def _open(location: Location, model: str | None, progress: Callable[[Progress], None]) -> Index:
    """Open the index, or make it.

    A model in the options must be that of the index, or one that can take its place.
    """
    from index import Index, OtherModel
    from tui.common.index_choice import open_or_create
    from tui.settings.file import read_settings

    if model is not None:
        try:
            return Index.open(location, create=True, model=model, progress=progress)
        except OtherModel:
            index = Index.open(location, progress=progress)
            index.change_model(model, progress=progress)
            return index
    return open_or_create(location, read_settings().model, progress)


def _print_report(
    index: Index, report: Report, cost: Cost | None, options: argparse.Namespace, watching: bool
) -> None:
    """Print what was done; while watching, on one line that begins with the time."""
    from qa import counted, encode_cost, encode_report, visible
    from tui.cli.printing import print_cost

    if options.json:
        costs = {} if cost is None else {"cost": encode_cost(cost)}
        print_json({**encode_report(report), **costs}, lines=watching)
    else:
        documents, passages = index.counts
        when = time.strftime("%H:%M:%S  ") if watching else ""
        size = f"{counted(documents, 'document')}, {counted(passages, 'passage')}"
        print(f"{when}{_summarise(report)}; {size} in {visible(str(index.location))}")
        if cost is not None:
            print_cost(cost)
    sys.stdout.flush()
    if not options.json:
        advice = index.advice if (report.added or report.updated) and not watching else None
        said = [visible(name_index_in_commands(advice, options.index))] if advice else []
        for line in (*_surprises(report), *said):
            print(f"quoteback: {line}", file=sys.stderr)
    for failure in report.failed:
        line = visible(f"{failure.path}: {failure.reason}").replace("\n", " ")
        print(f"quoteback: not indexed: {line}", file=sys.stderr)


def _takes_languages(index: Index) -> bool:
    """Whether the person wants the model of the part `languages`, if it suits the index better.

    It is asked once for an index, and only at a terminal.
    """
    from index.models import has_languages_model

    if isinstance(index.location, EngineUrl) or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    if not has_languages_model() or index.read_note(_ASKED) or not index.has_other_languages:
        return False
    print(_QUESTION, end=" ", file=sys.stderr, flush=True)
    try:
        is_wanted = sys.stdin.readline().strip().lower() in ("y", "yes")
    except KeyboardInterrupt:
        is_wanted = False
    index.write_note(_ASKED, "yes" if is_wanted else "no")
    return is_wanted


def _summarise(report: Report) -> str:
    parts = [
        f"{report.added:,} added",
        f"{report.updated:,} updated",
        *([f"{report.moved:,} moved"] if report.moved else []),
        f"{report.removed:,} removed",
        f"{report.unchanged:,} unchanged",
        f"{len(report.failed):,} failed",
    ]
    if report.skipped:
        reasons = sorted(report.skipped.reasons.items(), key=lambda pair: -pair[1])
        why = ", ".join(f"{count:,} {reason}" for reason, count in reasons)
        parts.append(f"{len(report.skipped):,} left out ({why})")
    return ", ".join(parts)


def _surprises(report: Report) -> Iterator[str]:
    """A line for each reason to leave files out that nobody has given, with their names."""
    from index import is_surprising
    from tui.common.presentation.wording import shorten_line

    for reason, count in report.skipped.reasons.items():
        if not is_surprising(reason):
            continue
        paths = [each.path for each in report.skipped.listed if each.reason == reason][:_NAMES]
        names = ", ".join(shorten_line(Path(path).name, _LONGEST_NAME) for path in paths)
        more = f" and {count - len(paths):,} more" if count > len(paths) else ""
        if paths:
            yield f"left out, {reason}: {names}{more}"


def _print_stop(index: Index, watching: bool) -> int:
    """Print what is done, after Ctrl-C; returns the exit code. That is how watching ends."""
    from qa import counted

    documents, passages = index.counts
    print(
        f"quoteback: stopped: {counted(documents, 'document')} indexed, {index.embedded:,} of "
        f"{counted(passages, 'passage')} embedded"
        + ("" if watching else "; the same command goes on from there"),
        file=sys.stderr,
    )
    return 0 if watching else FAILURE


@contextmanager
def _stop_on_interrupt() -> Iterator[None]:
    """Let the first Ctrl-C stop in good order, which takes a moment, and the second end at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_: int, __: FrameType | None) -> None:
        os._exit(FAILURE)

    def stop(_: int, __: FrameType | None) -> None:
        signal.signal(signal.SIGINT, end)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
