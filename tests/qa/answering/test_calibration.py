"""Confidence: arithmetic, the shipped file, and how it is fitted."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.calibration import (
    SENTENCE_BASELINE,
    Calibration,
    ConfidenceFeatures,
    logit,
    sigmoid,
)
from qa.regression import logistic_regression

FEATURES = ConfidenceFeatures(odds=1.0, margin=2.0, lead=0.6)


@given(st.floats(-700, 700))
def test_a_sigmoid_is_a_probability(value):
    assert 0.0 <= sigmoid(value) <= 1.0


@given(st.floats(-19, 19))
def test_logit_undoes_sigmoid(value):
    assert logit(sigmoid(value)) == pytest.approx(value, abs=1e-6)


def test_certainty_has_finite_log_odds():
    assert logit(0.0) == pytest.approx(-20, abs=0.1)
    assert logit(1.0) == pytest.approx(20, abs=0.1)


def test_confidence_is_the_logistic_of_weighted_evidence():
    calibration = Calibration("test", intercept=-1.0, weights={"odds": 2.0, "lead": 1.0})
    assert calibration.confidence(FEATURES) == pytest.approx(sigmoid(-1.0 + 2.0 + 0.6))


def test_log_odds_shift_and_scale_the_score_and_fall_behind_with_the_passage():
    calibration = Calibration("test", scale=2.0, shift=0.5, retrieval=3.0)
    assert calibration.log_odds(1.5, 0.0) == pytest.approx(2.0)
    assert calibration.log_odds(0.5, 0.8) == pytest.approx(-2.4)


def test_a_calibration_file_may_carry_notes_for_people(tmp_path):
    path = tmp_path / "calibration.json"
    path.write_text(
        json.dumps({**asdict(Calibration("r", threshold=0.4)), "held_out": {"questions": 3}})
    )
    assert Calibration.load(path).threshold == 0.4


def test_the_baselines_confidence_is_a_probability():
    assert 0 < SENTENCE_BASELINE.confidence(FEATURES) < 1


def test_regression_finds_the_weights_that_made_the_labels():
    rng = np.random.default_rng(7)
    features = rng.normal(size=(20_000, 2))
    chance = 1 / (1 + np.exp(-(0.5 + features @ np.array([2.0, -1.0]))))
    correct = rng.random(20_000) < chance
    intercept, weights = logistic_regression(features, correct, np.ones(20_000))
    assert intercept == pytest.approx(0.5, abs=0.1)
    assert weights == pytest.approx([2.0, -1.0], abs=0.1)


def test_a_row_that_counts_twice_is_as_good_as_two():
    rng = np.random.default_rng(8)
    features, correct = rng.normal(size=(300, 2)), rng.random(300) < 0.5
    counts = rng.integers(1, 4, size=300)
    weighted = logistic_regression(features, correct, counts.astype(float))
    repeated = logistic_regression(
        np.repeat(features, counts, axis=0), np.repeat(correct, counts), np.ones(counts.sum())
    )
    assert weighted[0] == pytest.approx(repeated[0])
    assert weighted[1] == pytest.approx(repeated[1])
