"""The randomisation test against plain enumeration; intervals and corrections by their rules."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.measuring.significance import (
    bootstrap_interval,
    holm,
    randomisation_p,
    statistic_interval,
    statistic_p,
)

GAINS = st.lists(
    st.sampled_from([-1.0, -0.5, -0.1, 0.0, 0.0, 0.2, 0.3, 1.0]), min_size=2, max_size=9
)


@settings(max_examples=60)
@given(GAINS)
def test_p_is_the_share_of_sign_patterns_as_far_from_zero(gains):
    observed = abs(sum(gains))
    patterns = list(itertools.product((1, -1), repeat=len(gains)))
    extreme = sum(
        abs(sum(s * g for s, g in zip(signs, gains, strict=True))) >= observed - 1e-9
        for signs in patterns
    )
    expected = pytest.approx(extreme / len(patterns)) if any(gains) else None
    assert randomisation_p(gains) == expected


def test_many_questions_give_nearly_the_exact_p():
    """Twenty gains of one size are a sign test, whose p is known."""
    gains = [1.0] * 15 + [-1.0] * 5
    assert randomisation_p(gains) == pytest.approx(0.0414, abs=0.006)


def test_where_nothing_differs_there_is_nothing_for_chance_to_explain():
    assert randomisation_p([0.0] * 40) is None
    rows = np.ones((40, 1))
    assert statistic_p(mean, rows, rows.copy()) is None


def test_a_sure_difference_is_never_given_p_0():
    assert 0 < randomisation_p([0.5] * 100) < 0.001


def test_the_same_figures_give_the_same_p():
    gains = np.random.default_rng(1).normal(0.1, 1, 300)
    assert randomisation_p(gains) == randomisation_p(gains)
    assert bootstrap_interval(gains) == bootstrap_interval(gains)


def test_one_question_says_nothing_of_chance():
    assert randomisation_p([1.0]) is None
    assert bootstrap_interval([1.0]) is None


def test_p_is_uniform_where_there_is_no_difference():
    generator = np.random.default_rng(2)
    ps = [randomisation_p(generator.normal(0, 1, 12)) for _ in range(200)]
    assert np.mean(np.array(ps) <= 0.1) == pytest.approx(0.1, abs=0.05)


def test_the_interval_is_that_of_the_normal_law_for_many_values():
    values = np.random.default_rng(3).normal(0.5, 0.2, 2000)
    low, high = bootstrap_interval(values)
    error = values.std() / np.sqrt(len(values))
    assert low == pytest.approx(values.mean() - 1.96 * error, abs=0.1 * error + 0.0005)
    assert high == pytest.approx(values.mean() + 1.96 * error, abs=0.1 * error + 0.0005)


def test_equal_values_have_no_interval():
    """That nothing has missed so far does not say that nothing will."""
    assert bootstrap_interval([1.0] * 100) is None
    assert statistic_interval(mean, np.ones((100, 1))) is None
    nearly = np.asarray([[0.0], *[[1.0]] * 8])
    assert statistic_interval(lambda rows: float(rows.mean() > 0.6), nearly) is None


def test_holm_steps_down_and_never_falls():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def mean(rows):
    return float(rows[:, 0].mean())


def test_a_statistic_that_is_a_mean_gets_the_p_of_a_mean():
    generator = np.random.default_rng(4)
    old = generator.random((60, 1))
    new = old + generator.normal(0.05, 0.15, (60, 1))
    gains = (new - old)[:, 0]
    assert statistic_p(mean, old, new) == pytest.approx(randomisation_p(gains), abs=0.02)


def test_a_statistic_that_is_not_defined_gets_neither():
    rows = np.ones((5, 1))
    assert statistic_p(lambda _: None, rows, 1 - rows) is None
    assert statistic_p(mean, rows[:1], 1 - rows[:1]) is None
    assert statistic_interval(lambda _: None, rows) is None
    assert statistic_interval(mean, rows[:1]) is None


def test_the_interval_of_a_statistic_that_is_a_mean_is_that_of_a_mean():
    rows = np.random.default_rng(6).random((80, 1))
    assert statistic_interval(mean, rows) == pytest.approx(bootstrap_interval(rows[:, 0]), abs=0.01)
