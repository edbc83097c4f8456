"""Configurations compared question by question."""

import json
from dataclasses import replace

import pytest

from index import MissingPath
from qa.evaluation import CannotCompare, ConfigurationScores, compare
from qa.evaluation.measuring.comparison import AskedQuestion
from qa.evaluation.measuring.significance import holm, randomisation_p


def scored(name, f1, answers=None, **more):
    asked = [
        AskedQuestion(
            f"q{at}",
            f"question q{at}?",
            answers[at] if answers else "same",
            {"f1": value, **{measure: values[at] for measure, values in more.items()}},
        )
        for at, value in enumerate(f1)
    ]
    return ConfigurationScores(name, {each.id: each for each in asked})


def test_a_difference_is_of_means_with_wins_and_losses():
    found = compare(scored("old", [0.0, 0.5, 1.0, 1.0]), scored("new", [1.0, 0.5, 0.5, 1.0]))
    (difference,) = found.differences
    assert (difference.old, difference.new, difference.difference) == (0.625, 0.75, 0.125)
    assert (difference.wins, difference.ties, difference.losses) == (1, 2, 1)
    assert difference.low <= 0.125 <= difference.high
    assert difference.p == randomisation_p([1.0, 0.0, -0.5, 0.0])
    assert not difference.significant


def test_p_is_corrected_for_all_differences_that_there_are():
    """Where every question is as before, no test is made that could go wrong."""
    zeros, ones = [0.0] * 10, [1.0] * 10
    found = compare(
        scored("old", zeros, em=zeros), scored("a", ones, em=ones), scored("b", zeros, em=ones)
    )
    assert len(found.differences) == 4
    tested = [d for d in found.differences if d.p is not None]
    assert [d.p_corrected for d in tested] == holm([d.p for d in tested])
    assert [d.significant for d in found.differences] == [True, True, False, True]
    assert found.differences[2].p_corrected is None


def test_what_changed_comes_with_both_answers_the_greatest_change_first():
    found = compare(
        scored("old", [0.0, 0.5, 1.0], ["", "a", "b"]),
        scored("new", [1.0, 0.25, 1.0], ["yes", "c", "b"]),
    )
    assert [(one.id, one.old, one.new) for one in found.changed] == [
        ("q0", 0.0, 1.0),
        ("q1", 0.5, 0.25),
    ]
    assert (found.changed[0].old_answer, found.changed[0].new_answer) == ("", "yes")


def test_a_measure_that_only_one_side_has_is_not_compared():
    found = compare(scored("old", [0.0] * 10), scored("new", [1.0] * 10, em=[1.0] * 10))
    assert [one.measure for one in found.differences] == ["f1"]


def test_only_questions_that_both_were_asked_count():
    found = compare(scored("old", [0.0, 1.0, 1.0]), scored("new", [1.0, 1.0]))
    assert found.differences[0].old == 0.5
    assert found.notes == ("left out: 1 question that only one side was asked",)


def test_one_question_claims_no_significance():
    (difference,) = compare(scored("old", [0.0]), scored("new", [1.0])).differences
    assert (difference.p, difference.low, difference.significant) == (None, None, False)


def test_sets_without_a_question_in_common_are_not_compared():
    other = ConfigurationScores("new", {"z": AskedQuestion("z", "another?", "", {"f1": 1.0})})
    with pytest.raises(CannotCompare, match="old and new were not asked the same questions"):
        compare(scored("old", [1.0]), other)


def test_an_evaluation_that_was_written_is_read_again(tmp_path):
    rows = [{"id": "q0", "question": "question q0?", "prediction": "x", "scores": {"f1": 0.5}}]
    path = tmp_path / "old.json"
    path.write_text(json.dumps({"name": "old", "per_question": rows}), encoding="utf-8")
    found = ConfigurationScores.load(path)
    assert found == ConfigurationScores(
        "old.json", {"q0": AskedQuestion("q0", "question q0?", "x", {"f1": 0.5})}
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"per_question": [1]}', "[" * 100_000])
def test_any_other_file_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "old.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CannotCompare, match=r"old\.json is not an evaluation"):
        ConfigurationScores.load(path)


@pytest.mark.parametrize("score", ["NaN", "Infinity", "1e999", "1" * 400, '"0.5"', "null"])
def test_a_score_that_is_no_number_makes_no_comparison(tmp_path, score):
    path = tmp_path / "old.json"
    path.write_text(
        '{"per_question": [{"id": "q0", "question": "?", "prediction": "", "scores": {"f1": SCORE}}]}'.replace(
            "SCORE", score
        ),
        encoding="utf-8",
    )
    with pytest.raises(CannotCompare, match=r"old\.json is not an evaluation"):
        ConfigurationScores.load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MissingPath, match=r"gone\.json: no such file"):
        ConfigurationScores.load(tmp_path / "gone.json")


def test_measures_of_all_questions_together_are_compared_too():
    right = [float(at % 2) for at in range(30)]
    old, new = (
        replace(
            side,
            questions={
                each.id: replace(each, confidence=confidence[at], answers=("yes",))
                for at, each in enumerate(side.questions.values())
            },
        )
        for side, confidence in (
            (scored("old", [0.5] * 30, best_exact_match=right), [at / 30 for at in range(30)]),
            (scored("new", [0.5] * 30, best_exact_match=right), [0.2 + 0.6 * r for r in right]),
        )
    )
    found = compare(old, new).differences
    by_name = {difference.measure: difference for difference in found}
    assert set(by_name) == {"f1", "best_exact_match", "ece", "aurc", "accuracy@50%", "accuracy@80%"}
    ece = by_name["ece"]
    assert (ece.old, ece.new) == pytest.approx((0.2639, 0.2), abs=0.05)
    assert ece.low <= ece.difference <= ece.high
    assert (ece.wins, ece.ties, ece.losses) == (0, 0, 0)
    assert by_name["accuracy@50%"].new == 1.0
    assert by_name["accuracy@50%"].significant
