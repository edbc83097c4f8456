"""Words written from right to left, in reading order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.pdf.fragments import order_pieces

A, B, C = "\u05d0", "\u05d1\u05d1", "\u0627\u0628"


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        (["to", " ", "sea"], ["to", " ", "sea"]),
        ([A, " ", B, " ", C], [C, " ", B, " ", A]),
        (["?", A, " ", B], [B, " ", A, "?"]),
        (["12", " ", A], [A, " ", "12"]),
        (["See", " ", "12", " ", A, "/", B, "."], ["See", " ", "12", " ", B, "/", A, "."]),
        ([A, " ", B, " ", "or", " ", C, " ", A], [B, " ", A, " ", "or", " ", A, " ", C]),
        (["2", "0", "2", "4", " ", A], [A, " ", "2", "0", "2", "4"]),
        ([A, " ", *"1/12", "-", B, "sea"], [B, "-", *"1/12", " ", A, "sea"]),
        ([".", *"18:30", " ", A], [A, " ", *"18:30", "."]),
        ([*"-5", " ", A, " ", *"50%"], [*"50%", " ", A, " ", *"-5"]),
        ([f"{A} sea", " ", A, " ", B], [f"{A} sea", " ", B, " ", A]),
    ],
)
def test_runs_of_words_change_places(seen, read):
    assert order_pieces(seen) == read


@given(st.lists(st.sampled_from([A, B, C, " ", "12", "3", "%", "-", "?", "sea", f"{A} sea"])))
def test_no_piece_is_lost_and_others_keep_their_places(seen):
    read = order_pieces(seen)
    assert sorted(read) == sorted(seen)
    assert [at for at, piece in enumerate(read) if "sea" in piece] == [
        at for at, piece in enumerate(seen) if "sea" in piece
    ]
