"""The results of an evaluation: figures, every question, and comparisons. All frozen.

All scores lie in 0 to 1 (differences in -1 to 1), and nothing is ever NaN: what cannot
be measured is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from index import Span

# Kinds of questions, and two runs, are compared by the first of these that was measured.
MAIN_MEASURES = ("f1", "nDCG@10")


class Stage(StrEnum):
    """Where a question was lost on its way to the right answer, in that order."""

    ABSENT = "not in the documents"
    NOT_RETRIEVED = "not retrieved"
    NOT_READ = "retrieved, not read"
    OTHER_SPAN = "read, another span preferred"
    ABSTAINED = "right, but held back"
    FALSE_ANSWER = "answered where there is no answer"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure over questions, with its 95 % bootstrap confidence interval.

    Attributes:
        low, high: None if all questions have the same value, and for means of small groups.
        questions: how many it was measured on.
    """

    value: float
    low: float | None
    high: float | None
    questions: int


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """A document in the ranking of a question; best first.

    Attributes:
        grade: of relevance, by the set's labels; None if it is not judged.
    """

    document: str
    score: float
    grade: int | None


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage with what was quoted from it, and what should have been.

    Attributes:
        start: where it stands in its document's text.
        predicted, gold: spans of `text`, not of the document; either may be empty.
    """

    document: str
    start: int
    text: str
    predicted: tuple[Span, ...]
    gold: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question with its reply and scores.

    Attributes:
        question: as asked. `history` holds the earlier questions, oldest first.
        kind: "who", "when", "how many", "list", "follow-up", "unanswerable", …
        answers: the gold answers; empty if there is none to find; None if the set
            does not say. With `match` "all" they are the members of a list.
        relevant: document → grade, as labelled; None if the set does not say.
        prediction: what was answered, "" for an abstention.
        best: the best candidate, whether or not it was confident enough; "" for none.
        confidence: of `best`, 0 to 1.
        document, spans: where `best` stands; None and empty for none.
        scores: this question's value of every measure that it can have.
        ranking: documents, best first; empty if nothing was retrieved.
        stage: where it was lost; None for a success, and if nothing is labelled.
        passages: for a miss, the passage answered from and the one that holds the answer.
        latency_ms: retrieving and reading, in milliseconds.
        quotes_answer: whether what `best` quotes answers the question: see
            `qa.evaluation.measuring.scoring.quotes_answer`.
    """

    id: str
    question: str
    history: tuple[str, ...]
    kind: str
    answers: tuple[str, ...] | None
    match: str
    relevant: Mapping[str, int] | None
    prediction: str
    best: str
    confidence: float
    abstained: bool
    document: str | None
    spans: tuple[Span, ...]
    scores: Mapping[str, float]
    ranking: tuple[RankedDocument, ...]
    stage: Stage | None
    passages: tuple[ShownPassage, ...]
    latency_ms: float
    quotes_answer: bool = False

    @property
    def right(self) -> bool:
        """Whether `best` is a right answer, given or held back."""
        return self.scores.get("best_exact_match") == 1.0

    @property
    def labelled(self) -> bool:
        """Whether it is known what a right reply would have been."""
        return self.answers is not None or any(g > 0 for g in (self.relevant or {}).values())


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers of like confidence (one of ten bins of equal width): are they as often right?

    Attributes:
        low, high: the bin's bounds.
        answers: how many lie in it.
        confidence, accuracy: their means.
    """

    low: float
    high: float
    answers: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """If only the surest answers were given: which share of questions, and how many wrong.

    Attributes:
        coverage: share of questions that are answered (more than 0, to 1).
        risk: share of those answers that are not an exact match.
        threshold: the confidence that gives this coverage.
    """

    coverage: float
    risk: float
    threshold: float


@dataclass(frozen=True, slots=True)
class DepthPoint:
    """Recall when only the first `depth` documents are looked at."""

    depth: int
    recall: float


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Means over the questions of one kind; `scores` by measure."""

    kind: str
    questions: int
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a question: the median and the 95th percentile; questions a second overall."""

    p50: float
    p95: float
    questions_per_second: float


@dataclass(frozen=True, slots=True)
class IndexCost:
    """The size and the cost of the index; `seconds` is None if it was there already."""

    documents: int
    passages: int
    bytes: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One configuration measured on one question set.

    Attributes:
        name: of the configuration, short ("hybrid", "bm25").
        question_set: the name of the set.
        config: setting, mode, model, k, threshold, reader, …
        retrieval: "nDCG@10", "RR@10", "R@1", …; empty if no documents are labelled.
        answers: "exact_match", "f1", "best_exact_match", "best_f1", "evidence_f1",
            "answered", each if it can be measured.
        abstention: "auroc", "ece", "aurc", "accuracy@50%", "accuracy@80%", each if
            it can be measured.
        kinds: by kind of question, most questions first.
        stages: how many questions were lost at each stage, all stages in order.
        recall_by_depth: for depths 1, 2, 3, … as far as was retrieved (thinned out).
        notes: what a person should know about these figures, a line each.
        setup: names how questions were answered: see `qa.Assistant.name_setup`; "" if none were.
    """

    name: str
    question_set: str
    config: Mapping[str, str | int | float | None]
    questions: tuple[QuestionResult, ...]
    retrieval: Mapping[str, Estimate] = field(default_factory=dict)
    answers: Mapping[str, Estimate] = field(default_factory=dict)
    abstention: Mapping[str, Estimate] = field(default_factory=dict)
    kinds: tuple[KindFigures, ...] = ()
    stages: Mapping[Stage, int] = field(default_factory=dict)
    reliability: tuple[ReliabilityBin, ...] = ()
    risk_coverage: tuple[RiskPoint, ...] = ()
    recall_by_depth: tuple[DepthPoint, ...] = ()
    latency: Latency | None = None
    index_cost: IndexCost | None = None
    notes: tuple[str, ...] = ()
    setup: str = ""

    @property
    def measures(self) -> dict[str, Estimate]:
        """All measures by name."""
        return {**self.retrieval, **self.answers, **self.abstention}

    def to_dict(self) -> dict[str, Any]:
        """The object of `quoteback eval --json`: figures first, every question after."""
        record: dict[str, Any] = {"questions": len(self.questions), "name": self.name}
        record["question_set"] = self.question_set
        for part, estimates in (
            ("retrieval", self.retrieval),
            ("answers", self.answers),
            ("abstention", self.abstention),
        ):
            if estimates:
                record[part] = {name: estimate.value for name, estimate in estimates.items()}
        if self.latency is not None:
            record["latency_ms"] = {"p50": self.latency.p50, "p95": self.latency.p95}
            record["questions_per_second"] = self.latency.questions_per_second
        record["config"] = dict(self.config)
        record["intervals"] = {
            name: [estimate.low, estimate.high]
            for name, estimate in self.measures.items()
            if estimate.low is not None
        }
        record["stages"] = {str(stage): count for stage, count in self.stages.items()}
        for part in ("kinds", "reliability", "risk_coverage", "recall_by_depth"):
            record[part] = [asdict(row) for row in getattr(self, part)]
        record["index"] = asdict(self.index_cost) if self.index_cost is not None else None
        record["notes"] = list(self.notes)
        record["per_question"] = [asdict(result) for result in self.questions]
        return record


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of two configurations, on the questions that both were asked.

    Attributes:
        old_name, new_name: the configurations.
        old, new: means; `difference` is new - old.
        low, high: 95 % bootstrap confidence interval of the difference; None if it is the
            same for every question.
        p: two-sided, by paired randomisation; `p_corrected` by Holm's method over all
            differences of the comparison. Both are None for fewer than two questions, and
            if both sides are the same on all of them.
        wins, ties, losses: questions on which the new one is better, the same, worse; all
            0 for a measure of all questions together, such as AUROC.
    """

    measure: str
    old_name: str
    new_name: str
    old: float
    new: float
    difference: float
    low: float | None
    high: float | None
    p: float | None
    p_corrected: float | None = None
    wins: int = 0
    ties: int = 0
    losses: int = 0

    @property
    def significant(self) -> bool:
        """Whether chance is an unlikely explanation (p ≤ .05 after correction)."""
        return self.p_corrected is not None and self.p_corrected <= 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """A question on which two configurations differ, by `measure` (F1, else the first one)."""

    id: str
    question: str
    measure: str
    old_name: str
    new_name: str
    old: float
    new: float
    old_answer: str
    new_answer: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One configuration against others: every measure's difference, and what changed.

    Attributes:
        changed: the greatest changes first.
        notes: what a person should know, a line each (questions that only one side has).
    """

    differences: tuple[Difference, ...]
    changed: tuple[Change, ...]
    notes: tuple[str, ...] = ()
