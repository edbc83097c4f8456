"""Indexing in a process of its own, as the app runs it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index import Index, IndexInUse
from index.filesystem.locking import writer_lock
from tests.support import ROOT
from tests.support.pythons import make_python_without_site
from tui.documents import indexing_process
from tui.documents.indexing_queue import run_indexing_process


@pytest.fixture
def place(tmp_path, encoder) -> Path:
    """Where the index is to be; `encoder` has filled the cache of models."""
    return tmp_path / "an.index"


@pytest.fixture
def notes(tmp_path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.md").write_text(f"The boiler {number} is serviced every spring.\n")
    return folder


async def told_by(place: Path, *job: str) -> list[dict]:
    return [told async for told in run_indexing_process(["--index", str(place), "--", *job])]


async def test_a_folder_is_added_with_progress_counts_and_a_report(place, notes):
    told = await told_by(place, "add", str(notes))
    assert {"reading", "embedding"} <= {
        step["progress"]["stage"] for step in told if "progress" in step
    }
    assert told[-1]["report"]["added"] == 3
    assert told[-1]["counts"] == [3, 3]
    with Index.open(place) as index:
        assert index.embedded == 3


async def test_documents_are_updated_and_removed(place, notes):
    await told_by(place, "add", str(notes))
    (notes / "1.md").write_text("The boiler 1 is serviced every autumn.\n")
    assert (await told_by(place, "update"))[-1]["report"]["updated"] == 1
    told = await told_by(place, "remove", str(notes / "2.md"))
    assert told[-1] == {"report": {"removed": 1}, "counts": [2, 2]}


async def test_what_goes_wrong_is_one_line(place, tmp_path):
    told = await told_by(place, "add", str(tmp_path / "none"))
    assert "none" in told[-1]["error"]


async def test_a_path_that_looks_like_an_option_is_a_path(place, tmp_path):
    told = await told_by(place, "add", "--help")
    assert "no such file" in told[-1]["error"]


async def test_a_process_that_is_killed_is_told_as_such(place, notes, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert await told_by(place, "add", str(notes)) == [
        {"error": "indexing broke off; what was finished is kept"}
    ]


async def test_it_imports_what_the_app_does_wherever_that_lies(place, notes, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONPATH")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", make_python_without_site(tmp_path))
    assert (await told_by(place, "add", str(notes)))[-1]["report"]["added"] == 3


async def test_it_yields_to_others(place, notes):
    stream = run_indexing_process(["--index", str(place), "--", "watch", str(notes)])
    async for told in stream:
        if "report" in told:
            break
    children = [int(pid) for pid in _children(os.getpid())]
    assert any(os.getpriority(os.PRIO_PROCESS, pid) >= 10 for pid in children)
    await stream.aclose()


async def test_changes_are_taken_up_while_it_watches(place, notes):
    stream = run_indexing_process(["--index", str(place), "--", "watch", str(notes)])
    reports = (told["report"] async for told in stream if "report" in told)
    assert (await anext(reports))["added"] == 3
    (notes / "new.md").write_text("The pear tree by the gate was planted in 2004.\n")
    assert (await asyncio.wait_for(anext(reports), 60))["added"] == 1
    await stream.aclose()


@pytest.mark.parametrize("job", ["add", "watch"])
def test_it_waits_for_another_writer_for_longer_than_a_command_does(place, notes, encoder, job):
    Index.open(place, create=True, encoder=encoder).close()
    impatient = (
        "from index.filesystem import locking; locking.WAIT_SECONDS = 0.1;"
        "from tui.documents.indexing_process import main; main()"
    )
    with writer_lock(place, lambda _step: None):
        process = subprocess.Popen(
            [sys.executable, "-c", impatient, "--index", str(place), job, str(notes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        assert "waiting for another process" in process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
    with process:
        while "report" not in (told := json.loads(process.stdout.readline())):
            assert "error" not in told
        process.stdin.close()
    assert told["report"]["added"] == 3


def test_it_says_what_it_waits_for_whatever_engine_refuses_it(
    place, notes, encoder, monkeypatch, capsys
):
    Index.open(place, create=True, encoder=encoder).close()
    refusals, add = iter([True, True, False]), Index.add

    def add_later(index, paths, **options):
        if next(refusals):
            raise IndexInUse("others are writing to it and hold it: try again")
        return add(index, paths, **options)

    monkeypatch.setattr(Index, "add", add_later)
    parsed = argparse.Namespace(index=str(place), model=None, job="add", path=[str(notes)])
    indexing_process._run_job(parsed, indexing_process._MessagePrinter())
    first, *_, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["progress"]["stage"] == "waiting for another process that is writing"
    assert last["report"]["added"] == 3


def test_it_ends_with_whoever_began_it_and_leaves_a_sound_index(place, notes):
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tui.documents.indexing_process",
            "--index",
            str(place),
            "watch",
            str(notes),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    with process:
        while "report" not in json.loads(process.stdout.readline()):
            pass
        process.stdin.close()
        assert process.wait(60) == 1
    with Index.open(place) as index:
        assert index.counts == (3, 3)
        assert index.verify() == []


async def test_leaving_it_at_any_moment_is_safe(place, notes):
    """What the app does when it is quit: the process is killed, wherever it is."""
    for number in range(40):
        text = "\n\n".join(
            f"Paragraph {n} of {number} is about the boiler in the cellar, its valves, pipes and its service."
            for n in range(20)
        )
        (notes / f"long-{number}.md").write_text(text)
    stream = run_indexing_process(["--index", str(place), "--", "add", str(notes)])
    async for told in stream:
        if told.get("progress", {}).get("stage") == "embedding":
            break
    await stream.aclose()
    with Index.open(place) as index:
        assert index.verify() == []
    assert (await told_by(place, "update"))[-1]["counts"][0] == 43
    with Index.open(place) as index:
        assert index.verify() == []
        assert index.embedded == index.counts.passages


def _children(of: int) -> list[str]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = Path(f"/proc/{of}/task/{of}/children").read_text().split()
        if found:
            return found
    raise AssertionError("no child")
