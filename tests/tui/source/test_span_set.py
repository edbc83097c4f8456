"""SpanSet of a text, found by where they stand."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index import Span
from tui.source.span_set import NO_SPANS, SpanSet

SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 8)).map(lambda at: Span(at[0], at[0] + at[1])),
    max_size=8,
)


@given(SPANS)
def test_they_are_ascending_apart_and_cover_just_what_the_spans_do(spans):
    stretches = SpanSet.from_spans(spans)
    found = [stretches[number] for number in range(len(stretches))]
    assert all(len(span) > 0 for span in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    covered = {at for span in spans for at in range(span.start, span.end)}
    assert {at for span in found for at in range(span.start, span.end)} == covered


@given(SPANS, st.integers(0, 50))
def test_an_offset_is_held_where_a_span_covers_it(spans, offset):
    covered = any(span.start <= offset < span.end for span in spans)
    assert SpanSet.from_spans(spans).contains(offset) == covered


@given(SPANS, st.integers(0, 50), st.integers(0, 50))
def test_the_edges_between_two_offsets_are_all_places_where_something_changes(spans, a, b):
    start, end = sorted((a, b))
    stretches = SpanSet.from_spans(spans)
    changes = {
        at for at in range(start + 1, end) if stretches.contains(at) != stretches.contains(at - 1)
    }
    assert changes <= stretches.edges_between(start, end)
    assert all(start < edge < end for edge in stretches.edges_between(start, end))


def test_spans_that_touch_stay_apart():
    stretches = SpanSet.from_spans([Span(3, 5), Span(1, 3)])
    assert [stretches[0], stretches[1]] == [Span(1, 3), Span(3, 5)]


def test_the_first_after_an_offset_is_known_by_its_number():
    stretches = SpanSet.from_spans([Span(2, 4), Span(8, 9)])
    assert [stretches.first_after(offset) for offset in (0, 3, 4, 8, 9)] == [0, 0, 1, 1, 2]


def test_nothing_holds_nothing():
    assert len(NO_SPANS) == 0
    assert not NO_SPANS.contains(0)
    assert NO_SPANS.edges_between(0, 9) == set()
