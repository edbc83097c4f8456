"""From characters of a document to what is drawn of them, and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index import Span
from tests.tui.source.rendering.conftest import list_pieces
from tui.source.rendering.rendering import OffsetMap
from tui.source.span_set import SpanSet


@st.composite
def maps(draw: st.DrawFn) -> OffsetMap:
    flat, at, drawn = [], 0, 0
    for _ in range(draw(st.integers(0, 8))):
        at, drawn = at + draw(st.integers(0, 3)), drawn + draw(st.integers(0, 3))
        size = draw(st.integers(1, 5))
        drawn_size = draw(st.sampled_from([size, 1, 2]))
        flat += [at, at + size, drawn, drawn + drawn_size]
        at, drawn = at + size, drawn + drawn_size
    return OffsetMap.from_pieces(flat)


def drawn_of(offsets: OffsetMap, span: Span) -> set[int]:
    """Where the characters of a span are drawn, found one by one."""
    drawn: set[int] = set()
    for start, end, first, past in list_pieces(offsets):
        for at in range(max(start, span.start), min(end, span.end)):
            drawn |= {first + at - start} if end - start == past - first else {*range(first, past)}
    return drawn


@given(maps(), st.lists(st.integers(0, 60), max_size=12))
def test_spans_are_drawn_where_their_characters_are(offsets, edges):
    edges.sort()
    spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    mapped = offsets.map_spans(SpanSet.from_spans(spans))
    places = [
        at
        for number in range(len(mapped))
        for at in range(mapped.starts[number], mapped.ends[number])
    ]
    assert len(places) == len(set(places))
    assert set(places) == set().union(*(drawn_of(offsets, span) for span in spans))


@given(maps(), st.integers(0, 60))
def test_a_character_that_is_drawn_is_found_in_both_directions(offsets, offset):
    drawn = drawn_of(offsets, Span(offset, offset + 1))
    if drawn:
        assert offsets.to_drawn(offset) == min(drawn)
        back = offsets.to_document(offsets.to_drawn(offset))
        assert back <= offset
        assert offsets.to_drawn(back) == min(drawn)


@given(maps(), st.lists(st.integers(0, 60), max_size=12))
def test_spans_as_drawn_lead_from_their_first_character_to_their_last(offsets, edges):
    edges.sort()
    spans = SpanSet.from_spans(Span(*each) for each in zip(edges[::2], edges[1::2], strict=False))
    located = [Span(*each) for each in zip(*_edges(offsets.locate(spans)), strict=True)]
    wanted = [
        Span(offsets.to_document(start), offsets.to_document(end - 1) + 1)
        for start, end in zip(*_edges(spans), strict=True)
        if len(offsets.starts)
    ]
    # Of those that stand for the same characters the first one is kept.
    assert all(span in wanted for span in located)
    assert not wanted or located[0] == wanted[0]


def _edges(spans: SpanSet) -> tuple[list[int], list[int]]:
    return spans.starts.tolist(), spans.ends.tolist()


def test_what_is_not_drawn_leads_to_what_comes_next():
    offsets = OffsetMap.from_pieces([2, 5, 0, 3, 8, 9, 4, 5])
    assert [offsets.to_drawn(at) for at in (0, 2, 4, 6, 8, 20)] == [0, 0, 2, 4, 4, 5]
    assert [offsets.to_document(at) for at in (0, 3, 4, 9)] == [2, 8, 8, 9]


def test_all_of_a_document_that_is_drawn_as_it_is():
    offsets = OffsetMap.identity(10)
    assert offsets.to_drawn(7) == offsets.to_document(7) == 7
    assert offsets.map_spans(SpanSet.from_spans([Span(2, 4)]))[0] == Span(2, 4)
