"""Indexing in its own process, which ends when its standard input does.

`python -m tui.documents.indexing_process --index DIR add PATH...`
(or `update`, `remove PATH...`, `watch PATH...`)
prints one JSON object a line: `{"progress": …}` and `{"report": …}`, and `{"error": …}` if it
fails. An object may also have `"counts"`, the numbers of documents and of passages.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from index import Index, IndexInUse, Progress, QuotebackError, watch
from index.locations import default_index, read_location
from qa import encode_report
from tui.common.index_choice import open_or_create

_NICENESS = 10
# Seconds between two messages with progress, and between two with counts.
_PROGRESS_SECONDS, _COUNT_SECONDS = 0.1, 1.0
# Seconds before what another writer has kept from being done is tried again.
_RETRY_SECONDS = 0.2
_WAITING = Progress("waiting for another process that is writing", 0, 0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one job; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tui.documents.indexing_process")
    parser.add_argument("--index", help="the default one where not given")
    parser.add_argument("--model", help="for a new index")
    parser.add_argument("job", choices=("add", "update", "remove", "watch"))
    parser.add_argument("path", nargs="*")
    parsed = parser.parse_args(arguments)
    os.umask(0o077)
    threading.Thread(target=_exit_after_input, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        _run_job(parsed, _MessagePrinter())
    except (QuotebackError, OSError) as error:
        _print({"error": str(error)})
        return 1
    return 0


def _run_job(parsed: argparse.Namespace, printer: _MessagePrinter) -> None:
    location = read_location(parsed.index) if parsed.index else default_index()
    with open_or_create(location, parsed.model, printer.print_progress) as index:
        printer.index = index
        while True:
            try:
                _write(index, parsed, printer)
                return
            except IndexInUse:
                # The app can stop this at any moment: it waits as long as another writer takes.
                # Not every engine says meanwhile what is waited for.
                printer.print_progress(_WAITING)
                time.sleep(_RETRY_SECONDS)


def _write(index: Index, parsed: argparse.Namespace, printer: _MessagePrinter) -> None:
    show = printer.print_progress
    if parsed.job == "watch":
        for report in watch(index, parsed.path or index.status().folders, progress=show):
            printer.print_report(encode_report(report))
    elif parsed.job == "remove":
        printer.print_report({"removed": index.remove(parsed.path, progress=show)})
    else:
        add = parsed.job == "add"
        report = index.add(parsed.path, progress=show) if add else index.update(progress=show)
        printer.print_report(encode_report(report))


class _MessagePrinter:
    """Prints messages: progress at intervals, reports always."""

    def __init__(self) -> None:
        self.index: Index | None = None
        self._stage = ""
        self._last = self._last_count = 0.0

    def print_progress(self, step: Progress) -> None:
        now = time.monotonic()
        if step.stage == self._stage and now - self._last < _PROGRESS_SECONDS:
            return
        self._stage, self._last = step.stage, now
        progress = {
            "stage": step.stage,
            "done": step.done,
            "total": step.total,
            "current": step.current,
        }
        due = now - self._last_count >= _COUNT_SECONDS
        _print({"progress": progress} | (self._read_counts() if due else {}))

    def print_report(self, record: Mapping[str, Any]) -> None:
        _print({"report": record} | self._read_counts())

    def _read_counts(self) -> dict[str, Any]:
        self._last_count = time.monotonic()
        return {} if self.index is None else {"counts": self.index.counts}


def _print(record: dict[str, Any]) -> None:
    print(json.dumps(record), flush=True)


def _exit_after_input() -> None:
    # Not through `sys.stdin`: the interpreter cannot shut down while a thread holds its lock.
    while os.read(0, 4096):
        pass
    # The app has ended. An index survives the end of its writer at any moment.
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
