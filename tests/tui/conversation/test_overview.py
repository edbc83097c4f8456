"""What is in the documents, and questions made from their headings."""

from __future__ import annotations

import pytest

from tui.conversation.overview import make_question, read_overview


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("How to descale it", "How do I descale it?"),
        ("What is a tun?", "What is a tun?"),
        ("Installing the boiler", "How does installing the boiler work?"),
        ("Error codes", "What does it say about error codes?"),
        ("NASA in Bonn", "What does it say about NASA in Bonn?"),
    ],
)
def test_a_heading_becomes_a_question(heading, question):
    assert make_question(heading) == question


@pytest.mark.parametrize(
    "heading", ["Introduction", "See also", "Contents", "3.2 | x", "lower case", "A" * 200, ""]
)
def test_a_heading_that_tells_too_little_becomes_none(heading):
    assert make_question(heading) is None


def test_documents_are_counted_by_kind_and_asked_by_their_headings(assistant):
    overview = read_overview(assistant)
    assert overview.contents == "3 documents: 2 plain text, 1 Markdown"
    assert overview.questions == ("What does it say about the collection?",)
    assert read_overview(assistant) == overview
