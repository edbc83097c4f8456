"""AUROC and calibration error against hand-made cases and their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.measuring.abstention import auroc, calibration_error, reliability

SCORED = st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=40)


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
