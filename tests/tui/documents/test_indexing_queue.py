"""Indexing on behalf of the app: one job after the other, and watching in between."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.documents.indexing_queue import IndexingMessage, IndexingQueue, IndexingShare

steps = st.lists(
    st.tuples(st.sampled_from(["reading", "embedding"]), st.integers(0, 50), st.integers(1, 50)),
    max_size=30,
)


@given(steps)
def test_it_never_falls_and_stays_within_the_whole(taken):
    share, before = IndexingShare(), 0.0
    for stage, done, total in taken:
        now = share.update(stage, min(done, total), total)
        assert before <= now <= 1
        before = now


def test_half_read_and_half_of_that_embedded_is_about_a_quarter():
    share = IndexingShare()
    share.update("reading", 50, 100)
    assert share.update("embedding", 500, 1000) == pytest.approx(0.275)


def test_all_read_and_embedded_is_the_whole():
    share = IndexingShare()
    share.update("reading", 9, 9)
    assert share.update("embedding", 20, 20) == 1


def test_other_stages_are_no_part_of_it():
    assert IndexingShare().update("looking for files", 3, 0) is None
    assert IndexingShare().update("checking documents", 3, 9) is None


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
def queue(indexer):
    changes = []
    queue = IndexingQueue(Path("/index"), lambda: changes.append(queue.progress), run=indexer.run)
    queue.changes = changes
    return queue


async def test_one_job_after_the_other_each_in_a_process_of_its_own(queue, indexer, until):
    queue.add("/notes")
    queue.update()
    queue.remove("/old")
    await until(lambda: len(indexer.ended) == 3)
    assert indexer.jobs == [("add", "/notes"), ("update",), ("remove", "/old")]
    assert indexer.options == ["--index", "/index"]


async def test_progress_and_outcome_are_told(queue, indexer, until):
    step = {"stage": "embedding", "done": 3, "total": 4, "current": "/notes/a.md"}
    indexer.told = [
        {"progress": step, "counts": [1, 2]},
        {"report": {"added": 1200, "removed": 1, "failed": [{}]}, "counts": [3, 9]},
    ]
    queue.add("/notes")
    await until(lambda: queue.outcome)
    assert queue.outcome == "1,200 added, 1 removed, 1 could not be read"
    assert queue.counts == (3, 9)
    stages = [working.stage for working in queue.changes if working]
    assert stages == ["starting", "indexing"]
    assert [working.done for working in queue.changes if working] == [None, pytest.approx(0.775)]
    await until(lambda: queue.changes[-1] is None)


async def test_nothing_to_do_is_said(queue, indexer, until):
    indexer.told = [{"report": {"unchanged": 5}}]
    queue.update()
    await until(lambda: queue.outcome == "all was in step")


async def test_a_problem_is_kept_until_the_next_job(queue, indexer, until):
    indexer.told = [{"error": "/notes: no such file or folder"}]
    queue.add("/notes")
    await until(lambda: queue.problem and queue.progress is None)
    assert queue.problem == "/notes: no such file or folder"
    indexer.told = [{"report": {"added": 1}}]
    queue.add("/here")
    await until(lambda: queue.outcome == "1 added")
    assert queue.problem == ""


async def test_a_process_that_cannot_be_run_or_talks_nonsense_is_one_line(until):
    async def broken(arguments):
        raise OSError("no such program")
        yield {}

    queue = IndexingQueue(Path("/index"), lambda: None, run=broken)
    queue.update()
    await until(lambda: queue.problem == "indexing could not be run: no such program")


async def test_watching_gives_way_to_a_job_and_goes_on_after_it(queue, indexer, until):
    queue.watch(True)
    await until(lambda: indexer.jobs == [("watch",)])
    queue.add("/notes")
    await until(lambda: len(indexer.jobs) == 3)
    assert indexer.jobs == [("watch",), ("add", "/notes"), ("watch",)]
    assert indexer.ended == ["watch", "add"]
    assert queue.watching
    assert queue.progress is None or queue.progress.stage == "starting"
    queue.watch(False)
    await until(lambda: indexer.ended == ["watch", "add", "watch"])


async def test_jobs_that_come_while_one_is_done_wait_for_it(queue, indexer, until):
    indexer.held.clear()
    queue.add("/a")
    await until(lambda: indexer.jobs)
    queue.add("/b")
    queue.watch(True)
    await asyncio.sleep(0.05)
    assert indexer.jobs == [("add", "/a")]
    indexer.held.set()
    await until(lambda: len(indexer.jobs) == 3)
    assert indexer.jobs == [("add", "/a"), ("add", "/b"), ("watch",)]


async def test_stopping_ends_what_goes_on_and_what_waits(queue, indexer, until):
    indexer.held.clear()
    queue.watch(True)
    queue.add("/a")
    queue.add("/b")
    await until(lambda: ("add", "/a") in indexer.jobs)
    queue.stop()
    await until(lambda: indexer.ended[-1:] == ["add"] and queue.progress is None)
    assert ("add", "/b") not in indexer.jobs
    assert not queue.watching
    assert queue.outcome == "stopped; what was finished is kept"
    indexer.held.set()
    queue.add("/c")
    await until(lambda: queue.outcome == "2 added")


async def test_closing_ends_everything(queue, indexer, until):
    indexer.held.clear()
    queue.add("/a")
    await until(lambda: indexer.jobs)
    await queue.close()
    assert indexer.ended == ["add"]


async def test_the_model_is_that_of_the_settings(indexer, until):
    queue = IndexingQueue(Path("/index"), lambda: None, model=lambda: "my/model", run=indexer.run)
    queue.add("/a")
    await until(lambda: indexer.ended)
    assert indexer.options == ["--index", "/index", "--model", "my/model"]
