"""Questions, searches and indexing in asyncio: in order, none lost, and stopped when cancelled."""

import asyncio
import importlib
import threading
import time

import pytest

from index import Index, Retriever, register_loader
from index.loaders.sandbox.parent import Sandbox
from qa import Assistant, sample_folder
from qa.answering.calibration import SENTENCE_BASELINE
from qa.reader.baseline import SentenceReader
from tests.support.encoders import WordEncoder

QUESTIONS = [
    "When was the museum opened?",
    "How many umbrellas did Odile Marchetti leave to the city?",
    "Who founded the olive grove?",
    "Why is kombucha covered with cloth?",
]
# Seconds: a busy machine, with a model's step in between.
SOON = 0.2 * 5


@pytest.fixture(scope="module")
def assistant(tmp_path_factory, encoder):
    folder = tmp_path_factory.mktemp("async")
    with Index.open(folder / "index", create=True, encoder=encoder) as index:
        index.add([sample_folder()])
        yield Assistant(Retriever(index))


async def test_fifty_questions_at_once_are_all_answered_each_with_its_own_reply(assistant):
    encoder = assistant.index.encoder
    quick = Assistant(
        assistant.retriever, reader=SentenceReader(encoder), calibration=SENTENCE_BASELINE
    )
    questions = [f"{QUESTIONS[number % 4]}" + " " * number for number in range(50)]
    replies = await asyncio.gather(*(quick.aask(question, k=2) for question in questions))
    assert [reply.question for reply in replies] == questions
    for number, reply in enumerate(replies):
        first = replies[number % 4]
        assert [answer.text for answer in reply.answers] == [a.text for a in first.answers]


async def test_a_search_gives_what_it_gives_without_asyncio(assistant):
    found = await assistant.retriever.asearch(QUESTIONS[0], 3)
    assert found == assistant.retriever.search(QUESTIONS[0], 3)


async def test_a_cancelled_question_stops_its_work(assistant):
    await assistant.aask(QUESTIONS[0])
    ended = threading.Event()
    ask = assistant.ask

    def ask_and_tell(*arguments, **options):
        try:
            return ask(*arguments, **options)
        finally:
            ended.set()

    assistant.ask = ask_and_tell
    try:
        task = asyncio.ensure_future(assistant.aask(QUESTIONS[1], k=100))
        await asyncio.sleep(0.05)
        task.cancel()
        started = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started < SOON
        assert await asyncio.to_thread(ended.wait, SOON)
    finally:
        del assistant.ask


async def test_a_question_that_waits_is_not_begun_once_it_is_cancelled(assistant):
    tasks = [asyncio.ensure_future(assistant.aask(QUESTIONS[0])) for _ in range(20)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    started = time.monotonic()
    await assistant.aask(QUESTIONS[1])
    assert time.monotonic() - started < 20 * 0.5


async def test_files_are_added(tmp_path):
    (tmp_path / "a.txt").write_text("The pear tree was planted in 2004.")
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        report = await index.aadd([tmp_path / "a.txt"])
        assert report.added == 1
        assert index.counts == (1, 1)


class SlowEncoder(WordEncoder):
    """Takes a moment for each passage."""

    def encode_passages(self, texts):
        time.sleep(0.01 * len(texts))
        return super().encode_passages(texts)


@pytest.mark.slow
async def test_adding_that_is_cancelled_stops_and_keeps_what_was_committed(tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(400):
        (notes / f"{number}.txt").write_text(f"Note {number} is on the {number}th pear tree.")
    with Index.open(tmp_path / "index", create=True, encoder=SlowEncoder()) as index:
        steps = []
        task = asyncio.ensure_future(index.aadd([notes], progress=steps.append))
        while not any(step.stage == "embedding" for step in steps):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        seen = len(steps)
        # Only the lock's release tells that the work has ended.
        started = time.monotonic()
        again = await index.aadd([notes / "0.txt"])
        assert time.monotonic() - started < 10 * SOON
        assert seen < 400
        assert again.added + again.unchanged + again.updated == 1
        assert index.verify() == []
        report = await index.aadd([notes])
        assert report.added < 400
        assert index.counts.documents == 400


SLOW_LOADER = """
import time
from index import Content

def load(data):
    time.sleep(30)
    return Content(text="late")
"""


@pytest.mark.e2e
async def test_adding_is_cancelled_while_a_file_is_parsed_that_takes_long(tmp_path, monkeypatch):
    (tmp_path / "slow_loader.py").write_text(SLOW_LOADER)
    (tmp_path / "a.slow").write_text("x")
    monkeypatch.syspath_prepend(tmp_path)
    # Not the one that all tests share.
    monkeypatch.setattr("index.sync.sync.Sandbox", Sandbox)
    monkeypatch.setattr("index.loaders.registry._registered", {})
    register_loader((".slow",), importlib.import_module("slow_loader").load, sandboxed=True)
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        task = asyncio.ensure_future(index.aadd([tmp_path / "a.slow"]))
        await asyncio.sleep(2)
        task.cancel()
        started = time.monotonic()
        await asyncio.gather(task, return_exceptions=True)
        # The lock is free again.
        await index.aadd([tmp_path / "slow_loader.py"])
        assert time.monotonic() - started < 10
        assert index.counts.documents == 1
