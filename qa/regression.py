"""Logistic regression: what makes confidence a probability."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def fit_logistic_regression(
    features: Floats,
    correct: NDArray[np.bool_],
    shares: Floats | float = 1.0,
    *,
    ridge: float = 1.0,
) -> tuple[float, Floats]:
    """Intercept, and weights of shape (features,), by Newton's method.

    A ridge penalty keeps the weights finite where they separate right and wrong completely.

    Args:
        features: shape (rows, features).
        correct: shape (rows,).
        shares: how much each row counts, shape (rows,).
        ridge: the penalty; a higher one gives smaller weights.
    """
    design = np.column_stack([np.ones(len(features)), features])
    penalty = np.diag([0.0] + [ridge] * features.shape[1])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        predicted = sigmoids(design @ weights)
        gradient = design.T @ (shares * (correct - predicted)) - penalty @ weights
        curvature = (design * (shares * predicted * (1 - predicted))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature + 1e-9 * np.eye(len(weights)), gradient)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return float(weights[0]), weights[1:]


def sigmoids(log_odds: Floats) -> Floats:
    """Probabilities of their log odds."""
    probabilities: Floats = 1 / (1 + np.exp(-log_odds.clip(-30, 30)))
    return probabilities
