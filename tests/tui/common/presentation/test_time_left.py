"""How long work will still take."""

from __future__ import annotations

import pytest

from tui.common.presentation.time_left import describe_time_left, estimate_time_left


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
