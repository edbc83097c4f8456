"""Logistic regression with a ridge."""

import numpy as np
import pytest

from qa.regression import fit_logistic_regression


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
