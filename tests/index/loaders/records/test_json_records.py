"""JSON Lines and lists in JSON: a record is a passage with the names of its fields."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders.records.json_records import load


def test_short_records_are_rows():
    content = load(b'{"a": 1.50, "b": {"c": "x", "d": [1, 2]}}\r\n\r\n{"a": null, "e": true}\n')
    assert content.tables[0].columns == ("a", "b.c", "b.d", "e")
    assert content.text == "a\tb.c\tb.d\te\n1.50\tx\t1, 2\n\t\t\ttrue"
    assert [block.of(content.text) for block in content.paragraphs] == [
        "1.50\tx\t1, 2",
        "\t\t\ttrue",
    ]


def test_a_long_record_is_a_text_under_its_name():
    words = "It blew. " * 100
    content = load(b"[%b]" % json.dumps({"id": 7, "title": "Wind", "text": words}).encode())
    assert [each.text for each in content.headings] == ["Wind"]
    assert content.text == f"id: 7\n\ntitle: Wind\n\ntext: {words.strip()}"


def test_a_list_of_records_in_one_file_is_read_alike():
    lines = load(b'{"a": 1, "b": [{"c": 2}]}\n{"a": 3}')
    assert load(b'[{"a": 1, "b": [{"c": 2}]}, {"a": 3}]') == lines
    assert lines.text == "a\tb\n1\tc: 2\n3"


@pytest.mark.parametrize("text", ['{"a": 1}', "[1, 2]", "[", "[]", "[" * 100_000, '[{"a":1}, 2]'])
def test_any_other_json_is_the_file_itself(text):
    content = load(text.encode())
    assert (content.text, content.layout, content.paragraphs) == (text, "lines", None)


@pytest.mark.parametrize("text", ['{"a": 1}\n{', "1\n2", "words"])
def test_lines_that_are_no_records_are_the_file_itself(text):
    assert load(text.encode()).text == text


_VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=9)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.text(max_size=5), _VALUES | st.lists(_VALUES, max_size=3)), max_size=5
    )
)
def test_every_value_is_in_the_text(records):
    content = load(json.dumps(records).encode())
    for record in records:
        for value in record.values():
            if isinstance(value, str):
                assert (
                    " ".join(value.split()).encode(errors="replace").decode() in content.text
                    or max(value, default="") >= "\ud800"
                )
