"""A quotation on one line: safe, whole where it matters, and marked exactly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index import Document, Span
from qa import visible
from tests.tui.conftest import REPLIES, WHICH
from tui.common.presentation.wording import one_line
from tui.source.quotations.quotation import Quotation


def quotation(text: str, *quotes: str, path: str = "/a/b.md", **where) -> Quotation:
    spans = tuple(Span(text.index(quote), text.index(quote) + len(quote)) for quote in quotes)
    place = {"headings": (), "page": None, "stale": False, **where}
    return Quotation(Document(1, path, None), spans, Span(0, len(text)), text, **place)


def test_the_place_names_heading_and_page_where_they_are_known():
    both = quotation("x", headings=("One", "Two"), page=3)
    assert both.location == " › One › Two › p. 3"
    assert both.short_location == " › Two › p. 3"
    assert quotation("x", page=3).location == " › p. 3"
    assert quotation("x").location == quotation("x").short_location == ""


def test_a_file_name_is_drawn_safely():
    assert quotation("x", path="/a/\x1b[2J\nb.md").file_name == "␛[2J b.md"


def test_it_fits_only_a_text_that_reads_the_same_there():
    assert quotation("abc").matches_text("abc and more")
    assert not quotation("abc").matches_text("ab")
    assert not quotation("abc").matches_text("xabc")


@given(st.text())
def test_one_line_has_no_line_breaks_and_keeps_every_word(text):
    drawn = one_line(text)
    assert drawn.split() == visible(text).split()
    assert len(drawn.splitlines()) <= 1


def test_the_evidence_of_an_answer_is_quoted_as_a_whole():
    best = REPLIES[WHICH].answers[0]
    shown = Quotation.from_answer(best).with_reply(REPLIES[WHICH])
    assert shown.evidence == best.evidence
    assert shown.spans == best.spans
    assert shown.start == best.spans[0].start
