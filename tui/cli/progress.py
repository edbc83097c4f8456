"""Long work on standard error: a bar with counts, rate and time, or quiet lines."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
)
from rich.progress import Task as RichTask
from rich.table import Column
from rich.text import Text

from index import Progress as Step
from qa import visible

# Seconds that a stage must last before it is shown.
_DELAY_SECONDS = 0.3
# Seconds between two lines about one stage, if there is no terminal to draw a bar on.
_LINE_SECONDS = 10.0
# What is counted, by stage. Several of these may go on at once.
_COUNTED = {
    "reading": "reading files",
    "embedding": "embedding passages",
    "copying": "copying passages",
}
# As long as this goes on, the total of that is not known: it grows with each file.
_READ, _EMBEDDED = "reading", "embedding"


class _Rate(ProgressColumn):
    def render(self, task: RichTask) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", "dim")


class _Time(ProgressColumn):
    """The time left; if it is not known, the time since the start."""

    def render(self, task: RichTask) -> Text:
        if task.time_remaining is not None:
            return Text(f"{_clock(task.time_remaining)} left", "cyan")
        return Text(_clock(task.elapsed or 0.0), "dim")


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


class ProgressBar:
    """Shows the steps of indexing and of compiling a model; `show` is the callback for both.

    Several stages may go on at once, each in a line of its own. Threads may share it.
    """

    def __init__(self) -> None:
        console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._live = console.is_terminal and not console.is_dumb_terminal
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            _Time(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[current]}", style="dim", markup=False),
            console=console,
            transient=True,
        )
        self._lock = threading.Lock()
        # By stage: when it began, its line in the bar, when the next line is printed.
        self._started: dict[str, float] = {}
        self._tasks: dict[str, TaskID] = {}
        self._next_line: dict[str, float] = {}
        self._shown = self._ended = False

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._ended = True
            if self._shown:
                self._bar.stop()

    def show(self, step: Step) -> None:
        """Show how far the work has come; nothing is shown once the bar has been left."""
        with self._lock:
            if self._ended:
                return
            now = time.monotonic()
            # A stage that is not counted is over when another begins.
            for stage in self._started.keys() - _COUNTED.keys() - {step.stage}:
                self._end(stage)
            # There may be no files to read.
            is_counted = step.total > 0 or step.stage == _READ
            finished = is_counted and step.done >= step.total
            if step.stage == _EMBEDDED and _READ in self._started:
                step = replace(step, total=0)
            if now - self._started.setdefault(step.stage, now) >= _DELAY_SECONDS:
                if self._live:
                    self._draw(step)
                elif not finished and now >= self._next_line.get(step.stage, now):
                    self._next_line[step.stage] = now + _LINE_SECONDS
                    what = _COUNTED.get(step.stage, step.stage)
                    how_far = f": {step.done:,} of {step.total:,}" if step.total else ""
                    if not step.total and step.stage == _EMBEDDED:
                        how_far = f": {step.done:,}"
                    print(f"{what}{how_far} …", file=sys.stderr, flush=True)
            if finished:
                self._end(step.stage)

    def _draw(self, step: Step) -> None:
        if not self._shown:
            self._bar.start()
            self._shown = True
        current = visible(step.current or "").replace("\n", " ")[-40:]
        total = step.total or None
        if step.stage not in self._tasks:
            description = _COUNTED.get(step.stage, step.stage)
            self._tasks[step.stage] = self._bar.add_task(description, total=total, current=current)
        task = self._tasks[step.stage]
        self._bar.update(task, completed=step.done, total=total, current=current)

    def _end(self, stage: str) -> None:
        del self._started[stage]
        self._next_line.pop(stage, None)
        if (task := self._tasks.pop(stage, None)) is not None:
            self._bar.remove_task(task)
