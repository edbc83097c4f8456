"""Replies as JSON and back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Hit, Passage, Span
from qa import Answer, Reply
from tui.sessions.reply_json import Unreadable, dumps, loads

TEXTS = st.text(max_size=40)
SPANS = st.builds(Span, st.integers(0, 10**9), st.integers(0, 10**9))
FLOATS = st.floats(allow_nan=False)
DOCUMENTS = st.builds(Document, st.integers(0), TEXTS, st.none() | TEXTS)
NAMES = st.lists(TEXTS, max_size=3).map(tuple)
PASSAGES = st.builds(
    Passage,
    st.integers(0),
    SPANS,
    TEXTS,
    headings=NAMES,
    columns=NAMES,
    page=st.none() | st.integers(1),
)
HITS = st.builds(
    Hit, PASSAGES, DOCUMENTS, FLOATS, st.dictionaries(TEXTS, FLOATS, max_size=3), st.booleans()
)
ANSWERS = st.builds(
    Answer,
    text=TEXTS,
    span=SPANS,
    spans=st.lists(SPANS, min_size=1, max_size=3).map(tuple),
    sentence=SPANS,
    sentence_text=TEXTS,
    document=DOCUMENTS,
    page=st.none() | st.integers(1),
    heading=st.none() | TEXTS,
    score=FLOATS,
    confidence=FLOATS,
    stale=st.booleans(),
    hit=HITS,
)
REPLIES = st.builds(
    Reply,
    question=TEXTS,
    resolved_question=TEXTS,
    answered=st.booleans(),
    answers=st.lists(ANSWERS, max_size=2).map(tuple),
    hits=st.lists(HITS, max_size=2).map(tuple),
    threshold=FLOATS,
    timings_ms=st.dictionaries(TEXTS, FLOATS, max_size=3),
)


@given(REPLIES)
def test_a_reply_reads_as_it_was_stored(reply):
    assert loads(Reply, dumps(reply)) == reply


def test_what_is_stored_is_ascii_even_where_a_path_is_no_valid_unicode():
    document = Document(1, "/odd/\udce9.txt", "título")
    stored = dumps(document)
    assert stored.isascii()
    assert loads(Document, stored) == document


@dataclass(frozen=True)
class Later:
    """As a later version might have it."""

    path: str
    pages: int = 0
    notes: tuple[str, ...] = field(default_factory=tuple)


def test_fields_of_another_version_are_passed_over_or_take_their_defaults():
    assert loads(Later, '{"path": "a", "old": [1]}') == Later("a")


@pytest.mark.parametrize(
    "stored",
    ["", "{", "[]", "7", "null", "{}", '{"path": 7}', '{"path": "a", "pages": "3"}', "[" * 100_000],
)
def test_what_is_no_such_thing_is_said_to_be_unreadable(stored):
    with pytest.raises(Unreadable):
        loads(Later, stored)


@given(REPLIES, st.data())
def test_a_damaged_reply_is_unreadable_or_still_a_reply(reply, data):
    plain = json.loads(dumps(reply))
    name = data.draw(st.sampled_from(sorted(plain)))
    plain[name] = data.draw(st.sampled_from([None, [], {}, "x", 3]))
    try:
        made = loads(Reply, json.dumps(plain))
    except Unreadable:
        return
    assert isinstance(made, Reply)
