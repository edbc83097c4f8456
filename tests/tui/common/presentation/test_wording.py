"""How things are worded."""

from __future__ import annotations

import pytest

from tui.common.presentation.wording import describe_confidence, describe_language


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


def test_a_question_in_another_language_is_said_to_be_one():
    assert describe_language("When was the bridge built?") == ""
    assert "not seem to be in English" in describe_language("Wann wurde die Brücke gebaut, und wo?")
