"""A threshold, what is promised of it, and confidence, fitted to one's own questions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation import (
    Evaluation,
    NoPromise,
    QuestionResult,
    TooFewQuestions,
    fit_promise,
    fit_threshold,
)
from qa.evaluation.measuring.thresholds import count_least, fit_logistic_regression, measure_chance


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
    return Evaluation("x", "x", {"threshold": threshold}, questions, setup="these models")


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


ANSWERED = QuestionResult(
    id="1",
    question="?",
    history=(),
    kind="other",
    answers=("x",),
    match="any",
    relevant=None,
    prediction="",
    best="x",
    confidence=0.9,
    abstained=False,
    document=None,
    spans=(),
    scores={},
    ranking=(),
    stage=None,
    passages=(),
    latency_ms=1.0,
    quotes_answer=True,
)
WRONG = replace(ANSWERED, quotes_answer=False)


# Confidences, and how often answers that bear them are wrong.
CONFIDENCES = (np.arange(100) + 0.5) / 100
ERRORS = {
    "as confidence says": 1 - CONFIDENCES,
    "a little more than promised, whatever confidence says": np.full(100, 0.101),
    "few, and then many at once": np.where(CONFIDENCES > 0.6, 0.08, 0.6),
    "most where confidence is highest": np.select(
        [CONFIDENCES > 0.97, CONFIDENCES > 0.6], [0.5, 0.05], 0.3
    ),
}
RIGHT_AT = [replace(ANSWERED, confidence=each) for each in CONFIDENCES]
WRONG_AT = [replace(WRONG, confidence=each) for each in CONFIDENCES]


def draw_promises(errors, questions, draws, risk="shown"):
    """What is promised, at most .1, of sets of questions that are drawn; None for nothing."""
    generator = np.random.default_rng(0)
    for _ in range(draws):
        drawn = generator.integers(0, 100, questions)
        wrong = generator.random(questions) < errors[drawn]
        pairs = zip(drawn, wrong, strict=True)
        asked = evaluation(*(WRONG_AT[at] if is_wrong else RIGHT_AT[at] for at, is_wrong in pairs))
        try:
            yield fit_promise(asked, 0.1, risk)
        except NoPromise:
            yield None


@pytest.mark.parametrize("errors", ERRORS.values(), ids=ERRORS.keys())
def test_a_promise_is_broken_for_one_set_of_questions_in_twenty_at_most(errors):
    """A thousand sets are drawn; what is true of their distribution is known."""
    promises = draw_promises(errors, questions=200, draws=1_000)
    broken = [p for p in promises if p and errors[p.threshold <= CONFIDENCES].mean() > 0.1]
    assert len(broken) <= 50


def test_a_promise_about_all_questions_is_not_broken_more_often():
    errors = 1 - CONFIDENCES
    promises = draw_promises(errors, questions=100, draws=1_000, risk="answered")
    broken = [p for p in promises if p and errors[p.threshold <= CONFIDENCES].sum() > 10]
    assert len(broken) <= 50


def test_what_is_true_is_mostly_promised():
    """Of the answers from .6 on 2 % are wrong, of all others most."""
    errors = np.where(CONFIDENCES > 0.6, 0.02, 0.6)
    promises = draw_promises(errors, questions=300, draws=100)
    assert sum(p is not None and p.threshold < 0.7 for p in promises) > 70


def test_it_is_the_lowest_threshold_that_can_be_promised():
    right = [replace(ANSWERED, confidence=0.5 + n / 400) for n in range(100)]
    wrong = [replace(WRONG, confidence=0.3 + n / 400) for n in range(40)]
    promise = fit_promise(evaluation(*right, *wrong), 0.05, "shown")
    assert (promise.threshold, promise.shown, promise.wrong) == (0.5, 100, 0)
    assert (promise.questions, promise.at_most, promise.risk) == (140, 0.05, "shown")
    assert promise.setup == "these models"


def test_of_all_questions_more_answers_may_be_wrong_than_of_those_shown():
    right = [replace(ANSWERED, confidence=0.9)] * 60
    wrong = [replace(WRONG, confidence=0.5)] * 2
    refused = [replace(WRONG, best="", confidence=0.0)] * 138
    asked = evaluation(*right, *wrong, *refused)
    assert fit_promise(asked, 0.05, "shown").threshold == 0.9
    promise = fit_promise(asked, 0.05, "answered")
    assert (promise.threshold, promise.questions) == (0.5, 200)
    assert (promise.shown, promise.wrong) == (62, 2)


@pytest.mark.parametrize("risk", ["shown", "answered"])
def test_to_show_nothing_is_not_a_promise(risk):
    wrong = [replace(WRONG, confidence=0.5)] * 80
    refused = [replace(WRONG, best="", confidence=0.0)] * 80
    with pytest.raises(NoPromise, match=r": of the 80 surest answers, 80 are wrong\.$"):
        fit_promise(evaluation(*wrong), 0.05, risk)
    with pytest.raises(NoPromise, match=r": (no answer|0 answers) came back"):
        fit_promise(evaluation(*refused), 0.05, risk)


def test_nothing_is_promised_of_answers_less_sure_than_all_that_were_right():
    promise = fit_promise(evaluation(*[ANSWERED] * 80), 0.05, "shown")
    assert (promise.threshold, promise.shown) == (0.9, 80)


def test_an_answer_to_a_question_that_has_none_is_wrong():
    unanswerable = replace(WRONG, answers=())
    with pytest.raises(NoPromise, match=r"of the 70 surest answers, 10 are wrong\.$"):
        fit_promise(evaluation(*[ANSWERED] * 60, *[unanswerable] * 10), 0.05, "shown")


def test_questions_without_labelled_answers_do_not_count():
    unlabelled = replace(WRONG, answers=None)
    promise = fit_promise(evaluation(*[ANSWERED] * 60, *[unlabelled] * 90), 0.05, "shown")
    assert (promise.questions, promise.shown) == (60, 60)


@pytest.mark.parametrize("questions", [0, 1, 40, 58])
def test_with_too_few_questions_it_is_said_how_many_would_do(questions):
    these = "this one question" if questions == 1 else f"these {questions} questions"
    said = f"^At most 5% wrong cannot be promised with {these}: 59 without an error would do\\.$"
    with pytest.raises(NoPromise, match=said):
        fit_promise(evaluation(*[ANSWERED] * questions), 0.05, "shown")
    assert fit_promise(evaluation(*[ANSWERED] * 59), 0.05, "shown").shown == 59


def test_with_too_few_answers_it_is_said_how_many_would_do():
    refused = replace(WRONG, best="", confidence=0.0)
    said = "these 99 questions: 19 answers came back; 59 without an error would do"
    with pytest.raises(NoPromise, match=said):
        fit_promise(evaluation(*[ANSWERED] * 19, *[refused] * 80), 0.05, "shown")


@given(st.integers(1, 40), st.integers(0, 45), st.integers(1, 99))
def test_the_chance_of_so_few_errors_is_the_binomial_one(answers, errors, percent):
    share = Fraction(percent, 100)
    exact = sum(
        comb(answers, wrong) * share**wrong * (1 - share) ** (answers - wrong)
        for wrong in range(min(errors, answers) + 1)
    )
    assert measure_chance(errors, answers, percent / 100) == pytest.approx(float(exact), abs=1e-12)


def test_the_chance_is_found_for_very_many_answers():
    assert measure_chance(50_000, 1_000_000, 0.05) == pytest.approx(0.5, abs=0.01)
    assert measure_chance(10, 1_000_000, 0.05) == 0.0


@given(st.floats(1e-5, 1, exclude_max=True))
def test_so_many_answers_without_an_error_are_just_enough(share):
    least = count_least(share)
    assert measure_chance(0, least, share) <= 0.05
    assert least == 1 or measure_chance(0, least - 1, share) > 0.05 - 1e-9


def test_regression_finds_the_weights_that_made_the_labels():
    rng = np.random.default_rng(7)
    features = rng.normal(size=(20_000, 2))
    chance = 1 / (1 + np.exp(-(0.5 + features @ np.array([2.0, -1.0]))))
    correct = rng.random(20_000) < chance
    intercept, weights = fit_logistic_regression(features, correct, np.ones(20_000))
    assert intercept == pytest.approx(0.5, abs=0.1)
    assert weights == pytest.approx([2.0, -1.0], abs=0.1)


def test_a_row_that_counts_twice_is_as_good_as_two():
    rng = np.random.default_rng(8)
    features, correct = rng.normal(size=(300, 2)), rng.random(300) < 0.5
    counts = rng.integers(1, 4, size=300)
    weighted = fit_logistic_regression(features, correct, counts.astype(float))
    repeated = fit_logistic_regression(
        np.repeat(features, counts, axis=0), np.repeat(correct, counts), np.ones(counts.sum())
    )
    assert weighted[0] == pytest.approx(repeated[0])
    assert weighted[1] == pytest.approx(repeated[1])
