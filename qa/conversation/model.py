"""Two logistic regressions in a small readable file: is something left out, and which words?"""

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
        threshold: log odds from which on the answer is yes.
        weights: what each feature adds to the log odds; others add nothing.
    """

    threshold: float
    intercept: float
    weights: Mapping[str, float]

    def excess(self, features: Iterable[str]) -> float:
        """Log odds above the threshold, exact in any order: yes if not negative."""
        added = fsum(self.weights.get(feature, 0.0) for feature in features)
        return self.intercept + added - self.threshold


@dataclass(frozen=True, slots=True)
class Model:
    """What is fitted.

    Attributes:
        need: whether a question needs its history.
        term: whether a word of the history is left out of a question that does.
        frequency: rank of the stems most often asked about, 0 for the first.
    """

    need: Regression
    term: Regression
    frequency: Mapping[str, int]

    @classmethod
    def parse(cls, text: str) -> Model:
        """From JSON; keys beyond those above (figures, notes) are for people."""
        values = json.loads(text)
        frequent: list[str] = values["frequent"].split()
        return cls(
            _regression(values["need"]),
            _regression(values["term"]),
            {stem: rank for rank, stem in enumerate(frequent)},
        )


def _regression(values: dict[str, Any]) -> Regression:
    return Regression(values["threshold"], values["intercept"], values["weights"])


@cache
def shipped() -> Model:
    """The fitted model that comes with the package."""
    return Model.parse((files(__package__) / "weights.json").read_text(encoding="utf-8"))
