"""Confidence: arithmetic, and the shipped file."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.confidence.calibration import (
    SENTENCE_BASELINE,
    Calibration,
    ConfidenceFeatures,
    logit,
    sigmoid,
)

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
