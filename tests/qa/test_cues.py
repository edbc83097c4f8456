"""What a question asks for."""

import pytest

from qa.cues import wants_list


@pytest.mark.parametrize(
    "question",
    [
        "Which colours can be ordered?",
        "what are the steps of descaling",
        "Who were the founders?",
        "Name the leaders who came.",
        "What three measuring methods did Tomasz look at?",
        "which African countries sent their leaders",
        "WHAT KINDS OF SALTS ARE USED?",
        "List all error codes",
    ],
)
def test_several_things_are_asked_for(question):
    assert wants_list(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who founded the museum?",
        "When does it open?",
        "What is the address?",
        "Which bus goes there?",
        "What was the reason?",
        "How many species are known?",
        "Why are the bars closed?",
        "what does the red light mean",
    ],
)
def test_one_thing_is_asked_for(question):
    assert not wants_list(question)
