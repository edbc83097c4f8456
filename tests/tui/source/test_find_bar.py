"""Finding words in a text: every place, whatever the case, whatever the script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.loading import read_structure
from tests.support.timing import takes_at_most
from tui.source.find_bar import find_words, find_words_as_read
from tui.source.rendering.documents import render_document
from tui.source.rendering.rendering import Rendering


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
        spans = find_words_as_read(text, rendering, words)
        return [spans[number].of(text) for number in range(len(spans))]

    read, raw = render_document("a.md", text, read_structure("a.md", text)), Rendering.plain(text)
    assert find("opened on 4", read) == ["opened* on **4"]
    assert find("opened on 4", raw) == []
    assert find("in a mill", read) == ["in [a mill"]
    assert find("mill.example", read) == find("mill.example", raw) == ["mill.example"]
    assert find("nothing", read) == []


def test_five_million_characters_are_searched_in_well_under_a_second():
    text = "The quick brown fox jumps over the lazy dog. " * 111_000
    with takes_at_most(5):
        assert len(find_words(text, "lazy dog")) == 111_000
