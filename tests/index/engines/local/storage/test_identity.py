"""All parts of an index bear its identity and its format; one of another is noticed, and left alone."""

import shutil
import sqlite3
from contextlib import closing
from threading import Event

import pytest

from index import Index, IndexMoved, OtherFormat, Retriever, watch
from index.engines.local.storage.schema import FILE_NAME, INDEX_FORMAT


@pytest.fixture
def two(tmp_path, words, paragraphs):
    """Two indexes with as many passages, of other documents."""
    places = []
    for name, topics in (("one", ("rain", "snow")), ("two", ("hail", "fog"))):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.txt").write_text(paragraphs(*topics))
        places.append(tmp_path / f"{name}.index")
        with Index.open(places[-1], create=True, encoder=words) as index:
            index.add([folder])
    return places


@pytest.mark.parametrize("part", ["vectors", "keywords"])
def test_a_part_of_another_index_is_said_and_made_again(two, words, part):
    first, second = two
    shutil.rmtree(first / part)
    shutil.copytree(second / part, first / part)
    with Index.open(first, encoder=words) as index:
        assert any("belongs to another index" in problem for problem in index.verify())
        assert index.repair() == []
        for mode in ("dense", "bm25"):
            [hit, *_] = Retriever(index).search("rain", 2, mode)
            assert "rain" in hit.passage.text


def test_a_single_file_of_vectors_of_another_index_is_not_believed(two, words):
    first, _ = two
    [own], [foreign] = ((place / "vectors").glob("*.segment") for place in two)
    shutil.copy(foreign, own)
    with Index.open(first, encoder=words) as index:
        assert index.embedded == 0
        index.update()
        assert index.verify() == []


def test_the_store_of_another_index_makes_all_other_parts_foreign(two, words):
    first, second = two
    shutil.copy(second / "index.sqlite", first / "index.sqlite")
    with Index.open(first, encoder=words) as index:
        problems = index.verify()
        for part in ("vectors", "keywords", "folders.json"):
            assert any(problem.startswith(f"{part}: ") for problem in problems)
        assert index.repair() == []
        assert Retriever(index).search("hail", 1, "dense")


@pytest.mark.parametrize("how", ["moved", "removed", "replaced"])
def test_an_index_that_is_no_longer_in_its_place_is_noticed(two, words, folder, how):
    first, second = two
    away = first.with_name("away.index")
    with Index.open(first, encoder=words) as index:
        if how == "removed":
            shutil.rmtree(first)
        else:
            first.rename(away)
        if how == "replaced":
            second.rename(first)
        retriever = Retriever(index)
        for step in (
            lambda: retriever.search("rain"),
            index.documents,
            index.status,
            lambda: index.add([folder]),
            index.update,
            index.repair,
        ):
            with pytest.raises(IndexMoved, match="no longer the index that was opened"):
                step()
        # Nothing was made in its place.
        assert first.exists() == (how == "replaced")
        if how == "moved":
            away.rename(first)
            assert retriever.search("rain")


@pytest.mark.slow
def test_a_watcher_ends_when_its_index_is_moved(two, words, folder):
    first, _ = two
    with Index.open(first, encoder=words) as index:
        reports = watch(index, [folder], stop=Event())
        next(reports)
        first.rename(first.with_name("away.index"))
        with pytest.raises(IndexMoved):
            next(reports)
    assert not first.exists()


def read_format(place):
    with closing(sqlite3.connect(place / FILE_NAME)) as connection:
        return connection.execute("SELECT value FROM settings WHERE name = 'format'").fetchone()[0]


@pytest.mark.parametrize(
    ("found", "advice"),
    [(str(INDEX_FORMAT + 1), "update Quoteback"), ("0", "remove the folder")],
)
def test_another_format_is_refused_and_left_as_it_is(index, words, found, advice):
    index.engine.set_setting("format", found)
    with pytest.raises(OtherFormat, match=advice):
        Index.open(index.path, create=True, encoder=words)
    with pytest.raises(OtherFormat, match=advice):
        index.documents()
    with pytest.raises(OtherFormat, match=advice):
        Index.restore(index.path, encoder=words)
    assert read_format(index.path) == found


def test_a_store_without_a_format_is_refused(index, words):
    with index.engine.writing() as connection:
        connection.execute("DELETE FROM settings WHERE name = 'format'")
    with pytest.raises(OtherFormat, match="unknown"):
        Index.open(index.path, encoder=words)
