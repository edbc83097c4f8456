"""Lists are scored by their members."""

import pytest

from qa.evaluation.measuring.scoring import list_exact_match, list_f1

MEMBERS = ["pressure probe", "float", "ultrasonic sensor"]


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
