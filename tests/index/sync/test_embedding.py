"""Embedding beside reading and committing: in order, stopped in good order, and done once."""

import threading
import time

import numpy as np
import pytest

from index import Content, Index, Retriever
from index.engines.local.writer import LocalWriter


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr("index.models.passage_encoding._ENCODED_AT_ONCE", 4)
    monkeypatch.setattr("index.sync.batch.COMMIT_FILES", 5)
    monkeypatch.setattr("index.sync.batch.COMMIT_PASSAGES", 8)


@pytest.fixture
def files(write, paragraphs):
    for number in range(40):
        write(f"{number:02}.txt", paragraphs(f"rain {number}", f"snow {number}"))


def test_embedding_begins_while_files_are_still_read(index, folder, files, words):
    steps = []
    index.add([folder], progress=lambda step: steps.append((step.stage, step.done, step.total)))
    stages = [stage for stage, _, _ in steps]
    last_read = len(stages) - 1 - stages[::-1].index("reading")
    assert "embedding" in stages[:last_read]
    assert steps[last_read] == ("reading", 40, 40)
    assert [step for step in steps if step[0] == "embedding"][-1] == ("embedding", 80, 80)
    embedded = [done for stage, done, _ in steps if stage == "embedding"]
    assert embedded == sorted(embedded)
    assert index.verify() == []


def test_one_thread_is_heard_at_a_time(index, folder, files):
    inside = threading.Lock()

    def listen(_):
        assert inside.acquire(blocking=False)
        inside.release()

    index.add([folder], progress=listen)


def test_text_is_found_by_keyword_while_it_is_embedded(index, folder, files, words):
    encode, found = words.encode_passages, []

    def look(texts):
        with Index.open(index.path, encoder=type(words)()) as reader:
            found.append(len(Retriever(reader).search("snow", 100, "bm25")))
        return encode(texts)

    words.encode_passages = look
    index.add([folder])
    # The last passages may be embedded before their words are committed.
    assert found[0] > 0
    assert found == sorted(found)
    assert len(Retriever(index).search("snow", 100, "bm25")) == 40


def test_what_goes_wrong_while_embedding_ends_the_run_and_loses_nothing(
    index, folder, files, words
):
    encode, calls = words.encode_passages, []

    def fail(texts):
        calls.append(texts)
        if len(calls) > 6:
            raise RuntimeError("no more memory")
        return encode(texts)

    words.encode_passages = fail
    with pytest.raises(RuntimeError, match="no more memory"):
        index.add([folder])
    kept = len(index.engine.vectors.ids())
    assert 16 <= kept < 28
    words.encode_passages, words.encoded = encode, []
    index.add([folder])
    assert len(words.encoded) == 80 - kept
    assert index.verify() == []


def test_an_interruption_keeps_what_is_embedded_by_then(index, folder, files, words):
    encode, first = words.encode_passages, threading.Event()

    def slowly(texts):
        first.set()
        return encode(texts)

    def interrupt(step):
        if step.stage == "reading" and step.done == 39:
            assert first.wait(10)
            raise KeyboardInterrupt

    words.encode_passages = slowly
    with pytest.raises(KeyboardInterrupt):
        index.add([folder], progress=interrupt)
    assert len(index.engine.vectors.ids()) == len(words.encoded) > 0
    assert not [thread for thread in threading.enumerate() if "_run" in thread.name]
    index.add([folder])
    assert len(words.encoded) == 80
    assert index.verify() == []


def test_what_has_lost_its_vectors_is_embedded_by_the_next_writer(index, folder, files, words):
    index.add([folder])
    index.close()
    for segment in index.path.glob("vectors/*.segment"):
        segment.unlink()
    words.encoded.clear()
    with Index.open(index.path, encoder=words) as again:
        assert again.embedded == 0
        again.update()
        assert (again.embedded, len(words.encoded)) == (80, 80)
        assert again.verify() == []


def test_the_same_text_is_not_embedded_again(index, paragraphs, words):
    index.add_texts([("a", paragraphs("rain", "snow"))])
    words.encoded.clear()
    index.add_texts([("a", paragraphs("snow", "hail"))])
    assert ["hail" in text for text in words.encoded] == [True]


def test_what_is_removed_meanwhile_is_not_found_afterwards(index, folder, files, write, words):
    index.add([folder])
    for number in range(20):
        (folder / f"{number:02}.txt").unlink()
    index.add([folder])
    assert index.engine.vectors.ids().tolist() == index.engine.passage_ids().tolist()
    assert len(index.engine.vectors.ids()) == 40


def test_copies_of_what_was_embedded_differently_are_not_taken(index, folder, write, words):
    """The same bytes under another title or heading are other passages."""
    index.add_texts([("one", Content("Some words about rain, all the same.", title="One"))])
    index.add_texts([("two", Content("Some words about rain, all the same.", title="Two"))])
    one, two = index.engine.vectors.read([1, 2]).values()
    assert not np.array_equal(one, two)


def test_what_is_removed_needs_no_model(index, folder, files):
    index.add([folder])
    index.close()
    # There is no model of the name.
    with Index.open(index.path) as again:
        assert again.remove(folder / "00.txt") == 1
        assert again.counts == (39, 78)
        assert len(Retriever(again).search("rain", 100, "bm25")) == 39


@pytest.mark.parametrize("at_once", [1, 3])
def test_how_many_passages_there_are_is_known_when_all_files_are_read(
    at_once, index, folder, files, words, monkeypatch
):
    monkeypatch.setattr("index.sync.batch.COMMIT_FILES", at_once)
    all_read, totals, encode = threading.Event(), [], words.encode_passages
    commit = LocalWriter.commit

    def commit_slowly(writer, changes):
        if all_read.is_set():
            # Meanwhile passages of earlier files are embedded.
            time.sleep(0.3)
        return commit(writer, changes)

    def encode_late(texts):
        assert all_read.wait(30)
        return encode(texts)

    def follow(step):
        if step.stage == "reading" and step.done == step.total:
            all_read.set()
        elif step.stage == "embedding" and all_read.is_set():
            totals.append(step.total)

    monkeypatch.setattr(words, "encode_passages", encode_late)
    monkeypatch.setattr(LocalWriter, "commit", commit_slowly)
    index.add([folder], progress=follow)
    assert set(totals) == {80}
