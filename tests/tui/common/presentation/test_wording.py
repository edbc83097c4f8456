"""How things are worded."""

import pytest

from tui.common.presentation.wording import (
    describe_confidence,
    describe_language,
    describe_time_left,
    estimate_time_left,
)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.94, "sure, 94%"),
        (0.8, "sure, 80%"),
        (0.79, "likely, 79%"),
        (0.7, "likely, 70%"),
        (0.3, "doubtful, 30%"),
        (0.0, "doubtful, 0%"),
    ],
)
def test_a_confidence_has_a_word(confidence, words):
    assert describe_confidence(confidence) == words


def test_a_question_in_another_language_is_said_to_be_one():
    assert describe_language("When was the bridge built?") == ""
    assert "not seem to be in English" in describe_language("Wann wurde die Brücke gebaut, und wo?")


def test_a_quarter_in_a_minute_leaves_three():
    assert estimate_time_left(0.25, 60) == 180


@pytest.mark.parametrize(("share", "elapsed"), [(0.0, 60), (0.01, 60), (0.5, 0.2), (1.0, 60)])
def test_nothing_is_told_too_early_or_at_the_end(share, elapsed):
    assert estimate_time_left(share, elapsed) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(12.4, "12 s left"), (1500, "25 min left"), (10_800, "3 h left")]
)
def test_it_is_said_as_people_do(seconds, words):
    assert describe_time_left(seconds) == words
