"""Is a difference more than chance? Paired randomisation, bootstrap intervals, Holm's correction.

Nothing is assumed about how scores are distributed (Smucker, Allan and Carterette 2007
compare such tests). All seeds are fixed: the same figures give the same p.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# A figure of rows, one row a question; None if it is not defined.
Statistic = Callable[[Floats], float | None]

_SEED = 20_250_510
# Up to so many differing questions all sign patterns are gone through.
_EXACT_QUESTIONS = 16
_ROUNDS = 10_000
_RESAMPLES = 2_000
# For statistics that have to be computed anew each time.
_STATISTIC_ROUNDS = 2_000
_STATISTIC_RESAMPLES = 500
# Statistics that differ by less are the same but for rounding.
_SAME = 1e-12
# Numbers held in memory at once.
_CHUNK = 4_000_000


def randomisation_p(differences: Sequence[float] | Floats) -> float | None:
    """Two-sided p of a mean difference, by flipping the signs of the questions' differences.

    If both configurations were alike, each question's difference could as well have been
    the other way round: p is the share of sign patterns whose mean is as far from zero.
    All patterns are tried if at most 16 questions differ, else 10,000 random ones
    (of which the observed one counts as one). None for fewer than two questions, and if
    none differs: there is nothing that chance could explain.
    """
    values = np.asarray(differences, dtype=np.float64)
    questions = len(values)
    values = values[values != 0.0]
    count = len(values)
    if questions < 2 or not count:
        return None
    # Sums of the same numbers in another order differ by rounding.
    observed = abs(values.sum()) - 1e-9 * np.abs(values).sum()
    if count <= _EXACT_QUESTIONS:
        patterns = np.arange(2**count, dtype=np.int64)[:, None] >> np.arange(count) & 1
        sums = (1 - 2 * patterns) @ values
        return float((np.abs(sums) >= observed).mean())
    generator = np.random.default_rng(_SEED)
    extreme = 0
    step = max(1, _CHUNK // count)
    for at in range(0, _ROUNDS, step):
        rounds = min(step, _ROUNDS - at)
        signs = 1.0 - 2.0 * generator.integers(0, 2, (rounds, count), dtype=np.int8)
        extreme += int((np.abs(signs @ values) >= observed).sum())
    return (1 + extreme) / (1 + _ROUNDS)


def bootstrap_interval(values: Sequence[float] | Floats) -> tuple[float, float] | None:
    """95 % percentile interval of the mean, by drawing the questions again with replacement.

    None if all values are equal, or there is only one: they do not tell how others would vary.
    """
    given = np.asarray(values, dtype=np.float64)
    count = len(given)
    if not count or (given == given[0]).all():
        return None
    generator = np.random.default_rng(_SEED)
    step = max(1, _CHUNK // count)
    means = np.concatenate(
        [
            given[generator.integers(0, count, (min(step, _RESAMPLES - at), count))].mean(axis=1)
            for at in range(0, _RESAMPLES, step)
        ]
    )
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def statistic_interval(statistic: Statistic, rows: Floats) -> tuple[float, float] | None:
    """95 % interval of a statistic that is not a mean over questions, by drawing them again.

    Draws repeat some questions and lack others, which biases calibration error. So the interval is
    moved back by their mean bias, but always holds the observed value. Rows have the shape
    (questions, …). None if the statistic is hardly ever defined, or nearly always the same.
    """
    count, observed = len(rows), statistic(rows)
    generator = np.random.default_rng(_SEED)

    # Of few questions the same are drawn again and again.
    @cache
    def measure(numbers: bytes) -> float | None:
        return statistic(rows[np.frombuffer(numbers, dtype=np.int64)])

    drawn = [
        value
        for _ in range(_STATISTIC_RESAMPLES)
        if (value := measure(np.sort(generator.integers(0, count, count)).tobytes())) is not None
    ]
    if observed is None or len(drawn) < _STATISTIC_RESAMPLES / 2:
        return None
    low, high = np.quantile(drawn, (0.025, 0.975))
    if high - low < _SAME:
        return None
    off = observed - np.mean(drawn)
    return float(min(low + off, observed)), float(max(high + off, observed))


def statistic_p(statistic: Statistic, old: Floats, new: Floats) -> float | None:
    """Two-sided p of the difference of a statistic that is not a mean over questions.

    The two sides of questions are swapped at random; rows have the shape (questions, columns). None
    if the statistic is not defined on the questions, there are fewer than two, or both sides are
    the same.
    """
    count = len(old)
    before, after = statistic(old), statistic(new)
    if count < 2 or before is None or after is None or np.array_equal(old, new):
        return None
    generator = np.random.default_rng(_SEED)
    observed = abs(after - before) - _SAME

    # Of few questions the same are swapped again and again.
    @cache
    def is_extreme(sides: bytes) -> bool:
        swapped = np.frombuffer(sides, dtype=bool)[:, None]
        before = statistic(np.where(swapped, new, old))
        after = statistic(np.where(swapped, old, new))
        return before is None or after is None or abs(after - before) >= observed

    extreme = sum(
        is_extreme(generator.integers(0, 2, count).astype(bool).tobytes())
        for _ in range(_STATISTIC_ROUNDS)
    )
    return (1 + extreme) / (1 + _STATISTIC_ROUNDS)


def holm(ps: Sequence[float]) -> list[float]:
    """The p values corrected for their number (Holm 1979), in the order given."""
    order = sorted(range(len(ps)), key=lambda number: ps[number])
    corrected = [0.0] * len(ps)
    highest = 0.0
    for rank, number in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[number]))
        corrected[number] = highest
    return corrected
