"""Dense search over segments: right, deterministic, and safe against damage and merging."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.arrays import union_ids
from index.engines.local import vectors as module
from index.engines.local.vectors import Vectors
from index.search import signs


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
def merge(monkeypatch):
    """Merges all segments of a store into one."""

    def merge(store):
        with monkeypatch.context() as patch:
            patch.setattr(module, "_MOST_SMALL_SEGMENTS", 1)
            store.compact()

    return merge


@pytest.fixture
def large(monkeypatch):
    """Treats the smallest store as a large one."""
    monkeypatch.setattr(module, "_EXACT_PASSAGES", 0)
    monkeypatch.setattr(module, "_COMPARED", 200)


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
    empty.remove([1, 2])
    empty.compact()
    assert not folder.exists()


def test_search_is_exact(filled, rows):
    question = unit(1, seed=9)[0]
    found = filled.search(question, 20)
    expected = rows.astype(np.float16).astype(np.float64) @ question
    best = np.argsort(-expected, kind="stable")[:20]
    assert [number for number, _ in found] == (best + 1).tolist()
    assert [score for _, score in found] == pytest.approx(expected[best].tolist())


def test_more_than_there_is_may_be_asked_for(filled):
    assert len(filled.search(unit(1)[0], 10**9)) == 5000


@pytest.mark.parametrize("compared", [1, 60, 20_000])
def test_ties_go_to_the_lower_id_wherever_the_rows_lie(folder, merge, monkeypatch, compared):
    monkeypatch.setattr(module, "_EXACT_PASSAGES", 0)
    monkeypatch.setattr(module, "_COMPARED", compared)
    monkeypatch.setattr(module, "_COMPARED_EACH", 1)
    store = Vectors(folder)
    same = np.repeat(unit(1), 50, axis=0)
    for first in (901, 1, 401):
        store.append(range(first, first + 50), same)
    question = unit(1, seed=3)[0]
    assert [number for number, _ in store.search(question, 60)] == [*range(1, 51), *range(401, 411)]
    before = store.search(question, 60)
    merge(store)
    assert store.search(question, 60) == before


@pytest.mark.parametrize("exact", [0, 20_000])
@pytest.mark.parametrize("step", [1, 7, 3000])
def test_the_best_of_those_allowed_are_found(filled, step, exact, monkeypatch):
    question = unit(1, seed=6)[0]
    allowed = np.arange(5, 5001, step)
    expected = [pair for pair in filled.search(question, 5000) if pair[0] in set(allowed.tolist())]
    monkeypatch.setattr(module, "_EXACT_PASSAGES", exact)
    for k in (1, 20, 5000):
        assert filled.search(question, k, allowed) == expected[:k]
    assert filled.search(question, 9, np.array([6000])) == []
    assert filled.search(question, 9, np.empty(0, np.int64)) == []


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("dimension", [24, 64, 100, 384])
def test_a_large_store_misses_next_to_nothing(folder, dimension):
    """Vectors in clusters, as text has them; every 25th is read."""
    centres = unit(40, dimension, seed=1)
    rows = np.repeat(centres, 125, axis=0) + 0.7 * unit(5000, dimension, seed=2)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    store = Vectors(folder)
    for at in range(0, 5000, 1000):
        store.append(range(at + 1, at + 1001), rows[at : at + 1000])
    questions = centres + 0.7 * unit(40, dimension, seed=3)
    questions /= np.linalg.norm(questions, axis=1, keepdims=True)
    found = [store.search(question, 10) for question in questions]
    expected = np.argsort(-(rows.astype(np.float16) @ questions.T), axis=0)[:10].T + 1
    hits = [
        len({number for number, _ in some} & set(best.tolist()))
        for some, best in zip(found, expected, strict=True)
    ]
    assert sum(hits) >= 0.97 * 400
    for question, some in zip(questions, found, strict=True):
        assert store.scores(question, [number for number, _ in some]) == dict(some)


def test_the_more_vectors_there_are_the_more_are_compared(filled, rows, monkeypatch):
    monkeypatch.setattr(module, "_EXACT_PASSAGES", 0)
    monkeypatch.setattr(module, "_COMPARED", 30)
    monkeypatch.setattr(module, "_COMPARED_EACH", 1)

    def share_found():
        questions = unit(40, rows.shape[1], seed=3)
        best = np.argsort(-(rows @ questions.T), axis=0)[:10].T + 1
        found = [{number for number, _ in filled.search(each, 10)} for each in questions]
        return sum(len(set(a.tolist()) & b) for a, b in zip(best, found, strict=True)) / 400

    missed = 1 - share_found()
    assert missed > 0.2
    monkeypatch.setattr(module, "_COMPARED_AGAIN", 500)
    assert 1 - share_found() < missed / 3


def test_vectors_are_not_kept_in_memory_in_a_large_store(filled, monkeypatch):
    monkeypatch.setattr(module, "_EXACT_PASSAGES", 4999)
    monkeypatch.setattr(module, "_COMPARED", 100)
    for k in (10, 5000):
        filled.search(unit(1)[0], k)
    assert not any("matrix" in vars(segment) for segment in filled._view.segments.values())


def test_scores_are_those_of_the_search(filled):
    question = unit(1, seed=4)[0]
    found = dict(filled.search(question, 50))
    assert filled.scores(question, [*found, 10**6, 0]) == found


def test_stored_vectors_are_those_that_were_appended(filled, rows):
    stored = filled.read([7, 4321, 7, 6000])
    assert sorted(stored) == [7, 4321]
    for number, vector in stored.items():
        assert vector.dtype == np.float32
        assert vector == pytest.approx(rows[number - 1], abs=1e-3)


def test_another_reader_sees_what_is_appended_removed_and_merged(filled, folder, merge):
    reader = Vectors(folder)
    filled.append([9001], unit(1, seed=7))
    reader.refresh()
    assert reader.search(unit(1, seed=7)[0], 1)[0][0] == 9001
    filled.remove([9001])
    reader.refresh()
    assert reader.search(unit(1, seed=7)[0], 1)[0][0] != 9001
    merge(filled)
    assert len(segments(folder)) == 1
    question = unit(1, seed=8)[0]
    assert reader.search(question, 9) == filled.search(question, 9)
    reader.refresh()
    assert reader.ids().tolist() == filled.ids().tolist() == [*range(1, 5001)]


def test_a_reader_that_listed_before_a_merge_looks_again(filled, folder, merge, monkeypatch):
    reader = Vectors(folder)
    filled.append([9001], unit(1))
    listed = reader._list_names
    once = iter([True])

    def list_then_merge():
        names = listed()
        if next(once, False):
            merge(filled)
        return names

    monkeypatch.setattr(reader, "_list_names", list_then_merge)
    reader.refresh()
    assert len(reader.ids()) == 5001
    assert reader.damage == []


def test_a_name_is_never_used_twice(filled, folder):
    names = {path.name for path in segments(folder)}
    filled.remove(range(1, 5001))
    filled.compact()
    assert segments(folder) == []
    filled.append([1], unit(1))
    assert not {path.name for path in segments(folder)} & names


def test_many_small_segments_are_merged_and_results_stay(folder):
    store = Vectors(folder)
    rows = unit(40)
    for number in range(40):
        store.append([number + 1], rows[number : number + 1])
        store.compact()
    question = unit(1, seed=5)[0]
    assert len(segments(folder)) <= module._MOST_SMALL_SEGMENTS + 1
    whole = Vectors(folder.with_name("other"))
    whole.append(range(1, 41), rows)
    assert store.search(question, 40) == whole.search(question, 40)


def test_full_segments_are_left_alone(filled, folder, monkeypatch):
    monkeypatch.setattr(module, "_FULL_VECTORS", 1000)
    before = segments(folder)
    for number in range(20):
        filled.append([9000 + number], unit(1))
    filled.compact()
    assert set(before) < set(segments(folder))
    assert len(segments(folder)) == len(before) + 1


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 1.0])
def test_signs_are_compared_for_few_chosen_passages_as_for_many(filled, share):
    [question] = unit(1, seed=9)
    chosen = np.flatnonzero(np.random.default_rng(3).random(5000) < share) + 1
    sources = filled._view.select(chosen)
    distances = signs._count_different_signs(sources, question)
    differ = [((segment.all_vectors() > 0) != (question > 0)).sum(axis=1) for segment, _ in sources]
    expected = np.full(5000, signs._FAR)
    expected[chosen - 1] = np.concatenate(differ)[chosen - 1]
    assert distances.tolist() == expected.tolist()


@pytest.mark.parametrize("exact", [0, 20_000])
def test_removed_passages_take_no_place_among_the_best(filled, rows, monkeypatch, exact):
    monkeypatch.setattr(module, "_EXACT_PASSAGES", exact)
    monkeypatch.setattr(module, "_COMPARED", 2000)
    question = unit(1, seed=2)[0]
    best = [number for number, _ in filled.search(question, 400)]
    filled.remove(best[:200])
    left = [number for number, _ in filled.search(question, 200)]
    assert len(set(left) & set(best[200:])) >= (200 if exact else 180)
    assert not set(left) & set(best[:200])
    assert filled.search(question, 10, np.sort(best[:200])) == []
    assert filled.scores(question, best[:200]) == {}
    assert set(filled.ids().tolist()) == {*range(1, 5001)} - set(best[:200])


def test_segments_of_which_much_was_removed_are_written_anew(filled, folder):
    before = segments(folder)
    filled.remove([*range(1, 1001), *range(2001, 2301), *range(4001, 4101)])
    size = sum(path.stat().st_size for path in before)
    filled.compact()
    assert set(segments(folder)) & set(before) == {before[1], before[3], before[4]}
    assert sum(path.stat().st_size for path in segments(folder)) < 0.8 * size
    alive = [*range(1001, 2001), *range(2301, 4001), *range(4101, 5001)]
    assert filled.ids().tolist() == Vectors(folder).ids().tolist() == alive


def test_an_empty_folder_in_place_of_a_segment_is_damage_and_goes(filled, folder):
    segment = segments(folder)[0]
    segment.unlink()
    segment.mkdir()
    vectors = Vectors(folder)
    vectors.refresh()
    assert vectors.ids().tolist() == [*range(1001, 5001)]
    vectors.compact()
    assert not segment.exists()


def test_what_was_removed_is_forgotten_with_the_segments_that_held_it(filled, folder):
    filled.remove(range(1, 1001))
    filled.compact()
    assert (folder / "removed").stat().st_size == 4


def test_a_passage_may_come_back(filled, rows):
    filled.remove([5, 6])
    filled.append([5], rows[4:5])
    assert filled.search(rows[4], 1)[0][0] == 5
    assert filled.ids().tolist() == [*range(1, 6), *range(7, 5001)]


@pytest.mark.parametrize("data", [b"", b"x", bytes(12), b"x" * 4012])
def test_a_damaged_note_of_what_was_removed_counts_as_none(filled, folder, data):
    filled.remove([7, 8, 9])
    (folder / "removed").write_bytes(data)
    reader = Vectors(folder)
    assert len(reader.ids()) == 5000
    reader.remove([7])
    assert len(Vectors(folder).ids()) == 4999


def test_what_a_kill_left_unfinished_is_cleared_away(filled, folder):
    (folder / "left.part").write_bytes(b"half")
    filled.compact()
    assert not (folder / "left.part").exists()


def test_a_segment_there_twice_counts_once(filled, rows, merge):
    filled.append(range(1, 1001), rows[:1000])
    assert len(filled.ids()) == 5000
    found = [number for number, _ in filled.search(rows[5], 100)]
    assert len(set(found)) == 100
    merge(filled)
    assert len(filled.ids()) == 5000


@pytest.mark.parametrize("exact", [0, 20_000])
@pytest.mark.parametrize("place", [0, 9, 13, 17, 60, 200, 1000, 17_000, 80_000, -1])
@pytest.mark.usefixtures("filled")
def test_a_changed_byte_puts_its_segment_aside_and_nothing_else(
    folder, rows, place, exact, monkeypatch
):
    monkeypatch.setattr(module, "_EXACT_PASSAGES", exact)
    path = segments(folder)[2]
    data = bytearray(path.read_bytes())
    data[place] ^= 0x10
    path.write_bytes(data)
    reader = Vectors(folder)
    found = reader.search(rows[2500], 4500)
    assert {number for number, _ in found} == {*range(1, 2001), *range(3001, 5001)}
    assert len(reader.damage) == 1
    reader.compact()
    assert reader.damage == []
    assert len(reader.ids()) == 4000


@pytest.mark.usefixtures("filled", "large")
def test_changed_signs_put_their_segment_aside_where_they_are_read(folder, rows):
    path = segments(folder)[2]
    data = bytearray(path.read_bytes())
    data[9000] ^= 1
    path.write_bytes(data)
    for find in (lambda reader: reader.search(rows[0], 1), Vectors.verify):
        reader = Vectors(folder)
        assert find(reader)
        assert len(reader.damage) == 1
        assert len(reader.ids()) == 4000


@pytest.mark.usefixtures("large")
def test_of_a_large_store_what_is_read_is_checked(filled, folder, rows):
    path = segments(folder)[2]
    data = bytearray(path.read_bytes())
    # Rows come last: 32 components of two bytes and a checksum of four each.
    data[-400 * (2 * 32 + 4) + 5] ^= 1
    path.write_bytes(data)
    reader = Vectors(folder)
    assert reader.search(rows[100], 1)[0][0] == 101
    found = reader.search(rows[2600], 1)
    assert not 2001 <= found[0][0] <= 3000
    assert len(reader.damage) == 1


@pytest.mark.usefixtures("filled")
def test_a_segment_cut_short_while_it_is_open_is_put_aside(folder, rows):
    reader = Vectors(folder)
    os.truncate(segments(folder)[1], 5000)
    assert len(reader.search(rows[0], 9999)) == 4000
    assert len(reader.damage) == 1


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
    reader.compact()
    assert len(reader.ids()) == 5000


@given(parts=st.lists(st.lists(st.integers(0, 50)), max_size=4))
def test_ids_are_put_together_as_sets_are(parts):
    together = union_ids(*parts)
    assert together.dtype == np.int64
    assert together.tolist() == sorted({number for part in parts for number in part})
