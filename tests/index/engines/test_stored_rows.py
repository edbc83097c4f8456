"""Whatever an engine hands over: what it stands for, or `DamagedRow`, and nothing else."""

import json
import math
import os
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import DamagedRow, Document, Passage, Properties, Span
from index.documents import (
    Block,
    Blocks,
    Structure,
    decode_properties,
    encode_properties,
    pack_passage,
)
from index.engines import stored_rows
from index.engines.milvus.records import KEYS, read_record
from index.filesystem.freshness import FileState

numbers = st.one_of(
    st.integers(-(2**70), 2**70), st.sampled_from([-1, 0, 1, 2**31, 2**63 - 1, 2**63, 10**400])
)
texts = st.one_of(
    st.text(st.characters(), max_size=9), st.sampled_from(["\ud800", "\0", "9" * 5_000])
)
plain = st.one_of(st.none(), st.booleans(), numbers, st.floats(), texts, st.binary(max_size=9))
nested = st.recursive(
    plain, lambda each: st.lists(each, max_size=3) | st.dictionaries(texts, each, max_size=3)
)
# Those that JSON can hold, and fields of ours among them.
fields = st.dictionaries(
    st.sampled_from(["authors", "tags", "date", "doubtful"]),
    st.one_of(nested, st.lists(st.tuples(numbers, numbers), max_size=2)),
)


def dump(value):
    return json.dumps(value, default=repr)


stored = st.one_of(
    nested,
    nested.map(dump),
    fields.map(dump),
    st.binary(max_size=20).map(zlib.compress),
    st.sampled_from(["[" * 100_000, '{"a":', "null", '{"date": "x"}', '{"doubtful": [[-5, 1]]}']),
)


def is_text(value):
    return isinstance(value, str)


def is_number(value, least=0):
    return type(value) is int and least <= value < 2**63


def check_document(document: Document):
    assert is_number(document.id, 1)
    assert os.fsencode(document.path)
    assert document.title is None or is_text(document.title)
    properties = document.properties
    assert decode_properties(encode_properties(properties)) == properties
    assert all(0 <= start < end for start, end in properties.doubtful)


def check_passage(passage: Passage):
    assert is_number(passage.id, 1)
    assert passage.text.encode()
    assert 0 <= passage.span.start <= passage.span.end == passage.span.start + len(passage.text)
    assert all(map(is_text, (*passage.headings, *passage.columns)))
    assert passage.page is None or is_number(passage.page, 1)


def check_state(state: FileState | None):
    if state is not None:
        assert is_number(state.stamp.size, -1)
        assert isinstance(state.content_hash, bytes)
        assert state.host is None or is_text(state.host)


def check_root(root):
    assert os.fsencode(root.path)
    assert all(map(is_text, (*root.include, *root.exclude)))


def check_pair(pair):
    number, value = pair
    assert is_number(number, 1)
    assert math.isfinite(value) if isinstance(value, float) else value.dtype == "float32"


CHECKS = {
    "decode_document": (4, check_document),
    "decode_passage": (8, check_passage),
    "decode_state": (6, check_state),
    "decode_stamp": (3, lambda stamp: stamp is None or check_state(FileState(stamp, b""))),
    "decode_failure": (2, lambda failed: is_text(failed.reason)),
    "decode_root": (3, check_root),
    "decode_path": (1, os.fsencode),
    "decode_names": (1, lambda names: [name + "" for name in names]),
    "decode_body": (1, lambda text: text.encode()),
    "decode_structure": (1, lambda structure: structure.check(5)),
    "decode_object": (1, lambda value: value.items()),
    "decode_score": (2, check_pair),
    "decode_vector": (2, check_pair),
    "decode_filterable": (4, lambda row: os.fsencode(row[1])),
    "check_numbers": (1, lambda values: [value + 0 for value in values]),
}


@pytest.mark.parametrize("name", CHECKS)
@given(data=st.data())
def test_nonsense_is_refused_and_all_else_is_sound(name, data):
    count, check = CHECKS[name]
    given_values = data.draw(st.lists(stored, min_size=count, max_size=count))
    try:
        text = ["words"] if name == "decode_structure" else []
        decoded = getattr(stored_rows, name)(*given_values, *text)
    except DamagedRow:
        return
    check(decoded)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    st.integers(0, 2**20),
    st.lists(st.text(max_size=5), max_size=3),
    st.none() | st.integers(1, 99),
)
def test_what_was_written_is_read_again(text, start, headings, page):
    span = Span(start, start + len(text))
    names = json.dumps(headings)
    for quoted in (text, text.encode()):
        passage = stored_rows.decode_passage(
            1, span.start, span.end, quoted, names, None, page, None
        )
        blocks = (Block("paragraph", span),)
        assert passage == Passage(1, span, text, tuple(headings), (), page, blocks)
    assert stored_rows.decode_body(zlib.compress(text.encode())) == text
    structure = Structure(blocks=Blocks([Block("item", Span(0, len(text)), 1)]))
    packed = stored_rows.encode_structure(structure)
    assert stored_rows.decode_structure(packed, text) == structure
    assert stored_rows.decode_structure(None, text) == Structure()
    properties = Properties((text,), ("tag",), None, ((1, 2),))
    document = stored_rows.decode_document(1, b"/a\xff", text, encode_properties(properties))
    assert document == Document(1, "/a\udcff", text, properties)


LONG = Blocks([Block("item", Span(0, 9), 1)])


@pytest.mark.parametrize(
    "values",
    [
        (1, -5, -2, "abc", None, None, None, None),
        (1, 0, 2_000_000_000, "abc", None, None, None, None),
        (1, 100, 1, "abc", None, None, None, None),
        (1, 0, 3, b"\xff\xfe\xff", None, None, None, None),
        (1, 0, 3, "abc", "[[[[", None, None, None),
        (1, 0, 3, "abc", '{"a": 1}', None, None, None),
        (1, 0, 3, "abc", None, "[1, 2]", None, None),
        (1, 0, 3, "abc", None, None, -1, None),
        (1, 0, 3, None, None, None, None, None),
        (True, 0, 3, "abc", None, None, None, None),
        (1, 0, 3, "abc", None, None, None, "words"),
        (1, 0, 3, "abc", None, None, None, b"\xc1"),
        (1, 0, 3, "abc", None, None, None, pack_passage(LONG, (), Span(0, 9))),
    ],
)
def test_a_passage_of_nonsense_is_refused(values):
    with pytest.raises(DamagedRow):
        stored_rows.decode_passage(*values)


def test_a_text_that_unpacks_to_far_more_than_any_file_holds_is_refused(monkeypatch):
    monkeypatch.setattr(stored_rows, "_MOST_TEXT_BYTES", 2**20)
    assert len(stored_rows.decode_body(zlib.compress(bytes(2**20)))) == 2**20
    with pytest.raises(DamagedRow, match="far too long"):
        stored_rows.decode_body(zlib.compress(bytes(2**20 + 1)))


kinds = st.sampled_from(["document", "failure", "root", "out", "setting", "words", "begun", "gone"])
names = st.sampled_from(
    [
        *("path", "title", "characters", "properties", "stamp", "loader", "host", "reason"),
        *("include", "exclude", "name", "value", "length", "owners"),
    ]
)


@given(kinds, numbers, numbers, texts, st.dictionaries(names, nested).map(dump) | stored)
def test_a_record_of_nonsense_is_refused(kind, document, passages, content, value):
    row = dict(zip(KEYS, ("k", kind, document, passages, content, 0, value), strict=True))
    try:
        record = read_record(row)
    except DamagedRow:
        return
    assert isinstance(record.value, dict)
    if kind in ("document", "failure", "root", "out"):
        assert os.fsencode(record.path)
