"""Indexing on behalf of the app: one job after the other, each in a process of its own."""

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
from pathlib import Path
from typing import Any

# A line of progress holds a path; one of a report a thousand.
_LONGEST_LINE = 64 * 1024 * 1024

IndexingMessage = Mapping[str, Any]
RunIndexing = Callable[[Sequence[str]], AsyncIterator[IndexingMessage]]


@dataclass(frozen=True, slots=True)
class IndexingProgress:
    """What is going on.

    Attributes:
        stage: in words.
        done: how much of it (0 to 1); None where that is not known.
        current: the file at hand, if any.
    """

    stage: str
    done: float | None = None
    current: str | None = None


async def run_indexing_process(arguments: Sequence[str]) -> AsyncIterator[IndexingMessage]:
    """What a process of `tui.documents.indexing_process` tells; it ends with this iterator."""
    ours = str(Path(__file__).parents[2])
    found = [entry for entry in sys.path if entry]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "tui.documents.indexing_process",
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        limit=_LONGEST_LINE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([ours, *found])},
    )
    assert process.stdout is not None
    told_error = False
    try:
        async for line in process.stdout:
            told = json.loads(line)
            told_error = told_error or "error" in told
            yield told
        if await process.wait() and not told_error:
            yield {"error": "indexing broke off; what was finished is kept"}
    finally:
        await _end(process)


class IndexingQueue:
    """Adds, updates and removes documents, and keeps watch over them.

    Attributes:
        working: what is going on; None where nothing is.
        problem: what went wrong last, in one line; "" where nothing did.
        outcome: what was done last, in one line.
        watching: changes of files are taken up as they happen.
        counts: numbers of documents and of passages, as far as they were told.
    """

    def __init__(
        self,
        index: Path,
        changed: Callable[[], None],
        *,
        model: Callable[[], str | None] = lambda: None,
        run: RunIndexing = run_indexing_process,
    ) -> None:
        """A shelf.

        Args:
            index: folder of the index; made with the first document where there is none.
            changed: told, on the event loop, of any change of what is said here.
            model: names the embedding model of an index yet to be made.
        """
        self.working: IndexingProgress | None = None
        self.problem = ""
        self.outcome = ""
        self.watching = False
        self.counts: tuple[int, int] | None = None
        self._index = index
        self._model = model
        self._changed = changed
        self._run = run
        self._jobs: deque[tuple[str, ...]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._has_job = False

    def add(self, path: str) -> None:
        """Add a file or a folder, or bring it in step."""
        self._do("add", path)

    def update(self) -> None:
        """Bring all that is remembered in step."""
        self._do("update")

    def remove(self, path: str) -> None:
        """Take a document or a folder out of the index; the files stay."""
        self._do("remove", path)

    def watch(self, watching: bool) -> None:
        """Take up changes of files as they happen, or no longer."""
        if watching != self.watching:
            self.watching = watching
            self.problem = ""
            if not self._has_job:
                self._begin_anew()
            self._changed()

    def stop(self) -> None:
        """End what goes on, and watching; what was finished is kept."""
        self._jobs.clear()
        self.watching = False
        self._begin_anew()
        self.outcome = "stopped; what was finished is kept"

    async def close(self) -> None:
        """End all that goes on; what was finished is kept."""
        self._jobs.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _do(self, *job: str) -> None:
        self._jobs.append(job)
        if not self._has_job:
            # Watching gives way, so that there is one writer at a time.
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._has_job = bool(self._jobs)
        before = self._task
        if before is not None:
            before.cancel()
        self._task = asyncio.create_task(self._work(before))

    async def _work(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            while self._jobs:
                self.problem = self.outcome = ""
                await self._follow(self._jobs.popleft())
            self._has_job = False
            if self.watching:
                await self._follow(("watch",))
                self.watching = False
        finally:
            if self._task is asyncio.current_task():
                self._has_job = False
                self.working = None
                self._changed()

    async def _follow(self, job: Sequence[str]) -> None:
        """Do a job, and say how it goes."""
        model = self._model()
        options = ["--index", str(self._index), *(["--model", model] if model else [])]
        self.working = IndexingProgress("starting")
        self._changed()
        try:
            # `--` ends the options: a file may be named like one.
            async for told in self._run([*options, "--", *job]):
                self._take(told)
                self._changed()
        except (OSError, ValueError) as error:
            self.problem = f"indexing could not be run: {error}"

    def _take(self, told: IndexingMessage) -> None:
        if counts := told.get("counts"):
            self.counts = (counts[0], counts[1])
        if step := told.get("progress"):
            done = step["done"] / step["total"] if step["total"] else None
            self.working = IndexingProgress(step["stage"], done, step["current"])
        elif "report" in told:
            self.working = None
            self.outcome = _in_words(told["report"])
        elif "error" in told:
            self.problem = told["error"]


def _in_words(report: Mapping[str, Any]) -> str:
    parts = [
        f"{report[name]:,} {name}"
        for name in ("added", "updated", "moved", "removed")
        if report.get(name)
    ]
    if failed := report.get("failed"):
        parts.append(f"{len(failed):,} could not be read")
    return ", ".join(parts) or "all was in step"


async def _end(process: Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
