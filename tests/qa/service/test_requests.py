"""Requests: what is not understood is said in one line that names the field."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.service.requests import (
    AskRequest,
    BadRequest,
    IndexRequest,
    SearchRequest,
    convert_request,
    decode_request,
)


def test_a_question_with_all_its_fields_is_understood():
    body = b"""{"question": "And when?", "history": ["Who?", ["What?", "That."]], "k": 3,
        "mode": "bm25", "threshold": 0.5, "paths": ["*.md"], "types": ["md"],
        "since": "2026-01-31", "until": "2026-12-31", "tags": ["rain"], "authors": ["smith"]}"""
    request = decode_request(body, AskRequest)
    assert request.read_history() == ["Who?", ("What?", "That.")]
    assert (request.read_filter().types, request.k) == (("md",), 3)
    chosen = request.read_filter()
    assert (chosen.since.day, chosen.until.hour) == (31, 23)
    assert (chosen.tags, chosen.authors) == (("rain",), ("smith",))
    # A type that msgspec lays out wrongly would be found by the collector.
    gc.collect()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "missing required field `question`"),
        ({"question": ""}, "question: expected `str` of length >= 1"),
        ({"question": "x" * 10_001}, "question: expected `str` of length <= 10000"),
        ({"question": 1}, "question: expected `str`, got `int`"),
        ({"question": "x", "k": 0}, "k: expected `int` >= 1"),
        ({"question": "x", "k": 101}, "k: expected `int` <= 100"),
        (
            {"question": "x", "mode": "best"},
            "mode: invalid enum value 'best': choose one of hybrid, dense, bm25",
        ),
        ({"question": "x", "threshold": 2}, "threshold: expected `float` <= 1.0"),
        ({"question": "x", "colour": 1}, "unknown field `colour`"),
        ({"question": "x", "history": [["a"]]}, "history[0]: expected `array` of length >= 2"),
        ({"question": "x", "since": "soon"}, "since must be a date such as 2026-01-31, not 'soon'"),
        ({"question": "x", "until": "0000-01-01"}, "until must be a date such as 2026-01-31"),
        ({"question": "x", "tags": [""]}, "tags[0]: expected `str` of length >= 1"),
    ],
)
def test_what_is_wrong_is_said(fields, message):
    with pytest.raises(BadRequest) as raised:
        convert_request(fields, AskRequest)
    assert message in str(raised.value)
    assert not raised.value.malformed


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"k": NaN}', b"[" * 100_000])
def test_what_is_not_json_is_malformed(body):
    with pytest.raises(BadRequest) as raised:
        decode_request(body, AskRequest)
    assert raised.value.malformed


@given(st.binary(max_size=200))
def test_any_body_is_a_request_or_a_line_that_says_why_not(body):
    for kind in (AskRequest, SearchRequest, IndexRequest):
        try:
            decode_request(body, kind)
        except BadRequest as error:
            assert "\n" not in str(error)
