"""One share for reading and embedding together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.documents.indexing_share import IndexingShare

steps = st.lists(
    st.tuples(st.sampled_from(["reading", "embedding"]), st.integers(0, 50), st.integers(1, 50)),
    max_size=30,
)


@given(steps)
def test_it_never_falls_and_stays_within_the_whole(taken):
    share, before = IndexingShare(), 0.0
    for stage, done, total in taken:
        now = share.update(stage, min(done, total), total)
        assert before <= now <= 1
        before = now


def test_half_read_and_half_of_that_embedded_is_about_a_quarter():
    share = IndexingShare()
    share.update("reading", 50, 100)
    assert share.update("embedding", 500, 1000) == pytest.approx(0.275)


def test_all_read_and_embedded_is_the_whole():
    share = IndexingShare()
    share.update("reading", 9, 9)
    assert share.update("embedding", 20, 20) == 1


def test_other_stages_are_no_part_of_it():
    assert IndexingShare().update("looking for files", 3, 0) is None
    assert IndexingShare().update("checking documents", 3, 9) is None
