"""A quotation on one line: safe, whole where it matters, and marked exactly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index import Document, Span
from qa import visible
from tests.tui.conftest import REPLIES, WHICH
from tui.common.wording import one_line
from tui.source.quotation import Quotation


def quotation(text: str, *quotes: str, path: str = "/a/b.md", **where) -> Quotation:
    spans = tuple(Span(text.index(quote), text.index(quote) + len(quote)) for quote in quotes)
    place = {"heading": None, "page": None, "stale": False, **where}
    return Quotation(Document(1, path, None), spans, Span(0, len(text)), text, **place)


def test_the_quoted_parts_are_told_from_the_rest():
    assert quotation("It opened on 4 May, in rain.", "4 May").split_context(99) == [
        ("It opened on ", False),
        ("4 May", True),
        (", in rain.", False),
    ]


def test_line_breaks_within_a_sentence_are_drawn_as_spaces():
    assert quotation("It opened\n   on 4\r\nMay.", "4\r\nMay").split_context(99) == [
        ("It opened on ", False),
        ("4 May", True),
        (".", False),
    ]


def test_a_long_sentence_is_cut_around_what_is_quoted():
    text = "before " * 100 + "HERE" + " after" * 100
    pieces = quotation(text, "HERE").split_context(30)
    drawn = "".join(part for part, _ in pieces)
    assert drawn.startswith("… before ")
    assert drawn.endswith("after …")
    assert ("HERE", True) in pieces
    assert len(drawn) < 80


def test_a_part_outside_the_context_is_left_out():
    whole = quotation("one two three", "one", "three")
    narrow = Quotation(whole.document, whole.spans, Span(4, 7), "two", None, None, False)
    assert narrow.split_context(99) == [("two", False)]


@given(st.text(min_size=1, max_size=60), st.data())
def test_the_quoted_piece_is_the_quoted_text(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    whole = Quotation(Document(1, "/a", None), (span,), Span(0, len(text)), text, None, None, False)
    quoted = "".join(part for part, is_quoted in whole.split_context(99) if is_quoted)
    assert quoted.split() == visible(span.of(text)).split()


def test_the_place_names_heading_and_page_where_they_are_known():
    assert quotation("x", heading="One › Two", page=3).location == " › One › Two › p. 3"
    assert quotation("x", page=3).location == " › p. 3"
    assert quotation("x").location == ""


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
