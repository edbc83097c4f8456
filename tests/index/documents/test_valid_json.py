"""JSON for other programs is valid Unicode, whatever the names of files are."""

import json
import os

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import dump_json, load_json, make_valid, read_spelled_bytes, spell_surrogates

ANY_TEXT = st.text(st.characters(codec=None) | st.sampled_from("\ud800\udcff\udc80\udfff😀\\"))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | ANY_TEXT,
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=8,
)


def test_a_byte_of_a_name_is_spelled_out():
    assert spell_surrogates("caf\udce9 😀.txt") == "caf\\xe9 😀.txt"
    assert spell_surrogates("\ud800 museum") == "\\ud800 museum"
    assert json.loads(dump_json({"path": "caf\udce9", 1: ("\ud83d", "😀")})) == {
        "path": "caf\\xe9",
        "1": ["\\ud83d", "😀"],
    }


@given(PLAIN)
def test_what_goes_out_is_read_by_strict_programs(value):
    # This one refuses halves of characters, as most programs do.
    read = msgspec.json.decode(dump_json(value).encode("ascii"))
    assert read == msgspec.json.decode(msgspec.json.encode(make_valid(value)))


@given(PLAIN)
def test_what_is_valid_stays_as_it_is(value):
    valid = make_valid(value)
    assert make_valid(valid) == valid
    assert json.loads(dump_json(valid)) == json.loads(json.dumps(valid))


@given(st.binary(max_size=20).filter(lambda name: b"\\" not in name))
def test_a_name_of_any_bytes_is_found_again_by_what_is_shown(name):
    path = os.fsdecode(name)
    assert read_spelled_bytes(spell_surrogates(path)) == path


@given(st.binary(max_size=60) | ANY_TEXT.map(lambda text: json.dumps(text).encode()))
def test_what_comes_in_is_refused_or_valid(data):
    try:
        value = load_json(data)
    except ValueError:
        return
    dump_json(value).encode()
    assert make_valid(value) == value


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 50_000, b"NaN", b"9" * 10_000, b""])
def test_what_is_not_json_is_a_value_error(data):
    with pytest.raises(ValueError, match=r"\w"):
        load_json(data)
