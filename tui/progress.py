"""Long work on standard error: a bar with counts, rate and time left, or quiet lines."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Task as RichTask
from rich.text import Text

from index import Progress as Step
from tui.visible import visible

# Work shorter than this (in seconds) goes by without a word.
_QUIET = 0.3


class _Rate(ProgressColumn):
    def render(self, task: RichTask) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", "dim")


class ProgressBar:
    """Shows the steps of indexing and of compiling a model; `show` is the callback for both."""

    def __init__(self) -> None:
        console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._live = console.is_terminal and not console.is_dumb_terminal
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[current]}", style="dim", markup=False),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None
        self._stage = ""
        self._since = time.monotonic()
        self._shown = False
        self._shown_line = False

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown and self._live:
            self._bar.stop()

    def show(self, step: Step) -> None:
        """Take one report of how far the work has come."""
        now = time.monotonic()
        if step.stage != self._stage:
            self._stage, self._since, self._shown_line = step.stage, now, False
            if self._task is not None:
                self._bar.remove_task(self._task)
                self._task = None
        if now - self._since < _QUIET:
            return
        if self._live:
            self._draw(step)
        elif not self._shown_line:
            self._shown_line = True
            print(f"{step.stage} ({step.total}) …", file=sys.stderr)

    def _draw(self, step: Step) -> None:
        if not self._shown:
            self._bar.start()
            self._shown = True
        current = visible(step.current or "").replace("\n", " ")[-40:]
        if self._task is None:
            self._task = self._bar.add_task(step.stage, total=step.total, current=current)
        self._bar.update(self._task, completed=step.done, total=step.total, current=current)
