"""The weights of follow-up questions come from a logistic regression, kept as plain numbers."""

import json
import random
from dataclasses import asdict

import pytest

from qa.conversation.model import FollowUpModel, Regression, load_model
from qa.training.follow_ups import (
    FollowUp,
    fit_regression,
    take_written_follow_ups,
    take_written_self_contained,
)


def test_what_is_fitted_tells_the_features_apart_and_survives_its_file() -> None:
    samples = [({"pronoun", "short"}, True, 1.0), ({"name", "short"}, False, 1.0)] * 40
    regression = fit_regression(samples, strength=1.0, threshold=0.5)
    assert regression.weights["pronoun"] > 0 > regression.weights["name"]
    assert regression.margin({"pronoun"}) > regression.margin({"unheard of"})
    kept = json.dumps({"need": asdict(regression), "term": asdict(regression), "frequent": "a b"})
    model = FollowUpModel.parse(kept)
    assert model.need == regression
    assert model.frequency == {"a": 0, "b": 1}


def test_the_order_of_features_changes_nothing() -> None:
    regression = Regression(0.0, 0.0, {"a": 0.1, "b": 0.2, "c": 0.3})
    assert regression.margin(["a", "b", "c"]) == regression.margin(["c", "b", "a"])


def test_a_feature_that_is_hardly_seen_gets_no_weight() -> None:
    samples = [({"often"}, True, 1.0)] * 40 + [({"other"}, False, 1.0)] * 40
    assert "once" not in fit_regression([*samples, ({"once"}, True, 1.0)], 1.0, 0.0).weights


def test_what_is_left_out_is_what_the_rewrite_takes_from_the_history() -> None:
    follow_up = FollowUp(
        ["Who founded the Museum of Rain?"],
        "When did it open?",
        "When did the Museum of Rain in Bergen open?",
    )
    assert follow_up.left_out == {"museum", "rain"}
    assert follow_up.added == {"museum", "rain", "bergen"}


@pytest.mark.parametrize("kind", ["person", "thing", "several"])
def test_a_pronoun_speaks_for_the_need_of_the_history(kind: str) -> None:
    need = load_model().need
    assert need.weights.get(f"refers by {kind}", 0.0) > need.weights.get("refers by nothing", 0.0)


def _write_rows() -> list[dict[str, object]]:
    fresh = [{"question": f"Who keeps lamp {number}?"} for number in range(5_000)]
    history = [["When does the ferry leave?", "At seven."]]
    return [*fresh, *[{"question": "And in winter?", "history": history}] * 100]


def test_a_written_follow_up_leaves_out_the_question_before_it_with_or_without_its_answer() -> None:
    follow_ups = list(take_written_follow_ups(_write_rows(), random.Random(1)))
    assert len(follow_ups) == 100
    assert {each.left_out for each in follow_ups} == {frozenset({"ferry", "leav"})}
    assert {type(each.history[0]) for each in follow_ups} == {str, tuple}


def test_a_written_question_leaves_nothing_out_after_talk_of_other_things() -> None:
    rows = _write_rows()
    follow_ups = list(take_written_follow_ups(rows, random.Random(1)))
    for each in take_written_self_contained(rows, follow_ups, random.Random(1)):
        assert each.history
        assert not each.added
