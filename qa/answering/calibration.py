"""From the models' scores to an order and a confidence: fitted numbers in a readable file.

Three scores tell how surely a passage answers a question: the retriever's, the one by which the
reader or a reranker ranks it, and the reader's relevance. Their weighted sum orders the passages.
The log odds of a span are `scale · (score - shift) - retrieval · behind`, where `behind` is how far
its passage stands behind the best one, in log odds (the best score itself depends on the size of
the index, and says nothing). A softmax over all spans of all passages and one "not here" of log
odds zero gives each its share. Confidence is a logistic regression on `ConfidenceFeatures`.

A calibration that is fitted to a person's own questions is kept with their index.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from pathlib import Path

import msgspec

from index import Index

# The note of an index that keeps one.
_NOTE = "calibration"


@dataclass(frozen=True, slots=True)
class ConfidenceFeatures:
    """What confidence in an answer is computed from.

    Attributes:
        odds: log odds of the answer's share, all passages together.
        margin: log odds of its best span alone.
        lead: by how much the score by which its passage was ranked exceeds the best of the other
            documents' passages, at most 5 either way; if nothing ranks, all scores are 0.
        relevance: the reader's relevance of its passage.
        ahead: by how much that exceeds the relevance of all other passages, at most 1 either way.
        length: words of the question above the usual nine, at most 9 either way.
        sentence: the reader's score of the best sentence in the evidence; 0 for rows of a table
            that were selected.
        explains: 1 where the question asks how or why, or compares.
        defines: 1 if it asks what something is.
        decides: 1 if it asks for yes or no.
        selected: 1 if the answer is the rows of a table that meet the question's conditions.
        standing: log odds of the best span of all passages, within 8 either way.
        rival: by how much the share of the best other answer exceeds that of this one, as a
            logarithm, within 7 either way: nearly always negative.
        unmentioned: 1 where the question names something that no passage read mentions.
    """

    odds: float
    margin: float
    lead: float = 0.0
    relevance: float = 0.0
    ahead: float = 0.0
    length: float = 0.0
    sentence: float = 0.0
    explains: float = 0.0
    defines: float = 0.0
    decides: float = 0.0
    selected: float = 0.0
    standing: float = 0.0
    rival: float = 0.0
    unmentioned: float = 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted numbers of one combination of models.

    With the defaults, the reader's scores count as log odds, and the answer's share as its
    confidence.

    Attributes:
        reader: names the models that the numbers were fitted for.
        scale, shift, retrieval: make the log odds of a span: see `log_odds`.
        retriever, reranker, relevance: weights of the three scores that order the passages; of
            the second, `passage_score` says whose it is.
        similarity: of two passages whose sentences may be quoted, how much the log odds of one
            fall for each unit that its cosine with the question is lower.
        evidence_gap: a sentence beside the best one is part of the evidence if the reader's
            score of it is at most this much lower.
        least_margin: if the best span has lower log odds, sentences are quoted instead.
        least_part: if words have less than this part of the share of all candidates in their
            sentence, the sentence is quoted in their place.
        intercept, weights: of the logistic regression, by feature.
        threshold: the confidence below which nothing is shown as an answer.
        off_topic: if even the best passage is ranked lower than this, the documents surely hold
            no answer.
    """

    reader: str
    scale: float = 1.0
    shift: float = 0.0
    retrieval: float = 1.0
    retriever: float = 1.0
    reranker: float = 0.5
    relevance: float = 0.5
    similarity: float = 0.0
    evidence_gap: float = 1.0
    least_margin: float = -3.0
    least_part: float = 0.0
    intercept: float = 0.0
    weights: Mapping[str, float] = field(default_factory=lambda: {"odds": 1.0})
    threshold: float = 0.5
    off_topic: float = -8.0

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read the file; keys beyond those above (figures, notes) are for people.

        Raises:
            OSError: it cannot be read.
            ValueError: it is not JSON, or lacks a number.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(values, dict):
                raise ValueError(f"{path.name} is not a JSON object")
            return cls(**{name: values[name] for name in cls.__dataclass_fields__})
        except (TypeError, KeyError) as error:
            raise ValueError(f"{path.name} lacks {error}") from error

    def passage_score(
        self, retrieved: float, reranker: float | None, relevance: float | None
    ) -> float:
        """How surely a passage answers, 0 to 1.

        Args:
            retrieved: the retriever's score, 0 to 1.
            reranker: the score by which it was ranked, the reader's or that of a reranker of one's
                own; None if it was not ranked.
            relevance: the reader's; None if the passage was not read.
        """
        return sigmoid(
            self.retriever * logit(retrieved)
            + self.reranker * (reranker or 0.0)
            + self.relevance * (relevance or 0.0)
        )

    def log_odds(self, score: float, behind: float) -> float:
        """Log odds that a span is the answer, by the reader's score.

        Its passage stands `behind` the best one by so much, in log odds (at least 0).
        """
        return self.scale * (score - self.shift) - self.retrieval * behind

    def confidence(self, features: ConfidenceFeatures) -> float:
        """Probability (0 to 1) that what is quoted answers the question."""
        return sigmoid(sum(self.factors(features).values()))

    def factors(self, features: ConfidenceFeatures) -> dict[str, float]:
        """What the constant (`intercept`) and each feature add to the log odds of confidence."""
        values = asdict(features)
        # Without the sum, a negative weight would make -0.0 of a feature that is 0.
        parts = {name: weight * values[name] + 0.0 for name, weight in self.weights.items()}
        return {"intercept": self.intercept, **parts}

    def adjusted(self, slope: float, shift: float) -> Calibration:
        """A calibration whose confidences have these log odds times `slope`, plus `shift`."""
        return replace(
            self,
            intercept=slope * self.intercept + shift,
            weights={name: slope * weight for name, weight in self.weights.items()},
        )

    def find_adjustment(self, before: Calibration) -> tuple[float, float]:
        """The slope and the shift by which `before.adjusted` makes this one."""
        slopes = (
            self.weights[name] / weight
            for name, weight in before.weights.items()
            if weight and name in self.weights
        )
        slope = next(slopes, 1.0)
        return slope, self.intercept - slope * before.intercept


def logit(probability: float) -> float:
    """Log odds of a probability, kept within ±20."""
    bounded = min(max(probability, 2e-9), 1 - 2e-9)
    return math.log(bounded / (1 - bounded))


def sigmoid(value: float) -> float:
    """The probability of given log odds."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    return math.exp(value) / (1 + math.exp(value))


# For the sentence baseline, whose scores are cosines. Its confidence is that the sentence
# holds the answer: a whole sentence is hardly ever an exact match.
SENTENCE_BASELINE = Calibration(
    reader="sentence baseline", scale=12.0, shift=0.6, weights={"margin": 0.5}, threshold=0.4
)


class _Kept(msgspec.Struct, frozen=True):
    """What is kept of a calibration, and the digest of the shipped one that it was fitted on."""

    of: str
    intercept: float
    weights: dict[str, float]


def write_calibration(index: Index, shipped: Calibration, fitted: Calibration) -> None:
    """Keep a fitted calibration with an index, to be used in place of the shipped one."""
    kept = _Kept(_digest(shipped), fitted.intercept, dict(fitted.weights))
    index.write_note(_NOTE, msgspec.json.encode(kept).decode())


def read_calibration(index: Index, shipped: Calibration) -> Calibration:
    """The calibration kept with an index.

    The shipped one if none is kept, or if it was not fitted on top of that one: anybody may have
    made the index.
    """
    text = index.read_note(_NOTE)
    try:
        kept = msgspec.json.decode(text or "", type=_Kept)
    except (msgspec.DecodeError, RecursionError):
        return shipped
    is_ours = kept.of == _digest(shipped) and kept.weights.keys() == shipped.weights.keys()
    if not is_ours or not all(map(math.isfinite, (kept.intercept, *kept.weights.values()))):
        return shipped
    return replace(shipped, intercept=kept.intercept, weights=kept.weights)


def _digest(calibration: Calibration) -> str:
    return blake2b(repr(calibration).encode(), digest_size=8).hexdigest()
