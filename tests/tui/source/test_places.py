"""Quoted places on one line, safe and marked exactly; back and forward through positions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index import Document, Span
from qa import visible
from tests.tui.conftest import REPLIES, WHICH
from tui.common.presentation.wording import one_line
from tui.source.places import (
    Position,
    PositionHistory,
    QuotedPlace,
    format_citation,
    format_quoted_words,
)

TEXT = "First line.\nBring bread,\nbutter and salt.\n"


def quoted_place(text: str, *quotes: str, path: str = "/a/b.md", **where) -> QuotedPlace:
    spans = tuple(Span(text.index(quote), text.index(quote) + len(quote)) for quote in quotes)
    place = {"headings": (), "page": None, "stale": False, **where}
    return QuotedPlace(Document(1, path, None), spans, Span(0, len(text)), text, **place)


def test_the_place_names_heading_and_page_where_they_are_known():
    both = quoted_place("x", headings=("One", "Two"), page=3)
    assert both.location == " › One › Two › p. 3"
    assert both.short_location == " › Two › p. 3"
    assert quoted_place("x", page=3).location == " › p. 3"
    assert quoted_place("x").location == quoted_place("x").short_location == ""


def test_a_file_name_is_drawn_safely():
    assert quoted_place("x", path="/a/\x1b[2J\nb.md").file_name == "␛[2J b.md"


def test_it_fits_only_a_text_that_reads_the_same_there():
    assert quoted_place("abc").matches_text("abc and more")
    assert not quoted_place("abc").matches_text("ab")
    assert not quoted_place("abc").matches_text("xabc")


@given(st.text())
def test_one_line_has_no_line_breaks_and_keeps_every_word(text):
    drawn = one_line(text)
    assert drawn.split() == visible(text).split()
    assert len(drawn.splitlines()) <= 1


def test_the_evidence_of_an_answer_is_quoted_as_a_whole():
    best = REPLIES[WHICH].answers[0]
    shown = QuotedPlace.from_answer(best).with_reply(REPLIES[WHICH])
    assert shown.evidence == best.evidence
    assert shown.spans == best.spans
    assert shown.start == best.spans[0].start


# What is copied


def place_of(*quotes: str, page: int | None = None, text: str = TEXT) -> QuotedPlace:
    spans = tuple(Span(text.index(quote), text.index(quote) + len(quote)) for quote in quotes)
    around = Span(text.index("Bring"), len(text) - 1)
    return QuotedPlace(
        Document(1, "/a/b.md", None), spans, around, around.of(text), (), page, False
    )


def test_the_answer_is_copied_as_it_reads_a_line_for_each_part():
    assert format_quoted_words(place_of("bread,\nbutter"), TEXT) == "bread,\nbutter"
    assert format_quoted_words(place_of("bread", "salt"), TEXT) == "bread\nsalt"


def test_of_a_passage_all_is_copied():
    assert format_quoted_words(place_of(), TEXT) == "Bring bread,\nbutter and salt."


def test_what_would_act_on_a_terminal_is_not_copied():
    text = "Bring \x1b]52;c;cm0gLXJmIH4=\x07 and \u202esalt."
    copied = format_quoted_words(place_of("\x1b]52;c;cm0gLXJmIH4=\x07 and \u202e", text=text), text)
    assert not set(copied) & set("\x1b\x07\u202e")
    assert len(copied) == len("\x1b]52;c;cm0gLXJmIH4=\x07 and \u202e")


def test_the_citation_is_path_line_and_page():
    assert format_citation(place_of("butter"), TEXT) == "/a/b.md:3"
    assert format_citation(place_of("salt", "bread", page=7), TEXT) == "/a/b.md:2, p. 7"


def test_a_passage_is_cited_by_its_first_line():
    assert format_citation(place_of(), TEXT) == "/a/b.md:2"


def test_a_path_cannot_break_the_line():
    odd = QuotedPlace(Document(1, "/a/\x1b[2J\nb.md", None), (), Span(0, 1), "F", (), None, False)
    assert format_citation(odd, TEXT) == "/a/␛[2J b.md:1"


# Back and forward


A, B, C = Position("/a.md", 0), Position("/b.md", 10), Position("/c.md", 20)


def visited(*positions: Position) -> PositionHistory:
    history = PositionHistory()
    for position in positions:
        history = history.visit(position)
    return history


def test_at_first_there_is_no_place_and_nowhere_to_go():
    empty = PositionHistory()
    assert empty.current is None
    assert not empty.can_step(-1)
    assert not empty.can_step(1)
    assert empty.step(-1) == empty
    assert empty.scroll_to(5) == empty


def test_back_and_forward_go_through_the_places_in_order():
    history = visited(A, B, C)
    assert history.current == C
    assert history.step(-1).current == B
    assert history.step(-1).step(-1).current == A
    assert history.step(-1).step(1).current == C


def test_at_the_ends_one_stays():
    history = visited(A, B)
    assert history.step(1) == history
    assert history.step(-1).step(-1).current == A


def test_a_place_visited_after_going_back_forgets_what_was_ahead():
    history = visited(A, B).step(-1).visit(C)
    assert history.positions == (A, C)
    assert not history.can_step(1)


def test_the_same_place_twice_is_one_visit_and_keeps_what_is_ahead():
    assert visited(A, A).positions == (A,)
    assert visited(A, B).step(-1).visit(A).can_step(1)


def test_one_comes_back_to_where_one_left_a_document():
    history = visited(A).scroll_to(70).visit(B).step(-1)
    assert history.current == Position(A.path, 70)
    assert history.can_step(1)


def test_the_oldest_places_are_forgotten():
    history = visited(*(Position("/a.md", offset) for offset in range(1000)))
    assert history.current == Position("/a.md", 999)
    assert len(history.positions) == 200


@given(st.lists(st.one_of(st.integers(0, 5), st.sampled_from([-1, 1, "scroll"])), max_size=40))
def test_there_is_always_a_current_place_once_one_was_visited(steps):
    history = visited(A)
    for step in steps:
        if step == "scroll":
            history = history.scroll_to(7)
        elif step in (-1, 1):
            history = history.step(step)
        else:
            history = history.visit(Position("/a.md", step))
        assert history.current is history.positions[history.at]
