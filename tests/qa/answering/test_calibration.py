"""Confidence: arithmetic, and the shipped file."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Index, Retriever
from qa import Assistant
from qa.answering.calibration import (
    SENTENCE_BASELINE,
    Calibration,
    ConfidenceFeatures,
    logit,
    read_calibration,
    sigmoid,
    write_calibration,
)
from qa.reader.baseline import SentenceReader

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


EVIDENCE = ConfidenceFeatures(odds=1.0, margin=0.5)


@pytest.fixture
def index(tmp_path, encoder):
    with Index.open(tmp_path / "i", create=True, encoder=encoder) as made:
        yield made


def test_an_adjustment_scales_and_shifts_the_log_odds_of_confidence():
    adjusted = SENTENCE_BASELINE.adjusted(0.5, -1.0)
    before, after = (logit(c.confidence(EVIDENCE)) for c in (SENTENCE_BASELINE, adjusted))
    assert after == pytest.approx(0.5 * before - 1.0)


def test_what_is_kept_is_found_again(index):
    assert read_calibration(index, SENTENCE_BASELINE) == SENTENCE_BASELINE
    adjusted = SENTENCE_BASELINE.adjusted(0.5, -1.0)
    write_calibration(index, SENTENCE_BASELINE, adjusted)
    assert read_calibration(index, SENTENCE_BASELINE) == adjusted


def test_what_was_fitted_to_another_reader_is_left_aside(index):
    write_calibration(index, SENTENCE_BASELINE, SENTENCE_BASELINE.adjusted(0.5, -1.0))
    other = SENTENCE_BASELINE.adjusted(2.0, 0.0)
    assert read_calibration(index, other) == other


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "nonsense",
        lambda _: "[" * 100_000,
        lambda note: note.replace("-1.0", '"-1.0"'),
        lambda note: note.replace("-1.0", "1e999"),
        lambda note: note.replace('"margin"', '"luck"'),
        lambda note: note.replace('"weights"', '"heights"'),
    ],
)
def test_what_is_kept_and_makes_no_sense_is_left_aside(index, change):
    write_calibration(index, SENTENCE_BASELINE, SENTENCE_BASELINE.adjusted(0.5, -1.0))
    note = index.read_note("calibration")
    assert change(note) != note
    index.write_note("calibration", change(note))
    assert read_calibration(index, SENTENCE_BASELINE) == SENTENCE_BASELINE


def test_an_assistant_adjusts_again_what_it_has_adjusted_before(index):
    def assistant():
        return Assistant(
            Retriever(index), reader=SentenceReader(index.encoder), calibration=SENTENCE_BASELINE
        )

    assistant().adjust_confidence(0.5, -1.0)
    assistant().adjust_confidence(2.0, 0.5)
    found = logit(assistant().calibration.confidence(EVIDENCE))
    before = logit(SENTENCE_BASELINE.confidence(EVIDENCE))
    assert found == pytest.approx(2.0 * (0.5 * before - 1.0) + 0.5)
