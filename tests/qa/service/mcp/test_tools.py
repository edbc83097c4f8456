"""Stretches of a document: by offsets, page or heading, and never more than is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, MissingPath, Passage, Span
from qa.service.mcp.tools import LONGEST_PART, ReadRequest, read_document_part
from qa.service.service import DocumentText

TEXT = "Title\n\nOne stands here.\n\nTwo stands there.\n\nThree is the last."


def passage(number, words, headings, page):
    start = TEXT.index(words)
    return Passage(number, Span(start, start + len(words)), words, headings=headings, page=page)


FOUND = DocumentText(
    Document(1, "/notes/a.pdf", "Title"),
    TEXT,
    (
        passage(1, "One stands here.", ("Start",), 1),
        passage(2, "Two stands there.", ("Start", "Middle"), 2),
        passage(3, "Three is the last.", ("End",), 2),
    ),
)


def read_part(source=FOUND, **wanted):
    return read_document_part(source, ReadRequest(document=1, **wanted))


def test_without_more_it_is_the_whole_text():
    stretch = read_part()
    assert (stretch["text"], stretch["next"]) == (TEXT, None)


def test_a_page_is_all_its_passages():
    stretch = read_part(page=2)
    assert stretch["text"] == "Two stands there.\n\nThree is the last."
    assert (stretch["page"], stretch["heading"]) == (2, "Start › Middle")


def test_a_heading_is_all_that_stands_under_it():
    assert read_part(heading="start")["text"] == ("One stands here.\n\nTwo stands there.")
    assert read_part(heading="Start › Middle")["text"] == "Two stands there."


@pytest.mark.parametrize("between", [True, False])
def test_of_several_headings_with_one_name_the_first_is_read(between):
    first = passage(1, "One stands here.", ("A", "Summary"), 1)
    middle = passage(2, "Two stands there.", ("A", "Middle"), 1)
    last = passage(3, "Three is the last.", ("B", "Summary"), 1)
    passages = (first, middle, last) if between else (first, last)
    found = DocumentText(FOUND.document, TEXT, passages)
    assert read_part(found, heading="Summary")["text"] == "One stands here."
    assert read_part(found, heading="B")["text"] == "Three is the last."


@pytest.mark.parametrize("wanted", [{"page": 9}, {"heading": "Nowhere"}])
def test_a_page_or_heading_that_is_not_there_is_said(wanted):
    with pytest.raises(MissingPath, match="the document has no"):
        read_part(**wanted)


def test_a_long_text_goes_on_where_it_was_cut():
    text = "x" * (2 * LONGEST_PART + 5)
    found = DocumentText(FOUND.document, text, ())
    parts, start = [], 0
    while start is not None:
        stretch = read_part(found, start=start)
        parts.append(stretch["text"])
        start = stretch["next"]
    assert "".join(parts) == text
    assert len(parts) == 3


@given(st.none() | st.integers(0, 100), st.none() | st.integers(0, 100))
def test_the_text_is_that_of_the_offsets(start, end):
    stretch = read_part(start=start, end=end)
    assert TEXT[stretch["start"] : stretch["end"]] == stretch["text"]
