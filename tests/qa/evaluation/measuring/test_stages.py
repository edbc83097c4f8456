"""Where a question was lost: each stage follows from what was there, found, read and answered."""

import pytest

from qa.evaluation import Stage
from qa.evaluation.measuring.scoring import (
    find_answer_stage,
    find_document_stage,
)

WON = {
    "answerable": True,
    "answered": True,
    "right": True,
    "read": True,
    "retrieved": True,
    "present": True,
}


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({}, None),
        ({"answered": False}, Stage.ABSTAINED),
        ({"right": False}, Stage.OTHER_SPAN),
        ({"right": False, "answered": False}, Stage.OTHER_SPAN),
        ({"right": False, "read": False}, Stage.NOT_READ),
        ({"right": False, "read": False, "retrieved": False}, Stage.NOT_RETRIEVED),
        (
            {"right": False, "read": False, "retrieved": False, "present": False},
            Stage.ABSENT,
        ),
        ({"answerable": False, "right": False}, Stage.FALSE_ANSWER),
        ({"answerable": False, "right": False, "answered": False}, None),
    ],
)
def test_an_answer_is_lost_at_the_first_stage_that_failed(changes, stage):
    assert find_answer_stage(**{**WON, **changes}) is stage


@pytest.mark.parametrize(
    ("rank", "present", "stage"),
    [
        (1, True, None),
        (8, True, None),
        (9, True, Stage.NOT_READ),
        (None, True, Stage.NOT_RETRIEVED),
        (None, False, Stage.ABSENT),
    ],
)
def test_a_document_is_lost_by_its_rank(rank, present, stage):
    assert find_document_stage(rank, 8, present) is stage
