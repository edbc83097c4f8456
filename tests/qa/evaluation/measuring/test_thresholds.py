"""A threshold, and confidence, fitted to one's own questions."""

import numpy as np
import pytest

from qa.evaluation import Evaluation, QuestionResult, TooFewQuestions, fit_threshold


def question(number, confidence, answerable, f1):
    return QuestionResult(
        id=str(number),
        question="?",
        history=(),
        kind="other",
        answers=("x",) if answerable else (),
        match="any",
        relevant=None,
        prediction="",
        best="x",
        confidence=confidence,
        abstained=False,
        document=None,
        spans=(),
        scores={"best_f1": f1, "best_exact_match": float(f1 == 1)} if answerable else {},
        ranking=(),
        stage=None,
        passages=(),
        latency_ms=1.0,
    )


def evaluation(*questions, threshold=0.9):
    return Evaluation("x", "x", {"threshold": threshold}, questions)


def test_it_parts_answers_that_are_right_from_those_that_are_not():
    right = [question(n, 0.6 + n / 1000, True, 1.0) for n in range(30)]
    wrong = [question(100 + n, 0.3 + n / 1000, False, 0.0) for n in range(30)]
    fitted = fit_threshold(evaluation(*right, *wrong))
    assert 0.33 < fitted.threshold < 0.6
    assert (fitted.before, fitted.after) == (0.5, 1.0)
    assert fitted.questions == 60


def test_what_is_to_be_expected_is_not_measured_on_what_was_fitted():
    """Confidence that says nothing: a threshold fitted to chance must not look like a gain."""
    mixed = [question(n, (n * 37 % 100) / 100, n % 2 == 0, 1.0) for n in range(80)]
    fitted = fit_threshold(evaluation(*mixed))
    assert fitted.after < 0.62


def test_too_few_questions_are_said_with_their_numbers():
    few = [question(n, 0.5, n > 2, 1.0) for n in range(60)]
    with pytest.raises(TooFewQuestions, match="57 answerable and 3 unanswerable"):
        fit_threshold(evaluation(*few))


def drawn(slope, shift, count=600):
    """Questions of whose confidence the log odds of being right are a known function."""
    generator = np.random.default_rng(5)
    odds = generator.normal(0, 2, count)
    right = generator.random(count) < 1 / (1 + np.exp(-(slope * odds + shift)))
    sure = 1 / (1 + np.exp(-odds))
    return evaluation(
        *(
            question(n, float(sure[n]), n % 4 != 0 or bool(right[n]), float(right[n]))
            for n in range(count)
        )
    )


def test_confidence_is_fitted_where_it_is_wrong():
    found = fit_threshold(drawn(0.5, -1.0)).adjustment
    assert found.slope == pytest.approx(0.5, abs=0.12)
    assert found.shift == pytest.approx(-1.0, abs=0.25)
    assert found.after < found.before / 2
    assert found.of(0.5) == pytest.approx(1 / (1 + np.exp(-found.shift)))


def test_confidence_stays_where_there_is_nothing_to_gain():
    found = fit_threshold(drawn(1.0, 0.0)).adjustment
    assert found is None or found.slope == pytest.approx(1.0, abs=0.1)


def test_confidence_stays_where_there_are_too_few_questions():
    assert fit_threshold(drawn(0.5, -1.0, count=140)).adjustment is None


def test_right_and_wrong_that_are_parted_completely_give_a_finite_fit():
    right = [question(n, 0.9, True, 1.0) for n in range(100)]
    wrong = [question(100 + n, 0.6, False, 0.0) for n in range(100)]
    found = fit_threshold(evaluation(*right, *wrong)).adjustment
    assert 0 < found.slope < 100
    assert found.of(0.9) > 0.9
    assert found.of(0.6) < 0.5
