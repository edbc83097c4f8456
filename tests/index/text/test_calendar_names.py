"""A day of the week or a month is one word, in full or shortened."""

import pytest

from index.text import calendar_words, spell_out_calendar_name
from tests.support.timing import takes_at_most


@pytest.mark.parametrize("name", ["Monday", "monday", "Mondays", "Mon", "Mon."])
def test_a_day_of_the_week(name):
    assert calendar_words(f"Open on {name} only") == ["calendar0mon"]


@pytest.mark.parametrize("name", ["September", "september", "Sept", "Sep", "Sept."])
def test_a_month(name):
    assert calendar_words(f"July-{name}") == ["calendar0jul", "calendar0sep"]


@pytest.mark.parametrize(
    "text", ["we sat in the sun", "you may march on", "Monte Mare", "sundays2"]
)
def test_other_words_are_none(text):
    assert calendar_words(text) == []


def test_months_that_are_other_words_in_lower_case():
    assert calendar_words("in March and May") == ["calendar0mar", "calendar0may"]


def test_long_text_takes_no_time():
    with takes_at_most(3):
        calendar_words("Mon" * 500_000)
        calendar_words("Mon " * 200_000)


@pytest.mark.parametrize(
    ("text", "full"),
    [("Mon", "Monday"), ("Thurs.", "Thursday"), ("Sept", "September"), ("May", "May"),
     ("Monday", "Monday"), ("sun", "sun"), ("Mon, Tue", "Mon, Tue"), ("", "")],
)  # fmt: skip
def test_a_short_name_by_itself_is_spelt_out(text, full):
    assert spell_out_calendar_name(text) == full
