"""Spans of a text, found by where they stand; words, found at every place in any script."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from tests.support.loading import read_structure
from tests.support.timing import takes_at_most
from tests.tui.source.rendering.conftest import plain
from tui.source.rendering.documents import render_document
from tui.source.rendering.rendering import Rendering
from tui.source.span_set import NO_SPANS, SpanSet, find_words

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


# Words


def find_texts(text: str, words: str) -> list[str]:
    spans = find_words(text, words)
    return [spans[number].of(text) for number in range(len(spans))]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Rain, rain and RAIN.", "rain", ["Rain", "rain", "RAIN"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("brass\n  pluviometer", "brass pluviometer", ["brass\n  pluviometer"]),
        ("日本語の文、日本語", "日本語", ["日本語", "日本語"]),
        ("Привет, ПРИВЕТ", "привет", ["Привет", "ПРИВЕТ"]),
        ("e\u0301te\u0301", "e\u0301", ["e\u0301", "e\u0301"]),
        ("İstanbul İ x", "x", ["x"]),
        ("a.b axb [c] (", "a.b", ["a.b"]),
        ("a.b axb [c] (", "[c] (", ["[c] ("]),
        ("one", "two", []),
        ("one", "  ", []),
        ("", "one", []),
    ],
)
def test_what_is_found(text, words, expected):
    assert find_texts(text, words) == expected


@given(st.text(alphabet="aAbB \n日", max_size=60), st.text(alphabet="ab日", min_size=1, max_size=3))
def test_every_place_is_found_that_reads_the_same_in_lower_case(text, words):
    spans = find_words(text, words)
    starts = [spans[number].start for number in range(len(spans))]
    expected, at = [], text.lower().find(words)
    while at >= 0:
        expected.append(at)
        at = text.lower().find(words, at + len(words))
    assert starts == expected


def test_a_match_across_the_edge_of_what_is_searched_in_one_go_is_found_once():
    for before in range(199_990, 200_005):
        assert find_texts("-" * before + "Needle" + "-" * 300_000, "needle") == ["Needle"]


def test_words_are_found_as_they_read_and_else_in_the_markup():
    text = "It *opened* on **4 May** in [a mill](https://mill.example).\n"

    def find(words: str, rendering: Rendering) -> list[str]:
        spans = rendering.find_words(text, words)
        return [spans[number].of(text) for number in range(len(spans))]

    read, raw = render_document("a.md", text, read_structure("a.md", text)), plain(text)
    assert find("opened on 4", read) == ["opened* on **4"]
    assert find("opened on 4", raw) == []
    assert find("in a mill", read) == ["in [a mill"]
    assert find("mill.example", read) == find("mill.example", raw) == ["mill.example"]
    assert find("nothing", read) == []


def test_five_million_characters_are_searched_in_well_under_a_second():
    text = "The quick brown fox jumps over the lazy dog. " * 111_000
    with takes_at_most(5):
        assert len(find_words(text, "lazy dog")) == 111_000
