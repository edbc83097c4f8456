"""Copying an index between engines: the same documents, passages, vectors and answers."""

import os
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from index import (
    CannotWrite,
    Filter,
    Index,
    NotAnIndex,
    Promise,
    QuotebackError,
    Retriever,
)
from index import (
    copying as module,
)
from index.copying import copy_index
from index.engines import registry
from index.engines.stored_rows import decode_body
from index.locations import read_location
from tests.support import memory_engine
from tests.support.encoders import WordEncoder


class Unused(WordEncoder):
    """What is copied is embedded by nobody."""

    def encode_passages(self, texts):
        raise AssertionError("embedded anew")


@pytest.fixture(
    params=["folder", "memory", "milvus", pytest.param("postgres", marks=pytest.mark.e2e)]
)
def between(request, tmp_path, monkeypatch):
    """A place in another engine, where there is no index yet."""
    match request.param:
        case "folder":
            return str(tmp_path / "between.index")
        case "memory":
            known = {**registry._ENGINES, "memory": (memory_engine.__name__, "")}
            monkeypatch.setattr(registry, "_ENGINES", known)
            return f"memory://{tmp_path.name}"
        case "postgres":
            return request.getfixturevalue("postgres").address(schema=f"test_{uuid4().hex[:12]}")
        case _:
            pytest.importorskip("pymilvus", reason="needs the extra `milvus`")
            pytest.importorskip("milvus_lite", reason="needs the extra `milvus`")
            return f"milvus+file://{tmp_path / 'between.db'}"


@pytest.fixture
def source(tmp_path, folder, write, paragraphs):
    """An index with a bit of everything."""
    for number in range(12):
        write(f"{number}.txt", paragraphs(f"a heron of {number}", f"a newt, {'and ' * number}more"))
    write("gone.txt", paragraphs("a removed one"))
    write("bad.txt", b"\x00\x01\x02\x03" * 100)
    write("table.csv", "name,legs\nheron,2\nnewt,4\n")
    place = tmp_path / "first.index"
    with Index.open(place, create=True, encoder=WordEncoder()) as index:
        index.add([folder], exclude=["*.tmp"])
        index.remove(folder / "gone.txt")
        index.add_texts([("a note", paragraphs("a text without a file, é 😀"))])
        index.set_threshold(0.25)
        index.write_note("tuned", "by hand")
    return place


def describe(place):
    """All that a person can see of an index."""
    with Index.open(place, encoder=Unused()) as index:
        engine = index.engine
        vectors = engine.open_vectors(engine.fingerprint)
        documents = {}
        for document in index.documents():
            passages = index.passages(document.path)
            for passage in passages:
                assert passage.span.of(index.text(document.path)) == passage.text
            rows = vectors.read([passage.id for passage in passages])
            documents[document.path] = (
                document.title,
                index.text(document.path),
                [(each.span, each.headings, each.columns, each.page) for each in passages],
                np.round([rows[passage.id] for passage in passages], 6).tolist(),
            )
        # Equal scores differ in their last bits, by where a vector lies.
        found = {
            (question, mode): sorted(
                (-round(hit.score, 3), hit.document.path, hit.passage.span)
                for hit in Retriever(index).search(question, 50, mode, filter=filter)
            )
            for question, filter in (("heron of 7", None), ("legs", Filter(types="csv")))
            for mode in ("dense", "bm25")
        }
        kept = (
            engine.states(),
            engine.failures(),
            engine.given().roots,
            index.removed,
            index.threshold,
            index.read_note("tuned"),
            (engine.model, engine.fingerprint),
        )
        assert index.verify() == []
        return documents, kept, found


def test_all_is_the_same_there_and_back(source, between, tmp_path):
    steps = []
    copied = copy_index(read_location(source), read_location(between), progress=steps.append)
    back = tmp_path / "back.index"
    copy_index(read_location(between), read_location(back))
    first, last = describe(source), describe(back)
    assert (copied.documents, copied.passages) == (14, sum(len(d[2]) for d in first[0].values()))
    assert (steps[-1].stage, steps[-1].done) == ("copying", steps[-1].total)
    copies = [last] if between.startswith("memory") else [last, describe(between)]
    for documents, kept, found in copies:
        assert (documents, kept) == first[:2]
        for key, hits in found.items():
            # The words of removed passages may still be counted in the source.
            assert {hit[1:] for hit in hits} == {hit[1:] for hit in first[2][key]}
            scores = [hit[0] for hit in hits]
            assert scores == pytest.approx([hit[0] for hit in first[2][key]], abs=0.02)


def test_each_text_is_unpacked_once(source, tmp_path, monkeypatch):
    unpacked = []

    def count(stored):
        unpacked.append(stored)
        return decode_body(stored)

    with Index.open(source, encoder=Unused()) as index:
        documents = index.counts.documents
    monkeypatch.setattr("index.engines.local.storage.rows.decode_body", count)
    copy_index(source, tmp_path / "copy.index")
    assert len(unpacked) == len({*unpacked}) == documents


def test_an_index_goes_on_where_it_was_copied_to(source, between, folder, write, paragraphs):
    copy_index(read_location(source), read_location(between))
    with Index.open(between, encoder=WordEncoder()) as index:
        write("new.txt", paragraphs("a kingfisher"))
        report = index.update()
        assert (report.added, report.updated, report.removed) == (1, 0, 0)
        assert "kingfisher" in Retriever(index).search("kingfisher")[0].passage.text


def test_what_is_there_already_is_left_alone(source, tmp_path):
    with pytest.raises(CannotWrite, match="exists"):
        copy_index(read_location(source), read_location(source))
    (tmp_path / "a file").write_text("mine")
    with pytest.raises(CannotWrite, match="exists"):
        copy_index(read_location(source), read_location(tmp_path / "a file"))
    with pytest.raises(NotAnIndex):
        copy_index(read_location(tmp_path / "none"), read_location(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("between", ["folder", "milvus"], indirect=True)
def test_a_copy_that_is_stopped_leaves_nothing(source, between, tmp_path, monkeypatch):
    class Stop(Exception):
        pass

    def stop(step):
        if step.done:
            raise Stop

    monkeypatch.setattr(module, "_DOCUMENTS", 3)
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(Stop):
        copy_index(read_location(source), read_location(between), progress=stop)
    assert sorted(os.listdir(tmp_path)) == before
    copy_index(read_location(source), read_location(between))
    assert describe(between)[:2] == describe(source)[:2]


def test_where_nothing_can_be_made_the_place_that_was_named_is_named(source, tmp_path):
    (tmp_path / "a file").write_text("mine")
    target = tmp_path / "a file" / "copy"
    with pytest.raises(CannotWrite) as raised:
        copy_index(source, target)
    assert str(raised.value) == f"{target} cannot be written (Not a directory): nothing was made"


def test_an_index_that_changes_meanwhile_is_not_copied(source, tmp_path):
    def change(step):
        if step.stage == "copying" and not step.done:
            with Index.open(source, encoder=WordEncoder()) as index:
                index.add_texts([("late", "A late text.")])

    with pytest.raises(QuotebackError, match="changed meanwhile"):
        copy_index(read_location(source), read_location(tmp_path / "to"), progress=change)
    assert not (tmp_path / "to").exists()


def test_the_command_that_mends_the_source_names_it(source, tmp_path, monkeypatch):
    aside = tmp_path / "my index"
    source.rename(aside)
    with Index.open(aside, encoder=WordEncoder()) as index:
        monkeypatch.setattr(type(index.engine), "count_embedded", lambda _: 0)
    with pytest.raises(QuotebackError, match="lacks the vectors of") as raised:
        copy_index(read_location(aside), read_location(tmp_path / "to"))
    assert str(raised.value).endswith(f"run `quoteback index --index '{aside}'` first")


def test_an_empty_index_is_copied(tmp_path):
    Index.open(tmp_path / "empty", create=True, encoder=WordEncoder()).close()
    copied = copy_index(read_location(tmp_path / "empty"), read_location(tmp_path / "to"))
    assert (copied.documents, copied.passages) == (0, 0)
    with Index.open(tmp_path / "to", encoder=WordEncoder()) as index:
        assert index.model == "words"
    assert Path(tmp_path / "to").is_dir()


def test_a_promise_holds_for_the_copy_as_for_the_source(source, between, tmp_path):
    with Index.open(source, encoder=WordEncoder()) as index:
        index.set_promise(Promise("shown", 0.05, 0.75, 240, 130, 1, "models"))
    copy_index(source, read_location(between))
    with Index.open(between, encoder=WordEncoder()) as index:
        assert not index.status().promise_is_old
        index.add_texts([("another note", "a text that came later")])
        assert index.status().promise_is_old
