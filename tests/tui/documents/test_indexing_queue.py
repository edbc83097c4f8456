"""Indexing on behalf of the app: one job after the other, and watching in between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tui.documents.indexing_queue import IndexingMessage, IndexingQueue


class Indexer:
    """Stands for the process: tells what it is given to tell, and waits where it is held up."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, ...]] = []
        self.ended: list[str] = []
        self.told: list[IndexingMessage] = [{"report": {"added": 2}, "counts": [2, 5]}]
        self.held = asyncio.Event()
        self.held.set()

    async def run(self, arguments: Sequence[str]):
        job = tuple(arguments[arguments.index("--") + 1 :])
        self.jobs.append(job)
        self.options = list(arguments[: arguments.index("--")])
        try:
            if job == ("watch",):
                yield {"report": {}}
                await asyncio.Event().wait()
            await self.held.wait()
            for told in self.told:
                yield told
                await asyncio.sleep(0)
        finally:
            self.ended.append(job[0])


@pytest.fixture
def indexer():
    return Indexer()


@pytest.fixture
def shelf(indexer):
    changes = []
    shelf = IndexingQueue(Path("/index"), lambda: changes.append(shelf.working), run=indexer.run)
    shelf.changes = changes
    return shelf


async def test_one_job_after_the_other_each_in_a_process_of_its_own(shelf, indexer, until):
    shelf.add("/notes")
    shelf.update()
    shelf.remove("/old")
    await until(lambda: len(indexer.ended) == 3)
    assert indexer.jobs == [("add", "/notes"), ("update",), ("remove", "/old")]
    assert indexer.options == ["--index", "/index"]


async def test_progress_and_outcome_are_told(shelf, indexer, until):
    step = {"stage": "embedding", "done": 3, "total": 4, "current": "/notes/a.md"}
    indexer.told = [
        {"progress": step, "counts": [1, 2]},
        {"report": {"added": 1200, "removed": 1, "failed": [{}]}, "counts": [3, 9]},
    ]
    shelf.add("/notes")
    await until(lambda: shelf.outcome)
    assert shelf.outcome == "1,200 added, 1 removed, 1 could not be read"
    assert shelf.counts == (3, 9)
    stages = [working.stage for working in shelf.changes if working]
    assert stages == ["starting", "embedding"]
    assert [working.done for working in shelf.changes if working] == [None, 0.75]
    await until(lambda: shelf.changes[-1] is None)


async def test_nothing_to_do_is_said(shelf, indexer, until):
    indexer.told = [{"report": {"unchanged": 5}}]
    shelf.update()
    await until(lambda: shelf.outcome == "all was in step")


async def test_a_problem_is_kept_until_the_next_job(shelf, indexer, until):
    indexer.told = [{"error": "/notes: no such file or folder"}]
    shelf.add("/notes")
    await until(lambda: shelf.problem and shelf.working is None)
    assert shelf.problem == "/notes: no such file or folder"
    indexer.told = [{"report": {"added": 1}}]
    shelf.add("/here")
    await until(lambda: shelf.outcome == "1 added")
    assert shelf.problem == ""


async def test_a_process_that_cannot_be_run_or_talks_nonsense_is_one_line(until):
    async def broken(arguments):
        raise OSError("no such program")
        yield {}

    shelf = IndexingQueue(Path("/index"), lambda: None, run=broken)
    shelf.update()
    await until(lambda: shelf.problem == "indexing could not be run: no such program")


async def test_watching_gives_way_to_a_job_and_goes_on_after_it(shelf, indexer, until):
    shelf.watch(True)
    await until(lambda: indexer.jobs == [("watch",)])
    shelf.add("/notes")
    await until(lambda: len(indexer.jobs) == 3)
    assert indexer.jobs == [("watch",), ("add", "/notes"), ("watch",)]
    assert indexer.ended == ["watch", "add"]
    assert shelf.watching
    assert shelf.working is None or shelf.working.stage == "starting"
    shelf.watch(False)
    await until(lambda: indexer.ended == ["watch", "add", "watch"])


async def test_jobs_that_come_while_one_is_done_wait_for_it(shelf, indexer, until):
    indexer.held.clear()
    shelf.add("/a")
    await until(lambda: indexer.jobs)
    shelf.add("/b")
    shelf.watch(True)
    await asyncio.sleep(0.05)
    assert indexer.jobs == [("add", "/a")]
    indexer.held.set()
    await until(lambda: len(indexer.jobs) == 3)
    assert indexer.jobs == [("add", "/a"), ("add", "/b"), ("watch",)]


async def test_stopping_ends_what_goes_on_and_what_waits(shelf, indexer, until):
    indexer.held.clear()
    shelf.watch(True)
    shelf.add("/a")
    shelf.add("/b")
    await until(lambda: ("add", "/a") in indexer.jobs)
    shelf.stop()
    await until(lambda: indexer.ended[-1:] == ["add"] and shelf.working is None)
    assert ("add", "/b") not in indexer.jobs
    assert not shelf.watching
    assert shelf.outcome == "stopped; what was finished is kept"
    indexer.held.set()
    shelf.add("/c")
    await until(lambda: shelf.outcome == "2 added")


async def test_closing_ends_everything(shelf, indexer, until):
    indexer.held.clear()
    shelf.add("/a")
    await until(lambda: indexer.jobs)
    await shelf.close()
    assert indexer.ended == ["add"]


async def test_the_model_is_that_of_the_settings(indexer, until):
    shelf = IndexingQueue(Path("/index"), lambda: None, model=lambda: "my/model", run=indexer.run)
    shelf.add("/a")
    await until(lambda: indexer.ended)
    assert indexer.options == ["--index", "/index", "--model", "my/model"]
