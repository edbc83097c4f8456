"""Windows map tokens to characters exactly, in every script."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reader.windows import (
    MAX_ABOVE_TOKENS,
    MAX_TOKENS,
    OVERLAP_TOKENS,
    make_default_windower,
)


@pytest.fixture(scope="module")
def windower():
    return make_default_windower()


def windows_of(windower, question, passage, above=""):
    return windower.windows(*windower.tokenize([question, passage, above]))


ODD = [
    "Zoë",
    "ﬁnance",
    "e\u0301",
    "😀",
    "👩‍👩‍👧",
    "東京都",
    "naïve",
    "\u202e",
    "\u200b",
    "a",
    "1991",
    "İ",
    "ß",
]


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=6)), max_size=40))
def test_offsets_ascend_and_lie_in_the_passage(windower, words):
    passage = " ".join(words)
    for window in windows_of(windower, "who?", passage):
        offsets = window.offsets
        assert (offsets[:, 0] <= offsets[:, 1]).all()
        assert (offsets[1:, 0] >= offsets[:-1, 0]).all()
        assert offsets.min() >= 0
        assert offsets.max() <= len(passage)


@pytest.mark.parametrize("word", ["Zoë", "ﬁnance", "résumé", "東京", "naïve", "1991", "ß"])
def test_a_word_maps_to_tokens_and_back(windower, word):
    passage = f"In the {word} there was nothing."
    [window] = windows_of(windower, "where?", passage)
    start = passage.index(word)
    first, last = window.tokens_of(start, start + len(word))
    head, tail = first - window.passage_start, last - window.passage_start
    assert passage[window.offsets[head, 0] : window.offsets[tail, 1]] == word


def test_a_combining_mark_stays_with_its_letter_where_offsets_allow(windower):
    passage = "The cafe\u0301 was full."
    [window] = windows_of(windower, "what?", passage)
    start = passage.index("cafe")
    first, last = window.tokens_of(start, start + 4)
    assert passage[window.offsets[first - window.passage_start, 0]] == "c"
    assert last >= first


def test_a_long_passage_is_cut_into_overlapping_windows_that_cover_it(windower):
    passage = " ".join(f"word{number}" for number in range(600))
    windows = windows_of(windower, "which word?", passage)
    assert len(windows) > 3
    assert all(len(window.ids) <= MAX_TOKENS for window in windows)
    assert windows[0].offsets[0, 0] == 0
    assert windows[-1].offsets[-1, 1] == len(passage)
    for one, two in itertools.pairwise(windows):
        shared = {tuple(row) for row in one.offsets} & {tuple(row) for row in two.offsets}
        assert len(shared) == OVERLAP_TOKENS


def test_a_long_question_keeps_its_beginning_and_its_end(windower):
    question = "start " + "filler " * 2000 + "finish"
    [window] = windows_of(windower, question, "A passage.")
    tokens = windower.tokenize(["start", "finish"])
    assert tokens[0].ids[0] in window.ids[: window.passage_start]
    assert tokens[1].ids[0] in window.ids[: window.passage_start]
    assert len(window.ids) < MAX_TOKENS


def test_what_stands_above_is_in_every_window_and_in_no_span(windower):
    passage = " ".join(f"word{number}" for number in range(600))
    above = "Kettle K2 › Cleaning:"
    ids = tuple(windower.tokenize([above])[0].ids)
    windows = windows_of(windower, "which word?", passage, above)
    assert len(windows) > 3
    for window in windows:
        assert window.ids[window.context_start : window.passage_start] == ids
        assert len(window.ids) == window.passage_start + len(window.offsets) + 1 <= MAX_TOKENS
    assert windows[0].offsets[0, 0] == 0
    assert windows[-1].offsets[-1, 1] == len(passage)


def test_of_much_that_stands_above_the_beginning_and_the_end_are_kept(windower):
    above = "start " + "filler " * 2000 + "finish"
    [window] = windows_of(windower, "what?", "A passage.", above)
    kept = window.ids[window.context_start : window.passage_start]
    assert len(kept) == MAX_ABOVE_TOKENS
    start, finish = (tokens.ids[0] for tokens in windower.tokenize(["start", "finish"]))
    assert (kept[0], kept[-1]) == (start, finish)


def test_an_empty_passage_has_no_window(windower):
    assert windows_of(windower, "what?", "") == []
    assert windows_of(windower, "what?", " \n ") == []
    assert windows_of(windower, "what?", "", "Kettle K2") == []


def test_a_span_outside_the_window_has_no_tokens(windower):
    passage = " ".join(f"word{number}" for number in range(600))
    windows = windows_of(windower, "which?", passage)
    start = passage.index("word599")
    assert windows[0].tokens_of(start, start + 7) is None
    assert windows[-1].tokens_of(start, start + 7) is not None
