"""The indexing jobs of the app, run one after the other, each in its own process."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from index import is_surprising
from index.locations import EngineUrl, Location, describe_to_process
from tui.common.presentation.wording import describe_time_left, estimate_time_left, one_line

# Reading takes about this share of the time, embedding the rest.
_READING = 0.1
_READ, _EMBEDDED = "reading", "embedding"
# Bytes. A report may hold thousands of paths.
_LONGEST_LINE_BYTES = 64 * 1024 * 1024

IndexingMessage = Mapping[str, Any]
RunIndexing = Callable[[Sequence[str]], AsyncIterator[IndexingMessage]]


class IndexingShare:
    """The share of a job that is done. It never falls, however reading and embedding take turns."""

    def __init__(self) -> None:
        self._read: float | None = None
        self._embedded = 0.0
        self._share = 0.0

    def update(self, stage: str, done: int, total: int) -> float | None:
        """The share (0 to 1) after a step; None for a stage that is no part of it, or unknown.

        Args:
            stage: "reading" files or "embedding" the passages that were read so far.
        """
        if stage not in (_READ, _EMBEDDED) or not total:
            return None
        if stage == _READ:
            self._read = done / total
        else:
            self._embedded = done / total
        # What is embedded is a share of what was read so far. Without files to read, of all.
        read = 1.0 if self._read is None else self._read
        share = read * (_READING + (1 - _READING) * self._embedded)
        self._share = max(self._share, min(share, 1.0))
        return self._share


@dataclass(frozen=True, slots=True)
class IndexingProgress:
    """The progress of a job: what is done, in words; and what is known of the rest.

    Attributes:
        done: the share of the whole job that is done (0 to 1).
        current: the current file.
        left: seconds that are left.
    """

    stage: str
    done: float | None = None
    current: str | None = None
    left: float | None = None


def describe_progress(progress: IndexingProgress, *, short: bool = False) -> str:
    """The progress in one line; the current file and what it gives way to unless `short`."""
    done = "" if progress.done is None else f" {progress.done:.0%}"
    left = "" if progress.left is None else f", {describe_time_left(progress.left)}"
    parts = [f"{progress.stage}{done}{left}"]
    if not short:
        parts += [Path(progress.current).name] if progress.current else []
        parts.append("gives way to your other work")
    text = one_line(" · ".join(parts))
    return text[:1].upper() + text[1:]


async def run_indexing_process(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> AsyncIterator[IndexingMessage]:
    """Run `tui.documents.indexing_process` with more variables, and yield its messages.

    The process ends when the iterator is closed.
    """
    ours = str(Path(__file__).parents[2])
    inherited = [entry for entry in sys.path if entry]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "tui.documents.indexing_process",
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        limit=_LONGEST_LINE_BYTES,
        env={
            **os.environ,
            **(environment or {}),
            "PYTHONPATH": os.pathsep.join([ours, *inherited]),
        },
    )
    assert process.stdout is not None
    has_error = False
    try:
        async for line in process.stdout:
            message = json.loads(line)
            has_error = has_error or "error" in message
            yield message
        if await process.wait() and not has_error:
            yield {"error": "indexing broke off; what was finished is kept"}
    finally:
        await _end_process(process)


class IndexingQueue:
    """Adds, updates, removes and watches documents.

    Attributes:
        progress: the progress of the current job; None without one.
        problem: what went wrong in the last job, in one line; "" if nothing did.
        outcome: what the last job did, in one line.
        watching: whether changed files are indexed as they change.
        counts: the numbers of documents and of passages; None while unknown.
    """

    def __init__(
        self,
        index: Location,
        changed: Callable[[], None],
        *,
        model: Callable[[], str | None] = lambda: None,
        run: RunIndexing | None = None,
    ) -> None:
        """A queue without jobs.

        Args:
            index: where it is; the first job makes it if there is none.
            changed: called on the event loop after every change of the attributes.
            model: returns the name of the embedding model for a new index, None for the
                default.
            run: runs a job, given its arguments; by default, in a process of its own.
        """
        self.progress: IndexingProgress | None = None
        self.problem = ""
        self.outcome = ""
        self.watching = False
        self.counts: tuple[int, int] | None = None
        self._model = model
        self._changed = changed
        # A URL may hold a password, which must not be seen in a list of processes.
        is_url = isinstance(index, EngineUrl)
        environment = describe_to_process(index) if is_url else {}
        self._place = () if is_url else ("--index", str(index))
        self._run = run or partial(run_indexing_process, environment=environment)
        self._jobs: deque[tuple[str, ...]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._has_job = False
        self._share, self._since = IndexingShare(), 0.0

    @property
    def is_working(self) -> bool:
        """Whether documents come in or wait to; while files are only watched they do not."""
        return self._has_job or self.progress is not None

    def add(self, path: str) -> None:
        """Add or update a file or a folder."""
        self._enqueue("add", path)

    def update(self) -> None:
        """Update everything that was added."""
        self._enqueue("update")

    def remove(self, path: str) -> None:
        """Remove a document or a folder from the index; the files stay."""
        self._enqueue("remove", path)

    def watch(self, watching: bool) -> None:
        """Turn the watching of files on or off."""
        if watching != self.watching:
            self.watching = watching
            self.problem = ""
            if not self._has_job:
                self._restart()
            self._changed()

    def stop(self) -> None:
        """Stop all jobs and the watching; finished work is kept."""
        self._jobs.clear()
        self.watching = False
        self._restart()
        self.outcome = "stopped; what was finished is kept"

    async def close(self) -> None:
        """Stop all jobs and wait until they have ended; finished work is kept."""
        self._jobs.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _enqueue(self, *job: str) -> None:
        self._jobs.append(job)
        if not self._has_job:
            # Watching stops for the job: an index has one writer at a time.
            self._restart()

    def _restart(self) -> None:
        self._has_job = bool(self._jobs)
        before = self._task
        if before is not None:
            before.cancel()
        self._task = asyncio.create_task(self._run_jobs(before))

    async def _run_jobs(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            while self._jobs:
                self.problem = self.outcome = ""
                await self._run_job(self._jobs.popleft())
            self._has_job = False
            if self.watching:
                await self._run_job(("watch",))
                self.watching = False
        finally:
            if self._task is asyncio.current_task():
                self._has_job = False
                self.progress = None
                self._changed()

    async def _run_job(self, job: Sequence[str]) -> None:
        """Run a job, and keep the attributes up to date."""
        model = self._model()
        options = [*self._place, *(["--model", model] if model else [])]
        self.progress = IndexingProgress("starting")
        self._share, self._since = IndexingShare(), monotonic()
        self._changed()
        try:
            # `--` ends the options: a file may have the name of one.
            async for message in self._run([*options, "--", *job]):
                self._show_message(message)
                self._changed()
        except (OSError, ValueError) as error:
            self.problem = f"indexing could not be run: {error}"

    def _show_message(self, message: IndexingMessage) -> None:
        if counts := message.get("counts"):
            self.counts = (counts[0], counts[1])
        if step := message.get("progress"):
            self.progress = self._measure_progress(step)
        elif "report" in message:
            self.progress = None
            self.outcome = _describe_report(message["report"])
        elif "error" in message:
            self.problem = message["error"]

    def _measure_progress(self, step: Mapping[str, Any]) -> IndexingProgress:
        stage, done, total = step["stage"], step["done"], step["total"]
        share = self._share.update(stage, done, total)
        if share is None:
            return IndexingProgress(stage, done / total if total else None, step["current"])
        left = estimate_time_left(share, monotonic() - self._since)
        return IndexingProgress("indexing", share, step["current"], left)


def _describe_report(report: Mapping[str, Any]) -> str:
    parts = [
        f"{report[name]:,} {name}"
        for name in ("added", "updated", "moved", "removed")
        if report.get(name)
    ]
    if failed := report.get("failed"):
        parts.append(f"{len(failed):,} could not be read")
    reasons = report.get("skipped_by_reason", {})
    if surprises := sum(count for each, count in reasons.items() if is_surprising(each)):
        parts.append(f"{surprises:,} left out")
    return ", ".join(parts) or "all was in step"


async def _end_process(process: Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
