"""Files dealt out to several processes by their paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Index, OneWriter, Shard
from tests.support.encoders import WordEncoder


@given(st.binary(min_size=1, max_size=30), st.integers(1, 12))
def test_each_path_is_in_one_part(name, count):
    path = f"/{name.decode(errors='surrogateescape')}"
    assert sum(Shard(number, count).holds(path) for number in range(1, count + 1)) == 1


def test_parts_are_about_equal_and_the_same_everywhere():
    paths = [f"/folder/{number}.txt" for number in range(4_000)]
    sizes = [sum(Shard(number, 8).holds(path) for path in paths) for number in range(1, 9)]
    assert min(sizes) > 400
    assert [Shard(number, 8).holds("/a/b.txt") for number in range(1, 9)].index(True) == 2


@pytest.mark.parametrize(("number", "count"), [(0, 3), (4, 3), (1, 0), (-1, 2), (1, 10**6)])
def test_what_is_no_part_is_refused(number, count):
    with pytest.raises(ValueError, match="no shard"):
        Shard(number, count)


def test_an_index_in_a_folder_takes_one_writer(tmp_path):
    (tmp_path / "docs").mkdir()
    with (
        Index.open(tmp_path / "an.index", create=True, encoder=WordEncoder()) as index,
        pytest.raises(OneWriter, match="leave out --shard"),
    ):
        index.add([tmp_path / "docs"], shard=Shard(1, 2))
