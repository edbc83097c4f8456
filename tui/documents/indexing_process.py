"""Indexing in a process of its own, told to stop by the end of its input.

`python -m tui.documents.indexing_process --index DIR add PATH...`
(or `update`, `remove PATH...`, `watch PATH...`)
prints an object a line: `{"progress": …}`, `{"report": …}`, at the end perhaps `{"error": …}`,
and now and then with it `"counts"`: the numbers of documents and of passages.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from index import Progress, QuotebackError

if TYPE_CHECKING:
    from index import Index

# How much this yields to others, and the seconds between two tellings of progress or counts.
_NICE = 10
_PAUSE, _COUNT_PAUSE = 0.1, 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one job; returns the exit code."""
    parsed = _parser().parse_args(arguments)
    threading.Thread(target=_end_with_input, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    try:
        _work(parsed, _Teller())
    except (QuotebackError, OSError) as error:
        _print({"error": str(error)})
        return 1
    return 0


def _work(parsed: argparse.Namespace, teller: _Teller) -> None:
    from index import watch
    from tui.common.json_records import report_record
    from tui.common.opening import open_or_create

    with open_or_create(parsed.index, parsed.model, teller.show) as index:
        teller.index = index
        show = teller.show
        if parsed.job == "watch":
            for report in watch(index, parsed.path or index.status().folders, progress=show):
                teller.report(report_record(report))
        elif parsed.job == "remove":
            teller.report({"removed": index.remove(parsed.path, progress=show)})
        else:
            add = parsed.job == "add"
            report = index.add(parsed.path, progress=show) if add else index.update(progress=show)
            teller.report(report_record(report))


class _Teller:
    """Prints progress, but not every step of it."""

    def __init__(self) -> None:
        self.index: Index | None = None
        self._stage = ""
        self._last = self._last_count = 0.0

    def show(self, step: Progress) -> None:
        now = time.monotonic()
        if step.stage == self._stage and now - self._last < _PAUSE:
            return
        self._stage, self._last = step.stage, now
        progress = {
            "stage": step.stage,
            "done": step.done,
            "total": step.total,
            "current": step.current,
        }
        due = now - self._last_count >= _COUNT_PAUSE
        _print({"progress": progress} | (self._counts() if due else {}))

    def report(self, record: dict[str, Any]) -> None:
        _print({"report": record} | self._counts())

    def _counts(self) -> dict[str, Any]:
        self._last_count = time.monotonic()
        return {} if self.index is None else {"counts": self.index.counts}


def _print(record: dict[str, Any]) -> None:
    print(json.dumps(record), flush=True)


def _end_with_input() -> None:
    # Not by `sys.stdin`: its lock, held here, would bring down the interpreter at its end.
    while os.read(0, 4096):
        pass
    # Whoever wanted this has gone. An index survives the end of its writer at any moment.
    os._exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tui.documents.indexing_process")
    parser.add_argument("--index", required=True)
    parser.add_argument("--model", help="of an index yet to be made")
    parser.add_argument("job", choices=("add", "update", "remove", "watch"))
    parser.add_argument("path", nargs="*")
    return parser


if __name__ == "__main__":
    sys.exit(main())
