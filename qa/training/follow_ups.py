"""Fit the weights: `python -m qa.training.follow_ups --data FOLDER [--out FILE]`.

FOLDER holds `conv/` and `qa/` as JSON Lines: conversations with a person's rewrite of
every question (CANARD, CAsT 2019), and questions of reading comprehension sets, which
stand on their own wherever they are asked. CAsT 2020 and the odd half of CANARD's
development conversations are never read: they measure the result.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.conversation import features
from qa.conversation.english import read
from qa.conversation.model import Regression
from qa.conversation.turns import Text, Turn, heard

_WEIGHTS = Path(__file__).parents[1] / "conversation" / "weights.json"
# Stems whose rank by frequency is kept.
_MOST_FREQUENT = 6000
# Log odds from which on a question needs its history, and a term is left out: so high that
# of self-contained questions 98 % stay as they are.
_NEED = 0.4
_TERM = -0.5
# CANARD's questions that are fitted on: more of them change nothing.
_MOST_TALKS = 8000
# A feature seen less often, or of less weight, is left out.
_LEAST_SEEN = 25
_LEAST_WEIGHT = 0.02


@dataclass(frozen=True, slots=True)
class Example:
    """A question in its conversation, and as a person would ask it out of the blue."""

    history: Sequence[Turn]
    question: str
    rewrite: str
    weight: float = 1.0

    @property
    def added(self) -> frozenset[str]:
        """Stems of what the rewrite adds."""
        return Text.of(self.rewrite).stems - Text.of(self.question).stems

    @property
    def left_out(self) -> frozenset[str]:
        """Those of them that were said before."""
        said = heard(self.history)
        return self.added & frozenset().union(
            *(turn.question.stems | turn.answer.stems for turn in said)
        )

    @property
    def lower(self) -> Example:
        """As it is often typed."""
        history = [
            turn.lower() if isinstance(turn, str) else (turn[0].lower(), turn[1])
            for turn in self.history
        ]
        return Example(history, self.question.lower().rstrip(" ?"), self.rewrite, 0.5 * self.weight)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


# Conversations


def canard(folder: Path, chance: random.Random) -> Iterator[Example]:
    """CANARD's questions. Its conversations begin in the middle: the title is not said. So
    the first question is taken as rewritten, or what its rewrite adds goes before it.
    """
    dialogs: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in rows(folder / "conv/canard_train_questions_only.jsonl.gz"):
        dialogs[row["dialog"]][row["turn"]] = row
    for turns in dialogs.values():
        first = turns.pop(1, None)
        if first is None:
            continue
        opening = [first["rewrite"]]
        title = _title(first["question"], first["rewrite"])
        if title and chance.random() < 0.3:
            opening = [title, first["question"]]
            yield Example([title], first["question"], first["rewrite"])
        for row in turns.values():
            yield Example([*opening, *row["history"][1:]], row["question"], row["rewrite"])


def _title(question: str, rewrite: str) -> str:
    """The longest run of words that a rewrite adds."""
    asked = Text.of(question).stems
    added = "".join(
        word.text + " " if word.stem not in asked and word.is_content else "\n"
        for word in read(rewrite)
    )
    return max(added.split("\n"), key=len).strip()


def canard_with_answers(folder: Path) -> Iterator[Example]:
    """The even half of the development conversations; each begins with its title."""
    for row in rows(folder / "conv/canard_dev_third.jsonl.gz"):
        if is_for_fitting(row["dialog"]):
            yield Example(with_answers(row["history"]), row["question"], row["rewrite"], 2.0)


def is_for_fitting(dialog: str) -> bool:
    """Which half a development conversation is in, by its name."""
    return int(dialog[2:34], 16) % 2 == 0


def with_answers(history: Sequence[str]) -> list[Turn]:
    """Title, heading, then questions and answers in turn: the heading is left out."""
    return [*history[:1], *zip(history[2::2], history[3::2], strict=True)]


def cast(folder: Path) -> Iterator[Example]:
    for row in rows(folder / "conv/cast2019.jsonl.gz"):
        yield Example(row["history"], row["question"], row["rewrite"], 3.0)


def self_contained(
    folder: Path, talks: Sequence[Example], chance: random.Random
) -> Iterator[Example]:
    """Questions on another topic, and on the same one, that nothing is left out of."""
    for name, count in (("nq_qed", 1200), ("tydiqa_en", 2000), ("squad_v1.1.train", 1200)):
        questions = [row["question"] for row in rows(folder / f"qa/{name}.jsonl.gz")]
        for question in chance.sample(questions, count):
            yield Example(chance.choice(talks).history, question, question)
    paragraphs: dict[str, list[str]] = defaultdict(list)
    for row in rows(folder / "qa/squad_v1.1.train.jsonl.gz"):
        paragraphs[row["context"]].append(row["question"])
    several = [questions for questions in paragraphs.values() if len(questions) > 2]
    for questions in chance.sample(several, 1200):
        history = questions[: chance.randint(1, len(questions) - 1)]
        yield Example(history, questions[-1], questions[-1], 0.7)


# Fitting


def frequent(folder: Path) -> list[str]:
    """Stems of the words most often asked about, most frequent first."""
    counts: Counter[str] = Counter()
    for row in rows(folder / "qa/squad_v1.1.train.jsonl.gz"):
        counts.update(Text.of(row["question"]).stems)
    return [stem for stem, _ in counts.most_common(_MOST_FREQUENT)]


def fit(
    samples: Sequence[tuple[set[str], bool, float]], strength: float, threshold: float
) -> Regression:
    """Logistic regression on (features, answer, weight); `strength` is 1/λ."""
    from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    counts = Counter(feature for found, _, _ in samples for feature in found)
    kept = {feature for feature, count in counts.items() if count >= _LEAST_SEEN}
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([dict.fromkeys(found & kept, 1.0) for found, _, _ in samples])
    # The solver wants short indices.
    matrix.indices, matrix.indptr = matrix.indices.astype("i4"), matrix.indptr.astype("i4")
    regression = LogisticRegression(C=strength, solver="liblinear")
    regression.fit(
        matrix,
        [answer for _, answer, _ in samples],
        sample_weight=[weight for _, _, weight in samples],
    )
    weights = dict(zip(vectorizer.feature_names_, regression.coef_[0], strict=True))
    return Regression(
        threshold,
        round(float(regression.intercept_[0]), 3),
        {
            name: round(float(weight), 3)
            for name, weight in sorted(weights.items())
            if abs(weight) >= _LEAST_WEIGHT
        },
    )


def fit_need(
    examples: Sequence[Example], alone: Sequence[Example], ranks: dict[str, int]
) -> Regression:
    """Whether a rewrite adds anything; the rewrites themselves need nothing more."""
    rewritten = [
        Example(each.history, each.rewrite, each.rewrite, 0.5 * each.weight) for each in examples
    ]
    asked = [each for each in (*examples, *rewritten, *alone) if each.history]
    asked += [each.lower for each in asked[::3]]
    samples = [
        (
            features.of_question(Text.of(each.question), heard(each.history), ranks),
            bool(each.added),
            each.weight,
        )
        for each in asked
    ]
    return fit(samples, strength=0.03, threshold=_NEED)


def fit_term(examples: Sequence[Example], ranks: dict[str, int]) -> Regression:
    """Which terms are left out, of the questions that leave out any."""
    asked = [each for each in examples if each.history and each.left_out]
    asked += [each.lower for each in asked[::3]]
    samples = [
        (found, stem in each.left_out, each.weight)
        for each in asked
        for stem, found in features.of_terms(Text.of(each.question), heard(each.history), ranks)
    ]
    return fit(samples, strength=0.1, threshold=_TERM)


def main() -> None:
    """Fit both regressions and write them, one weight a line."""
    parser = argparse.ArgumentParser(description="Fit the weights of follow-up questions.")
    parser.add_argument("--data", type=Path, required=True, help="folder with conv/ and qa/")
    parser.add_argument("--out", type=Path, default=_WEIGHTS, help="the file to write")
    arguments = parser.parse_args()
    chance = random.Random(0)
    talks = list(canard(arguments.data, chance))
    chance.shuffle(talks)
    examples = [
        *talks[:_MOST_TALKS],
        *canard_with_answers(arguments.data),
        *cast(arguments.data),
    ]
    stems = frequent(arguments.data)
    ranks = {stem: rank for rank, stem in enumerate(stems)}
    alone = list(self_contained(arguments.data, examples, chance))
    regressions = {
        "need": asdict(fit_need(examples, alone, ranks)),
        "term": asdict(fit_term(examples, ranks)),
    }
    written = json.dumps({**regressions, "frequent": " ".join(stems)}, indent=0, ensure_ascii=False)
    arguments.out.write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
