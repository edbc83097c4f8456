"""What a reply says of its question."""

import pytest

from qa.answering.answers import Reply


@pytest.mark.parametrize(
    ("question", "resolved", "is_rewritten"),
    [
        ("When did it open?", "When did the museum open?", True),
        ("When did the museum open?", "When did the museum open?", False),
        ("Hi, when did the museum open? Thanks!", "when did the museum open?", False),
        ("Hi, when did it open?", "when did the museum open?", True),
        ("Do you know if dogs are allowed?", "whether dogs are allowed?", False),
    ],
)
def test_a_question_is_rewritten_where_more_than_courtesy_has_changed(
    question, resolved, is_rewritten
):
    assert Reply(question, resolved, False, (), (), 0.5).is_rewritten == is_rewritten
