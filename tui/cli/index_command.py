"""The command `index`: bring an index in step with files, once or as they change."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from index import Index, Report, default_index, watch
from index.files import checked
from qa import counted, visible
from tui.cli.progress import ProgressBar
from tui.common.json_records import print_json, report_record

_FAILURE = 1
# Reasons to leave something out that a person has given: it is no surprise.
_ASKED_FOR = frozenset(("hidden", "ignored", "excluded", "not included", "removed"))
# Names in a line, and characters of one.
_NAMED, _LONGEST = 3, 40


def index_files(parsed: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    checked(parsed.path)
    folder = Path(parsed.index or default_index())
    with (
        ProgressBar() as bar,
        Index.open(folder, create=True, model=parsed.model, progress=bar.show) as index,
        _stoppable(),
    ):
        try:
            rules = {"include": parsed.include, "exclude": parsed.exclude}
            if parsed.watch:
                for report in watch(index, parsed.path, **rules, progress=bar.show):
                    _tell(index, report, parsed.json, lasting=True)
            else:
                report = index.add(parsed.path, **rules, progress=bar.show)
                _tell(index, report, parsed.json, lasting=False)
        except KeyboardInterrupt:
            return _stopped(index, watching=parsed.watch)
    return 0


def _tell(index: Index, report: Report, as_json: bool, lasting: bool) -> None:
    """Say what was done; while it goes on, a line each time."""
    if as_json:
        print_json(report_record(report), lines=lasting)
    else:
        documents, passages = index.counts
        when = time.strftime("%H:%M:%S  ") if lasting else ""
        holds = f"{counted(documents, 'document')}, {counted(passages, 'passage')}"
        print(f"{when}{_summary(report)}; {holds} in {visible(str(index.path))}")
    sys.stdout.flush()
    if not as_json:
        for line in _passed_by(report):
            print(f"quoteback: {line}", file=sys.stderr)
    for failure in report.failed:
        line = visible(f"{failure.path}: {failure.reason}").replace("\n", " ")
        print(f"quoteback: not indexed: {line}", file=sys.stderr)


def _summary(report: Report) -> str:
    parts = [
        f"{report.added} added",
        f"{report.updated} updated",
        *([f"{report.moved} moved"] if report.moved else []),
        f"{report.removed} removed",
        f"{report.unchanged} unchanged",
        f"{len(report.failed)} failed",
    ]
    if report.skipped:
        reasons = sorted(report.skipped.reasons.items(), key=lambda pair: -pair[1])
        why = ", ".join(f"{count} {reason}" for reason, count in reasons)
        parts.append(f"{len(report.skipped)} left out ({why})")
    return ", ".join(parts)


def _passed_by(report: Report) -> Iterator[str]:
    """Names of what nobody asked to be left out, a line for each reason."""
    for reason, count in report.skipped.reasons.items():
        if reason in _ASKED_FOR:
            continue
        paths = [each.path for each in report.skipped.listed if each.reason == reason][:_NAMED]
        names = ", ".join(_short(Path(path).name) for path in paths)
        more = f" and {count - len(paths)} more" if count > len(paths) else ""
        if paths:
            yield f"left out, {reason}: {names}{more}"


def _short(name: str) -> str:
    drawn = visible(name).replace("\n", " ")
    return drawn if len(drawn) <= _LONGEST else f"{drawn[: _LONGEST - 1]}…"


def _stopped(index: Index, watching: bool) -> int:
    """Say what is done, after Ctrl-C; while watching, that is how it ends."""
    documents, passages = index.counts
    print(
        f"quoteback: stopped: {counted(documents, 'document')} indexed, {index.embedded} of "
        f"{counted(passages, 'passage')} embedded"
        + ("" if watching else "; the same command goes on from there"),
        file=sys.stderr,
    )
    return 0 if watching else _FAILURE


@contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl-C stops in good order, which takes a moment; a second one ends at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_: int, __: FrameType | None) -> None:
        os._exit(_FAILURE)

    def stop(_: int, __: FrameType | None) -> None:
        signal.signal(signal.SIGINT, end)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
