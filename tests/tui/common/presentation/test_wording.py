"""How things are worded."""

from __future__ import annotations

import pytest

from tui.common.presentation.wording import describe_confidence


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.94, "sure, 94%"),
        (0.8, "sure, 80%"),
        (0.79, "likely, 79%"),
        (0.5, "likely, 50%"),
        (0.3, "doubtful, 30%"),
        (0.0, "doubtful, 0%"),
    ],
)
def test_a_confidence_has_a_word(confidence, words):
    assert describe_confidence(confidence) == words
