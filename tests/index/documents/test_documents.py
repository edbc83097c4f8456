"""Spans lie within each other, share text, or stand apart; what loaders say is valid Unicode."""

from hypothesis import given
from hypothesis import strategies as st

from index import Content, Heading, Span, Table

SPANS = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda each: Span(each[0], sum(each)))


@given(SPANS, SPANS)
def test_a_span_holds_another_where_all_its_code_points_are_its_own(one, other):
    own, others = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.holds(other) == (others <= own)


@given(SPANS, SPANS)
def test_spans_overlap_where_they_have_a_code_point_in_common(one, other):
    own, others = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.overlaps(other) == other.overlaps(one) == bool(own & others)


def test_halves_of_characters_are_replaced_in_all_that_a_loader_says():
    table = Table(Span(0, 1), ("\ud800a",), "b\udfff")
    content = Content("\ud800", "\ud800", (Heading(Span(0, 1), 1, "\ud800c"),), tables=(table,))
    said = (content.text, content.title, content.headings[0].text, *table.columns, table.caption)
    assert said == ("\ufffd", "\ufffd", "\ufffdc", "\ufffda", "b\ufffd")
