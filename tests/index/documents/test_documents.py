"""Spans lie within each other, share text, or stand apart."""

from hypothesis import given
from hypothesis import strategies as st

from index import Span

SPANS = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda each: Span(each[0], sum(each)))


@given(SPANS, SPANS)
def test_a_span_holds_another_where_all_its_code_points_are_its_own(one, other):
    own, others = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.holds(other) == (others <= own)


@given(SPANS, SPANS)
def test_spans_overlap_where_they_have_a_code_point_in_common(one, other):
    own, others = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.overlaps(other) == other.overlaps(one) == bool(own & others)
