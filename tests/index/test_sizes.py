"""Sizes as people read them: in powers of 1000, in the unit that fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import describe_size


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 kB"),
        (3_400, "3.4 kB"),
        (99_960, "100 kB"),
        (999_499, "999 kB"),
        (999_999, "1 MB"),
        (2**20, "1 MB"),
        (12_000_000, "12 MB"),
        (256 * 2**20, "268 MB"),
        (13_203_600_000, "13.2 GB"),
        (5 * 10**9, "5 GB"),
        (2_500 * 10**12, "2500 TB"),
    ],
)
def test_sizes_as_people_write_them(size, words):
    assert describe_size(size) == words


@given(st.integers(0, 10**15))
def test_what_is_shown_is_the_size_rounded(size):
    number, unit = describe_size(size).split()
    power = 1000 ** ("B", "kB", "MB", "GB", "TB").index(unit)
    assert float(number) * power == pytest.approx(size, rel=0.05)
    assert len(number) <= 4
