"""AUROC and calibration against scikit-learn; risk and coverage by their definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.measuring.results import RiskPoint
from qa.evaluation.measuring.summary import (
    accuracy_at,
    aurc,
    auroc,
    calibration_error,
    compute_measure,
    estimate_abstention,
    reliability,
    risk_coverage,
    thin_risk_coverage,
)

SCORED = st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=40)
JUDGED = st.lists(
    st.tuples(st.integers(0, 100).map(lambda n: n / 100), st.booleans(), st.booleans()),
    min_size=2,
    max_size=60,
)


@given(SCORED)
def test_auroc_is_the_share_of_pairs_in_order_with_ties_half(scored):
    positives = [score for score, label in scored if label]
    negatives = [score for score, label in scored if not label]
    scores, labels = zip(*scored, strict=True)
    if not positives or not negatives:
        with pytest.raises(ValueError, match="positives and negatives"):
            auroc(scores, labels)
        return
    pairs = [(p > n) + (p == n) / 2 for p in positives for n in negatives]
    assert auroc(scores, labels) == pytest.approx(np.mean(pairs))


def test_calibration_error_is_zero_where_confidence_is_accuracy():
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0.0)


def test_calibration_error_weighs_bins_by_their_answers():
    confidences = [0.9, 0.9, 0.9, 0.1]
    correct = [True, True, False, False]
    assert calibration_error(confidences, correct) == pytest.approx(
        0.75 * (0.9 - 2 / 3) + 0.25 * 0.1
    )


def test_certainty_falls_in_the_last_bin():
    (last,) = reliability([1.0, 0.95], [True, False])
    assert (last.low, last.high, last.answers, last.accuracy) == (0.9, 1.0, 2, 0.5)
    assert last.confidence == pytest.approx(0.975)


@settings(max_examples=60)
@given(JUDGED)
def test_auroc_and_calibration_error_equal_scikit_learns(judged):
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import roc_auc_score

    confidences, right, answerable = map(list, zip(*judged, strict=True))
    found = compute_measure("auroc", np.asarray([confidences, right, answerable], dtype=float).T)
    if len(set(answerable)) == 2:
        assert found == pytest.approx(roc_auc_score(answerable, confidences))
    else:
        assert found is None
    # A bin's lower bound belongs to it here, and there: nudged off the bounds, both agree.
    nudged = [min(1.0, confidence + 1e-9) for confidence in confidences]
    accuracy, mean = calibration_curve(right, nudged, n_bins=10, strategy="uniform")
    counts = np.histogram(nudged, bins=np.linspace(0, 1, 11))[0]
    error = (counts[counts > 0] / len(judged) * np.abs(accuracy - mean)).sum()
    ours = compute_measure("ece", np.asarray([nudged, right, answerable], dtype=float).T)
    assert ours == pytest.approx(error, abs=1e-6)


def test_every_figure_has_an_interval_around_it_but_that_of_one_question():
    generator = np.random.default_rng(7)
    sure = generator.random(120)
    right = generator.random(120) < sure
    found = estimate_abstention(sure.tolist(), right.tolist(), (right | (sure > 0.8)).tolist())
    assert set(found) == {"auroc", "ece", "aurc", "accuracy@50%", "accuracy@80%"}
    for one in found.values():
        assert 0 <= one.low < one.value < one.high <= 1
    assert all(one.low is None for one in estimate_abstention([0.5], [True], [True]).values())


def test_calibration_error_lies_in_the_middle_of_its_interval():
    """Drawing questions again makes error of what is none: the interval must not follow."""
    generator = np.random.default_rng(8)
    sure = generator.random(150)
    right = generator.random(150) < sure
    ece = estimate_abstention(sure.tolist(), right.tolist(), right.tolist())["ece"]
    assert ece.value - ece.low == pytest.approx(ece.high - ece.value, rel=0.5)


def test_an_interval_reaches_as_far_as_most_draws_do():
    """Most draws lack the one question that spoils the figure: it must not be the highest."""
    sure = [0.5 + place / 50 for place in range(22)] + [0.1, 0.2, 0.51]
    answerable = [True] * 22 + [False] * 3
    auroc = estimate_abstention(sure, answerable, answerable)["auroc"]
    assert auroc.low < auroc.value < auroc.high


def test_nothing_measured_is_nothing_said():
    assert estimate_abstention([], [], []) == {}
    assert reliability([], []) == []
    assert thin_risk_coverage([], []) == ()


def test_the_bins_hold_every_answer_once():
    bins = reliability([0.0, 0.05, 0.31, 0.39, 1.0], [False, True, True, True, True])
    assert [(one.low, one.answers) for one in bins] == [(0.0, 2), (0.3, 2), (0.9, 1)]
    assert bins[0].accuracy == 0.5
    assert bins[1].confidence == pytest.approx(0.35)


def test_risk_is_the_share_of_wrong_among_the_surest():
    curve = risk_coverage([0.9, 0.8, 0.8, 0.1], [True, False, True, False])
    assert curve == [
        RiskPoint(0.25, 0.0, 0.9),
        RiskPoint(0.75, 1 / 3, 0.8),
        RiskPoint(1.0, 0.5, 0.1),
    ]


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_aurc_is_the_mean_risk_over_all_coverages(right):
    confidences = [1 - place / 100 for place in range(len(right))]
    risks = [right[:count].count(False) / count for count in range(1, len(right) + 1)]
    assert aurc(confidences, right) == pytest.approx(np.mean(risks))


def test_equal_confidences_do_not_favour_who_comes_first():
    assert aurc([0.5, 0.5], [True, False]) == aurc([0.5, 0.5], [False, True]) == 0.5


def test_accuracy_at_coverage_is_that_of_the_surest():
    confidences, right = [0.9, 0.8, 0.2, 0.1], [True, True, False, True]
    assert accuracy_at(0.5, confidences, right) == 1.0
    assert accuracy_at(0.75, confidences, right) == pytest.approx(2 / 3)
    assert accuracy_at(0.01, confidences, right) == 1.0


def test_a_long_curve_is_thinned_out_to_its_last_point():
    confidences = [place / 1000 for place in range(1000)]
    points = thin_risk_coverage(confidences, [True] * 1000)
    assert len(points) <= 202
    assert points[-1].coverage == 1.0
