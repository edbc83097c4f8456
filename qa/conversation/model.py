"""Two logistic regressions: does a question leave something out, and which terms?

They are kept as plain numbers in `weights.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import fsum
from typing import Any


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression over features that are there or not.

    Attributes:
        threshold: the log odds from which on the answer is yes.
        intercept: the log odds without any feature.
        weights: the log odds that each feature adds; features that are not in it add none.
    """

    threshold: float
    intercept: float
    weights: Mapping[str, float]

    def margin(self, features: Iterable[str]) -> float:
        """Log odds above the threshold; yes if not negative. The order changes nothing."""
        added = fsum(self.weights.get(feature, 0.0) for feature in features)
        return self.intercept + added - self.threshold


@dataclass(frozen=True, slots=True)
class FollowUpModel:
    """What is fitted: see `qa.training.follow_ups`.

    Attributes:
        need: whether a question needs its history.
        term: whether such a question leaves out a term of its history.
        frequency: the rank of the terms most often asked about, 0 for the first.
    """

    need: Regression
    term: Regression
    frequency: Mapping[str, int]

    @classmethod
    def parse(cls, text: str) -> FollowUpModel:
        """A model from its JSON."""
        values = json.loads(text)
        frequent: list[str] = values["frequent"].split()
        return cls(
            _parse_regression(values["need"]),
            _parse_regression(values["term"]),
            {term: rank for rank, term in enumerate(frequent)},
        )


def _parse_regression(values: dict[str, Any]) -> Regression:
    return Regression(values["threshold"], values["intercept"], values["weights"])


@cache
def load_model() -> FollowUpModel:
    """The model that comes with the package."""
    return FollowUpModel.parse((files(__package__) / "weights.json").read_text(encoding="utf-8"))
