"""Replies pass the socket unchanged; what is no reply is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Hit, Passage, Properties, Span
from index.documents import dump_plain, load_plain
from qa import Answer, ConsideredPassage, Reply
from qa.service.warm.wire import WarmReply

# Lone surrogates stand for the bytes of paths that are not valid Unicode.
TEXT = st.text(max_size=8) | st.just("a\udcff")
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
SCORES = st.dictionaries(TEXT, NUMBER, max_size=2)
SPAN = st.builds(Span, st.integers(0, 99), st.integers(0, 99))


def tuples_of(values):
    return st.lists(values, max_size=2).map(tuple)


PROPERTIES = st.builds(
    Properties,
    tuples_of(TEXT),
    tuples_of(TEXT),
    st.none() | st.dates(),
    tuples_of(st.integers(0, 99).map(lambda start: (start, start + 5))),
)
DOCUMENT = st.builds(Document, st.integers(0), TEXT, st.none() | TEXT, PROPERTIES)
PASSAGE = st.builds(
    Passage,
    st.integers(0),
    SPAN,
    TEXT,
    tuples_of(TEXT),
    tuples_of(TEXT),
    st.none() | st.integers(1),
)
HIT = st.builds(Hit, PASSAGE, DOCUMENT, NUMBER, SCORES, st.booleans())
ANSWER = st.builds(
    Answer,
    text=TEXT,
    span=SPAN,
    spans=tuples_of(SPAN),
    sentence=SPAN,
    sentence_text=TEXT,
    document=DOCUMENT,
    page=st.none() | st.integers(1),
    heading=st.none() | TEXT,
    score=NUMBER,
    confidence=NUMBER,
    stale=st.booleans(),
    hit=HIT,
    factors=SCORES,
    form=st.sampled_from(["words", "sentences", "list", "verdict"]),
    evidence=tuples_of(SPAN),
)
CONSIDERED = st.builds(
    ConsideredPassage, HIT, st.none() | NUMBER, st.none() | SPAN, st.none() | NUMBER
)
REPLY = st.builds(
    Reply,
    TEXT,
    TEXT,
    st.booleans(),
    tuples_of(ANSWER),
    tuples_of(HIT),
    NUMBER,
    SCORES,
    tuples_of(CONSIDERED),
    st.booleans(),
)
WARM_REPLY = st.builds(
    WarmReply,
    st.none() | TEXT,
    st.none() | REPLY,
    st.none() | st.lists(HIT, max_size=2),
    st.integers(0),
    st.integers(0),
    st.integers(0),
    st.none() | TEXT,
    st.dictionaries(TEXT, TEXT, max_size=2),
)


@given(WARM_REPLY)
def test_a_reply_passes_unchanged(reply):
    line = dump_plain(reply)
    assert "\n" not in line
    assert load_plain(line, WarmReply) == reply


def _collect_paths(value, path=()):
    """The way to each part of a message."""
    yield path
    parts = value.items() if isinstance(value, dict) else ()
    parts = enumerate(value) if isinstance(value, list) else parts
    for name, part in parts:
        yield from _collect_paths(part, (*path, name))


@given(WARM_REPLY, st.data())
def test_a_reply_that_is_damaged_is_refused_or_read(reply, data):
    message = [json.loads(dump_plain(reply))]
    *above, last = data.draw(st.sampled_from([path for path in _collect_paths(message) if path]))
    part = message
    for name in above:
        part = part[name]
    part[last] = data.draw(st.sampled_from([None, 7, "x", [], {}, [[]], {"start": {}}]))
    try:
        decoded = load_plain(json.dumps(message[0]), WarmReply)
    except ValueError:
        return
    assert isinstance(decoded, WarmReply)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"7", b'{"reply":{}}', b"\xff", b"[" * 100_000])
def test_what_is_no_reply_is_refused(line):
    with pytest.raises((ValueError, RecursionError)):
        load_plain(line, WarmReply)
