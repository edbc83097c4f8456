"""Replies as JSON and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Hit, Passage, Span
from index.documents import dump_plain
from qa import Answer, ConsideredPassage, Reply
from tui.saved_conversations.conversation_store import load_reply

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
# What is answered quotes something.
ANSWERED = st.tuples(st.just(True), st.lists(ANSWERS, min_size=1, max_size=2).map(tuple))
REFUSED = st.tuples(st.just(False), st.lists(ANSWERS, max_size=2).map(tuple))
CONSIDERED = st.builds(
    ConsideredPassage, HITS, st.none() | FLOATS, st.none() | SPANS, st.none() | FLOATS
)
REPLIES = st.builds(
    lambda given, **fields: Reply(answered=given[0], answers=given[1], **fields),
    ANSWERED | REFUSED,
    question=TEXTS,
    resolved_question=TEXTS,
    hits=st.lists(HITS, max_size=2).map(tuple),
    threshold=FLOATS,
    timings_ms=st.dictionaries(TEXTS, FLOATS, max_size=3),
    considered=st.lists(CONSIDERED, max_size=2).map(tuple),
)
UNREADABLE = (ValueError, RecursionError)
EMPTY = Reply("Who?", "Who?", False, (), (), 0.3)
# Saved by the first version, which kept the headings and columns of a passage in one line.
OLD_REPLY = Path(__file__).with_name("reply_of_first_version.json")


@given(REPLIES)
def test_a_reply_is_read_as_it_was_saved(reply):
    assert load_reply(dump_plain(reply)) == reply


def test_the_text_is_ascii_even_if_a_path_is_not_valid_unicode():
    passage = Passage(1, Span(0, 4), "Thé.")
    hit = Hit(passage, Document(1, "/odd/\udce9.txt", "título"), 0.5)
    reply = replace(EMPTY, hits=(hit,))
    stored = dump_plain(reply)
    assert stored.isascii()
    assert load_reply(stored) == reply


def test_unknown_fields_are_ignored_and_missing_ones_get_their_defaults():
    fields = json.loads(dump_plain(EMPTY))
    del fields["considered"], fields["timings_ms"]
    assert load_reply(json.dumps(fields | {"new": [1]})) == EMPTY


def test_a_reply_of_the_first_version_keeps_its_answer_and_its_headings():
    reply = load_reply(OLD_REPLY.read_text(encoding="ascii"))
    [answer] = reply.answers
    assert answer.text == "2.40 €"
    assert answer.hit.passage.quote(answer.span) == "2.40 €"
    assert answer.factors == {"intercept": -1.0, "odds": 2.6}
    assert [hit.passage.headings for hit in reply.hits] == [
        ("Drinks", "Hot", "Name | Price"),
        ("Opening hours",),
    ]
    assert [hit.passage.heading for hit in reply.hits] == [
        "Drinks › Hot › Name | Price",
        "Opening hours",
    ]
    assert [considered.relevance for considered in reply.considered] == [2.5, -1.0, None]
    assert reply.considered[2].hit.document.path == "/notes/\udce9.txt"
    assert reply.considered[2].hit.passage.headings == ()


@pytest.mark.parametrize("stored", ["", "{", "[]", "7", "null", "{}", "[" * 100_000])
def test_other_text_is_unreadable(stored):
    with pytest.raises(UNREADABLE):
        load_reply(stored)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("question", 7),
        ("answered", "yes"),
        ("answered", 1),
        ("answers", None),
        ("hits", [[]]),
        ("threshold", "0.3"),
        ("timings_ms", {"total": "12"}),
    ],
)
def test_a_field_of_the_wrong_type_makes_a_reply_unreadable(field, value):
    fields = json.loads(dump_plain(EMPTY)) | {field: value}
    with pytest.raises(UNREADABLE):
        load_reply(json.dumps(fields))


@given(REPLIES, st.data())
def test_a_damaged_reply_is_unreadable_or_still_a_reply(reply, data):
    fields = json.loads(dump_plain(reply))
    name = data.draw(st.sampled_from(sorted(fields)))
    fields[name] = data.draw(st.sampled_from([None, [], {}, "x", 3]))
    try:
        decoded = load_reply(json.dumps(fields))
    except UNREADABLE:
        return
    assert isinstance(decoded, Reply)
    assert load_reply(dump_plain(decoded)) == decoded


def test_a_reply_that_is_answered_and_quotes_nothing_is_unreadable():
    fields = json.loads(dump_plain(EMPTY)) | {"answered": True}
    with pytest.raises(ValueError, match="quotes nothing"):
        load_reply(json.dumps(fields))
