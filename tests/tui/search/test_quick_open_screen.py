"""Documents and headings by name."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.timing import takes_at_most
from tests.tui.conftest import PASSAGES
from tui.search.quick_open_screen import Target, list_headings, rank_targets

TARGETS = [
    Target("/n/espresso-manual.md"),
    Target("/n/fermentation.md"),
    Target("/n/espresso-manual.md", "Descaling and water", 40),
    Target("/n/fermentation.md", "Kimchi", 90),
]


def test_a_part_of_a_name_finds_the_document_first_and_its_headings_after_it():
    assert rank_targets("espr", TARGETS, 9) == [TARGETS[0], TARGETS[2]]


def test_a_heading_with_what_is_typed_comes_before_those_of_a_document_of_that_name():
    targets = [
        Target("/n/reflog.html"),
        Target("/n/reflog.html", "NAME"),
        Target("/n/glossary.html", "What a reflog is, at length"),
    ]
    assert rank_targets("reflog", targets, 9) == [targets[0], targets[2], targets[1]]


def test_letters_with_others_between_find_a_heading():
    assert rank_targets("dscl", TARGETS, 9)[0] == TARGETS[2]


def test_all_words_are_wanted_in_any_order():
    assert rank_targets("espresso descal", TARGETS, 9) == [TARGETS[2]]
    assert rank_targets("kimchi espresso", TARGETS, 9) == []


def test_no_more_are_given_than_wanted():
    assert len(rank_targets("m", TARGETS, 1)) == 1


def test_headings_come_once_each_in_reading_order():
    path = "/library/rain-museum.md"
    headings = list(list_headings([path], PASSAGES.get))
    assert [target.heading for target in headings] == ["History", "The collection", "Visiting"]
    assert headings[0].offset == PASSAGES[path][0].span.start


@given(st.text(max_size=30), st.text(min_size=1, max_size=40))
def test_anything_may_be_typed(typed, name):
    rank_targets(typed, [Target(f"/n/{name}")], 5)


def test_a_name_of_many_like_letters_takes_no_time():
    with takes_at_most(2):
        rank_targets("aeaeaeaeaeae", [Target("/n/" + "ae" * 60)] * 50, 5)
