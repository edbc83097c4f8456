"""A threshold fitted to one's own questions."""

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
        scores={"best_f1": f1} if answerable else {},
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
