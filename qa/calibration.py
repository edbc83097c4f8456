"""From a reader's scores to a confidence: fitted numbers in a small readable file.

The log odds of a span are `scale · (score - shift) - retrieval · behind`, where `behind` is
how far its passage stands behind the best one found, in log odds: how high the best one
scores depends on the size of the index, and says nothing. A softmax over all spans of all
passages and one "not here" of log odds zero gives each its share. Confidence is a logistic
regression on the features of `Evidence`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Evidence:
    """What confidence is judged by.

    The answer's length is none of it: long answers are an exact match less often, but where
    they are not, their sentence is still the right one.

    Attributes:
        odds: log odds of the answer's share, all passages together.
        margin: log odds of its best span alone.
        support: natural log of the number of passages that give the answer.
    """

    odds: float
    margin: float
    support: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted numbers of one reader.

    As they are by default, nothing is fitted: the reader's scores are taken for log odds, and
    the answer's share for its confidence.

    Attributes:
        reader: what they were fitted for.
        scale, shift, retrieval: how a span's log odds are made.
        rerank: weight of the reader's relevance when passages are put in order.
        intercept, weights: of the logistic regression, by feature.
        threshold: the confidence below which the reply is "not in these documents".
    """

    reader: str
    scale: float = 1.0
    shift: float = 0.0
    retrieval: float = 1.0
    rerank: float = 0.5
    intercept: float = 0.0
    weights: Mapping[str, float] = field(default_factory=lambda: {"odds": 1.0})
    threshold: float = 0.5

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read the file; keys beyond those above (figures, notes) are for people.

        Raises:
            OSError: it cannot be read.
            ValueError: it is not such a file.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{name: values[name] for name in cls.__dataclass_fields__})
        except (TypeError, KeyError) as error:
            raise ValueError(f"{path.name} lacks {error}") from error

    def log_odds(self, score: float, behind: float) -> float:
        """Log odds that a span is the answer.

        Args:
            score: the reader's.
            behind: log odds (at least 0) by which the passage stands behind the best one.
        """
        return self.scale * (score - self.shift) - self.retrieval * behind

    def confidence(self, evidence: Evidence) -> float:
        """Probability (0 to 1) that the answer is exactly right."""
        return sigmoid(sum(self.factors(evidence).values()))

    def factors(self, evidence: Evidence) -> dict[str, float]:
        """What the constant (`intercept`) and each feature add to the log odds of confidence."""
        features = asdict(evidence)
        parts = {name: weight * features[name] for name, weight in self.weights.items()}
        return {"intercept": self.intercept, **parts}

    def adjusted(self, slope: float, shift: float) -> Calibration:
        """Itself with other confidences: their log odds times `slope`, plus `shift`."""
        return replace(
            self,
            intercept=slope * self.intercept + shift,
            weights={name: slope * weight for name, weight in self.weights.items()},
        )


def logit(probability: float) -> float:
    """Log odds of a probability, kept within ±20."""
    bounded = min(max(probability, 2e-9), 1 - 2e-9)
    return math.log(bounded / (1 - bounded))


def sigmoid(value: float) -> float:
    """The probability of given log odds."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    return math.exp(value) / (1 + math.exp(value))


# The sentence baseline's cosines; its confidence is that the sentence quoted holds
# the answer, since a whole sentence is hardly ever an exact match.
SENTENCE_BASELINE = Calibration(
    reader="sentence baseline",
    scale=12.0,
    shift=0.6,
    retrieval=1.0,
    rerank=0.5,
    intercept=0.0,
    weights={"margin": 0.5},
    threshold=0.4,
)
