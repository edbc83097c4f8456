"""Dense search over segments: exact, deterministic, and safe against damage and merging."""

import numpy as np
import pytest

from index import vectors as module
from index.vectors import Vectors


def unit(count, dimension=32, seed=0):
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def segments(folder):
    return sorted(folder.glob("*.segment"))


@pytest.fixture
def rows():
    return unit(5000)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "vectors"


@pytest.fixture
def filled(folder, rows):
    """Five segments of a thousand vectors each."""
    made = Vectors(folder)
    for at in range(0, 5000, 1000):
        made.append(range(at + 1, at + 1001), rows[at : at + 1000])
    return made


def test_nothing_is_found_where_nothing_is(folder):
    empty = Vectors(folder)
    assert empty.is_empty
    assert empty.search(unit(1)[0], 5) == []
    assert empty.scores(unit(1)[0], [1, 2]) == {}
    assert empty.ids().tolist() == []
    empty.compact(np.empty(0, np.int64))


def test_search_is_exact(filled, rows):
    question = unit(1, seed=9)[0]
    found = filled.search(question, 20)
    expected = rows.astype(np.float16).astype(np.float64) @ question
    best = np.argsort(-expected, kind="stable")[:20]
    assert [number for number, _ in found] == (best + 1).tolist()
    assert [score for _, score in found] == pytest.approx(expected[best].tolist())


def test_more_than_there_is_may_be_asked_for(filled):
    assert len(filled.search(unit(1)[0], 10**9)) == 5000


def test_ties_go_to_the_lower_id_wherever_the_rows_lie(folder):
    store = Vectors(folder)
    same = np.repeat(unit(1), 50, axis=0)
    for first in (901, 1, 401):
        store.append(range(first, first + 50), same)
    question = unit(1, seed=3)[0]
    assert [number for number, _ in store.search(question, 60)] == [*range(1, 51), *range(401, 411)]
    before = store.search(question, 60)
    store.compact(store.ids(), force=True)
    assert store.search(question, 60) == before


@pytest.mark.parametrize("step", [1, 7, 3000])
def test_the_best_of_those_allowed_are_found(filled, step):
    question = unit(1, seed=6)[0]
    allowed = np.arange(5, 5001, step)
    expected = [pair for pair in filled.search(question, 5000) if pair[0] in set(allowed.tolist())]
    for k in (1, 20, 5000):
        assert filled.search(question, k, allowed) == expected[:k]
    assert filled.search(question, 9, np.array([6000])) == []


def test_scores_are_those_of_the_search(filled):
    question = unit(1, seed=4)[0]
    found = dict(filled.search(question, 50))
    assert filled.scores(question, [*found, 10**6, 0]) == found


def test_another_reader_sees_what_is_appended_and_merged(filled, folder):
    reader = Vectors(folder)
    filled.append([9001], unit(1, seed=7))
    reader.refresh()
    assert reader.search(unit(1, seed=7)[0], 1)[0][0] == 9001
    filled.compact(filled.ids(), force=True)
    reader.refresh()
    assert reader.ids().tolist() == filled.ids().tolist()
    assert len(segments(folder)) == 1


def test_a_reader_that_listed_before_a_merge_looks_again(filled, folder, monkeypatch):
    reader = Vectors(folder)
    reader._segments = {}
    listed = reader._listed
    once = iter([True])

    def list_then_merge():
        names = listed()
        if next(once, False):
            filled.compact(filled.ids(), force=True)
        return names

    monkeypatch.setattr(reader, "_listed", list_then_merge)
    reader.refresh()
    assert len(reader.ids()) == 5000


def test_a_name_is_never_used_twice(filled, folder):
    names = {path.name for path in segments(folder)}
    filled.compact(np.empty(0, np.int64), force=True)
    assert segments(folder) == []
    filled.append([1], unit(1))
    assert not {path.name for path in segments(folder)} & names


def test_many_small_segments_are_merged_and_results_stay(folder):
    store = Vectors(folder)
    rows = unit(40)
    for number in range(40):
        store.append([number + 1], rows[number : number + 1])
        store.compact(store.ids())
    question = unit(1, seed=5)[0]
    assert len(segments(folder)) <= module._MOST_SMALL + 1
    whole = Vectors(folder.with_name("other"))
    whole.append(range(1, 41), rows)
    assert store.search(question, 40) == whole.search(question, 40)


def test_full_segments_are_left_alone(filled, folder, monkeypatch):
    monkeypatch.setattr(module, "_FULL", 1000)
    before = segments(folder)
    for number in range(20):
        filled.append([9000 + number], unit(1))
    filled.compact(filled.ids())
    assert set(before) < set(segments(folder))
    assert len(segments(folder)) == len(before) + 1


def test_deleted_passages_go_when_they_are_most(filled):
    alive = np.arange(1, 2001)
    filled.compact(alive)
    assert filled.ids().tolist() == alive.tolist()


def test_what_a_kill_left_unfinished_is_cleared_away(filled, folder):
    (folder / "left.part").write_bytes(b"half")
    filled.compact(filled.ids())
    assert not (folder / "left.part").exists()


def test_a_segment_there_twice_counts_once(filled, rows):
    filled.append(range(1, 1001), rows[:1000])
    assert len(filled.ids()) == 5000
    found = [number for number, _ in filled.search(rows[5], 100)]
    assert len(set(found)) == 100
    filled.compact(filled.ids(), force=True)
    assert len(filled.ids()) == 5000


@pytest.mark.parametrize("place", [0, 9, 13, 17, 60, 200, 1000, 9000, -1])
@pytest.mark.usefixtures("filled")
def test_a_changed_byte_puts_its_segment_aside_and_nothing_else(folder, rows, place):
    path = segments(folder)[2]
    data = bytearray(path.read_bytes())
    data[place] ^= 0x10
    path.write_bytes(data)
    reader = Vectors(folder)
    found = reader.search(rows[2500], 4500)
    assert {number for number, _ in found} == {*range(1, 2001), *range(3001, 5001)}
    assert len(reader.damage) == 1
    reader.compact(np.arange(1, 5001))
    assert reader.damage == []
    assert len(reader.ids()) == 4000


@pytest.mark.parametrize("size", [0, 5, 100, 5000, -1])
@pytest.mark.usefixtures("filled")
def test_a_segment_cut_short_is_put_aside(folder, rows, size):
    path = segments(folder)[0]
    path.write_bytes(path.read_bytes()[:size])
    reader = Vectors(folder)
    assert len(reader.search(rows[0], 9999)) == 4000
    assert reader.verify()


@pytest.mark.usefixtures("filled")
def test_what_is_no_segment_is_put_aside(folder):
    (folder / "notes.segment").write_text("mine")
    (folder / "folder.segment").mkdir()
    (folder / "link.segment").symlink_to("nowhere")
    reader = Vectors(folder)
    assert len(reader.ids()) == 5000
    assert len(reader.damage) == 2
    reader.compact(reader.ids())
    assert len(reader.ids()) == 5000
