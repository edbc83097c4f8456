"""Batches of changes: committed in order, one at a time, while the next one is gathered."""

import threading
from contextlib import contextmanager

import pytest

from index import Content, Failure, QuotebackError, Span
from index.engines.changes import Put
from index.engines.model import EmbeddingModel
from index.reports import ignore_progress
from index.sync.batch import Batch, open_writer
from index.text.passages import NewPassage
from tests.support.encoders import WordEncoder

SECONDS = 30


class Writer:
    """Notes the paths of each commit and the thread that makes it; a commit waits for `goes_on`."""

    def __init__(self):
        self.commits, self.threads = [], []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.fails = None

    commits_first = False

    def match_vectors(self):
        return ()

    def commit(self, changes):
        self.threads.append(threading.current_thread())
        assert self.goes_on.wait(SECONDS)
        if self.fails:
            raise self.fails
        self.commits.append([change.path for change in changes])
        return [Failure(change.path, "unfit") for change in changes if change.path == "unfit"]


@pytest.fixture(autouse=True)
def two_files_are_a_batch(monkeypatch):
    monkeypatch.setattr("index.sync.batch.COMMIT_FILES", 2)


@pytest.fixture
def writer():
    return Writer()


@pytest.fixture
def batch(writer):
    batch = Batch(None, writer, WordEncoder, ignore_progress)
    yield batch
    writer.goes_on.set()
    batch.close()


def put(batch, *paths):
    for path in paths:
        batch.add(Put(path, Content("rain"), None, [NewPassage(Span(0, 4))]))


def test_the_next_batch_is_gathered_and_embedded_while_one_is_committed(batch, writer, monkeypatch):
    embed = WordEncoder.encode_passages
    embedded = []

    def note(encoder, texts):
        embedded.append(len(writer.commits))
        if len(embedded) == 2:
            writer.goes_on.set()
        return embed(encoder, texts)

    monkeypatch.setattr(WordEncoder, "encode_passages", note)
    writer.goes_on.clear()
    put(batch, "a", "b", "c", "d")
    batch.commit()
    assert embedded == [0, 0]
    assert writer.commits == [["a", "b"], ["c", "d"]]


def test_all_is_committed_in_order_when_a_commit_returns(batch, writer):
    put(batch, *"abcdefg")
    batch.commit()
    assert writer.commits == [["a", "b"], ["c", "d"], ["e", "f"], ["g"]]
    batch.commit()
    assert len(writer.commits) == 4


def test_a_path_is_pending_until_its_commit_is_made(batch, writer):
    writer.goes_on.clear()
    put(batch, "a", "b", "c")
    assert not writer.commits
    assert all(batch.is_pending(path) for path in "abc")
    writer.goes_on.set()
    batch.commit()
    assert not any(batch.is_pending(path) for path in "abc")


def test_a_commit_that_fails_is_the_last_one(batch, writer):
    writer.fails = QuotebackError("the disk is full")
    with pytest.raises(QuotebackError, match="the disk is full"):
        # It is noticed once the next one is embedded.
        put(batch, *"abcdef")
    writer.fails = None
    with pytest.raises(QuotebackError, match="the disk is full"):
        batch.commit()
    assert writer.commits == []


def test_a_run_that_is_stopped_ends_with_the_commit_that_was_begun(batch, writer):
    writer.goes_on.clear()
    put(batch, "a", "b", "c")
    threading.Timer(0.1, writer.goes_on.set).start()
    batch.close()
    assert writer.commits == [["a", "b"]]


@pytest.fixture
def interrupt(writer):
    """Has a run interrupted while a commit waits; it is cancelled by the third try."""

    def interrupt(again=0):
        tries = []

        def cancel():
            tries.append(None)
            if len(tries) <= again:
                # Another Ctrl-C, just now.
                raise KeyboardInterrupt
            if len(tries) >= 3:
                writer.fails = QuotebackError("cancelled")
                writer.goes_on.set()

        class Engine:
            @contextmanager
            def open_writer(self, model, progress):
                yield writer

        writer.cancel = cancel
        writer.goes_on.clear()
        model = EmbeddingModel(Engine(), WordEncoder(), ignore_progress)
        with (
            pytest.raises(KeyboardInterrupt),
            open_writer(Engine(), model, ignore_progress) as opened,
        ):
            put(opened.batch, "a", "b", "c")
            raise KeyboardInterrupt
        return tries

    return interrupt


def test_an_interruption_cancels_the_commit_until_it_has_ended(writer, interrupt):
    assert len(interrupt()) == 3
    assert writer.fails
    assert writer.commits == []
    assert not writer.threads[0].is_alive()


def test_a_second_interruption_waits_for_the_end_of_the_commit_too(writer, interrupt):
    assert len(interrupt(again=2)) == 3
    assert writer.commits == []
    assert not writer.threads[0].is_alive()


@pytest.mark.parametrize("has_begun", [False, True])
def test_an_interruption_as_a_commit_begins_is_not_lost(batch, writer, monkeypatch, has_begun):
    start = threading.Thread.start

    def interrupted(thread):
        if has_begun:
            start(thread)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(batch, "a", "b")
    monkeypatch.undo()
    batch.close()
    assert writer.commits == ([["a", "b"]] if has_begun else [])


def test_what_cannot_be_stored_is_reported_once_all_is_committed(batch):
    put(batch, "a", "unfit", "b", "c")
    batch.commit()
    assert batch.rejected == [Failure("unfit", "unfit")]
