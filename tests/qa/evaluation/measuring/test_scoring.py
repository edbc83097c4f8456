"""Scores of lists, and where a question was lost."""

import pytest

from qa.evaluation import Stage
from qa.evaluation.measuring.scoring import (
    find_answer_stage,
    find_document_stage,
    list_exact_match,
    list_f1,
    quotes_answer,
    score_answer,
)
from qa.evaluation.question_sets.question import Question

MEMBERS = ["pressure probe", "float", "ultrasonic sensor"]
WON = {
    "answerable": True,
    "answered": True,
    "right": True,
    "read": True,
    "retrieved": True,
    "present": True,
}


@pytest.mark.parametrize(
    "quoted",
    [
        ["a pressure probe, a float and an ultrasonic sensor"],
        ["float", "the ultrasonic sensor", "pressure probe"],
        ["ultrasonic sensor as well as a float", "or a pressure probe"],
    ],
)
def test_all_members_in_any_order_are_an_exact_match(quoted):
    assert list_exact_match(quoted, MEMBERS) == 1.0
    assert list_f1(quoted, MEMBERS) == 1.0


@pytest.mark.parametrize(
    "quoted",
    [["pressure probe, float"], ["a pressure probe, a float, an ultrasonic sensor, a camera"], []],
)
def test_a_member_too_few_or_too_many_is_none(quoted):
    assert list_exact_match(quoted, MEMBERS) == 0.0
    assert 0 <= list_f1(quoted, MEMBERS) < 1.0


def test_f1_weighs_what_is_found_and_what_is_right():
    assert list_f1(["pressure probe, float"], MEMBERS) == pytest.approx(2 * (2 / 3) / (5 / 3))
    assert list_f1(["pressure probe, float, elephant, giraffe"], MEMBERS) == pytest.approx(
        2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4)
    )
    assert list_f1(["nothing of it"], MEMBERS) == 0.0


def test_a_member_that_holds_a_comma_is_one():
    members = ["Voss, Sons and Company", "Kern"]
    assert list_exact_match(["Voss, Sons and Company, and Kern"], members) == 1.0


def test_a_member_is_not_found_within_a_word():
    assert list_exact_match(["carpet", "dog"], ["pet", "dog"]) == 0.0


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({}, None),
        ({"answered": False}, Stage.ABSTAINED),
        ({"right": False}, Stage.OTHER_SPAN),
        ({"right": False, "answered": False}, Stage.OTHER_SPAN),
        ({"right": False, "read": False}, Stage.NOT_READ),
        ({"right": False, "read": False, "retrieved": False}, Stage.NOT_RETRIEVED),
        ({"right": False, "read": False, "retrieved": False, "present": False}, Stage.ABSENT),
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


@pytest.mark.parametrize(
    ("quoted", "answers", "match", "answered"),
    [
        (["It opened in May 1998, in the rain."], ["May 1998"], "any", True),
        (["It opened in May 1998."], ["1999", "in May 1998"], "any", True),
        (["the old oak door"], ["the oak door"], "any", True),
        (["by a door of 30 cm"], ["by a door of 40 cm"], "any", False),
        (["It was remade in 1998."], ["made"], "any", False),
        (["Wait.", "It takes 20 seconds."], ["20 seconds"], "any", True),
        (["The pass is valid for 7 days."], ["7"], "any", True),
        (
            ["On 7 May the pass was sold to all who came by, whatever they had paid before."],
            ["7"],
            "any",
            False,
        ),
        (MEMBERS[:2], MEMBERS, "all", True),
        (MEMBERS[:1], [*MEMBERS, "camera", "lamp"], "all", False),
        (["anything"], [], "any", False),
        ([], ["May 1998"], "any", False),
        (["Nothing."], ["?"], "any", False),
    ],
)
def test_a_quotation_answers_if_it_holds_an_answer_or_most_of_it(quoted, answers, match, answered):
    assert quotes_answer(quoted, answers, match) is answered


@pytest.mark.parametrize("match", ["any", "all"])
@pytest.mark.parametrize("quoted", [(), ("",)])
def test_nothing_quoted_is_never_right_even_if_the_answer_is_a_sign(match, quoted):
    question = Question("1", "What sign?", answers=("+", "-"), match=match)
    assert set(score_answer(question, quoted, abstained=True).values()) == {0.0}
