"""Fit the model of follow-up questions: `python -m qa.training.follow_ups --data FOLDER`.

FOLDER holds `conv/` and `qa/` as JSON Lines: conversations with a person's rewrite of
every question (CANARD, Elgohary et al. 2019; TREC CAsT 2019), and questions of reading
comprehension sets, which are self-contained wherever they are asked. The questions written for
documents (`qa/training/data`) come with the project. CAsT 2020 and the odd half of CANARD's
development conversations are never read: they measure the result.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from qa.conversation.model import Regression, extract_question_features, extract_term_features
from qa.conversation.words import ParsedText, Turn, parse_history
from qa.training.questions.rows import read_json_lines
from qa.training.questions.written import read_turns

WRITTEN = Path(__file__).parent / "data"
_WEIGHTS = Path(__file__).parents[1] / "conversation" / "weights.json"
# How many terms are kept with their rank by frequency.
_MOST_FREQUENT = 6000
# The log odds from which on a question needs its history, and a term is left out. They are
# so high that 99 % of self-contained questions stay as they are.
_NEED = 0.0
_TERM = -0.5
# Characters of an everyday question.
_LONGEST_EVERYDAY = 200
# Questions of CANARD to fit on; more of them change nothing.
_MOST_CANARD = 8000
# Self-contained written questions.
_MOST_WRITTEN = 4000
# A feature seen less often, or with a smaller weight, is dropped.
_LEAST_SEEN = 25
_LEAST_WEIGHT = 0.02
# Features, the answer, and the weight of the sample.
_Sample = tuple[set[str], bool, float]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question in its conversation.

    Attributes:
        history: the earlier turns, oldest first.
        question: as asked.
        rewrite: the question as a person would ask it without the conversation.
        weight: how much it counts in fitting.
    """

    history: Sequence[Turn]
    question: str
    rewrite: str
    weight: float = 1.0

    @property
    def added(self) -> frozenset[str]:
        """The terms that the rewrite adds."""
        return ParsedText.parse(self.rewrite).stems - ParsedText.parse(self.question).stems

    @property
    def left_out(self) -> frozenset[str]:
        """The added terms that occur in earlier turns."""
        turns = parse_history(self.history)
        return self.added & frozenset().union(
            *(turn.question.stems | turn.answer.stems for turn in turns)
        )

    @property
    def lower(self) -> FollowUp:
        """The same in lower case and without a question mark, as people often type."""
        history = [
            turn.lower() if isinstance(turn, str) else (turn[0].lower(), turn[1])
            for turn in self.history
        ]
        question = self.question.lower().rstrip(" ?")
        return FollowUp(history, question, self.rewrite, 0.5 * self.weight)


# Conversations


def read_canard(folder: Path, chance: random.Random) -> Iterator[FollowUp]:
    """The questions of CANARD.

    A conversation begins in the middle of an article whose title nobody mentions. So its
    first question is taken as rewritten, or what its rewrite adds becomes a turn before it.
    """
    dialogs: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in read_json_lines(folder / "conv/canard_train_questions_only.jsonl.gz"):
        dialogs[row["dialog"]][row["turn"]] = row
    for rows in dialogs.values():
        first = rows.pop(1, None)
        if first is None:
            continue
        opening = [first["rewrite"]]
        title = _extract_title(first["question"], first["rewrite"])
        if title and chance.random() < 0.3:
            opening = [title, first["question"]]
            yield FollowUp([title], first["question"], first["rewrite"])
        for row in rows.values():
            yield FollowUp([*opening, *row["history"][1:]], row["question"], row["rewrite"])


def _extract_title(question: str, rewrite: str) -> str:
    """The longest run of words that a rewrite adds."""
    stems = ParsedText.parse(question).stems
    added = "".join(
        word.text + " " if word.stem not in stems and word.is_content else "\n"
        for word in ParsedText.parse(rewrite).words
    )
    return max(added.split("\n"), key=len).strip()


def read_canard_with_answers(folder: Path) -> Iterator[FollowUp]:
    """The even half of CANARD's development conversations; each begins with its title."""
    for row in read_json_lines(folder / "conv/canard_dev_third.jsonl.gz"):
        if is_for_fitting(row["dialog"]):
            yield FollowUp(pair_turns(row["history"]), row["question"], row["rewrite"], 2.0)


def is_for_fitting(dialog: str) -> bool:
    """Whether a development conversation, by its name, is in the half to fit on."""
    return int(dialog[2:34], 16) % 2 == 0


def pair_turns(history: Sequence[str]) -> list[Turn]:
    """The turns of a title, a heading, then questions and answers; the heading is dropped."""
    return [*history[:1], *zip(history[2::2], history[3::2], strict=True)]


def read_cast(folder: Path) -> Iterator[FollowUp]:
    """The questions of CAsT 2019."""
    for row in read_json_lines(folder / "conv/cast2019.jsonl.gz"):
        yield FollowUp(row["history"], row["question"], row["rewrite"], 3.0)


def read_self_contained(
    folder: Path, follow_ups: Sequence[FollowUp], chance: random.Random
) -> Iterator[FollowUp]:
    """Self-contained questions after a conversation on another topic, and on their own."""
    for name, count in (("nq_qed", 1200), ("tydiqa_en", 2000), ("squad_v1.1.train", 1200)):
        questions = [row["question"] for row in read_json_lines(folder / f"qa/{name}.jsonl.gz")]
        for question in chance.sample(questions, count):
            yield FollowUp(chance.choice(follow_ups).history, question, question)
    paragraphs: dict[str, list[str]] = defaultdict(list)
    for row in read_json_lines(folder / "qa/squad_v1.1.train.jsonl.gz"):
        paragraphs[row["context"]].append(row["question"])
    several = [questions for questions in paragraphs.values() if len(questions) > 2]
    for questions in chance.sample(several, 1200):
        history = questions[: chance.randint(1, len(questions) - 1)]
        yield FollowUp(history, questions[-1], questions[-1], 0.7)


def read_everyday(
    folder: Path, follow_ups: Sequence[FollowUp], chance: random.Random
) -> Iterator[FollowUp]:
    """Questions to a search engine or an office, on another topic than the turns before."""
    for name in ("feedbackqa", "nq_long", "nq_paragraphs", "boolq_evidence"):
        rows = {row["question"]: row for row in read_json_lines(folder / f"qa/{name}.jsonl.gz")}
        everyday = [row for question, row in rows.items() if len(question) < _LONGEST_EVERYDAY]
        turns = [_pair_answer(row, chance) for row in everyday]
        for row in chance.sample(everyday, 1500):
            history = chance.sample(turns, chance.randint(1, 3))
            if chance.random() < 0.5:
                history = list(chance.choice(follow_ups).history)
            yield FollowUp(history, row["question"], row["question"], 3.0)


def _pair_answer(row: dict[str, Any], chance: random.Random) -> Turn:
    """A question as a turn, for half of them with the answer."""
    if row["answers"] and chance.random() < 0.5:
        return row["question"], row["answers"][0]["text"]
    return str(row["question"])


# Questions written for documents


def read_written(folder: Path) -> list[dict[str, Any]]:
    """The written questions that a document answers."""
    files = ("questions.jsonl", "corpus_questions.jsonl.gz")
    rows = (row for name in files for row in read_json_lines(folder / name))
    return [row for row in rows if row.get("evidence")]


def take_written_follow_ups(
    rows: Sequence[dict[str, Any]], chance: random.Random
) -> Iterator[FollowUp]:
    """The follow-ups among written questions, half of them without the answers before.

    Nobody has rewritten them: they are taken to leave out all of the question before them.
    """
    for row in rows:
        history = read_turns(row)
        if not history:
            continue
        questions = [turn if isinstance(turn, str) else turn[0] for turn in history]
        if chance.random() < 0.5:
            history = [*questions]
        yield FollowUp(history, row["question"], f"{row['question']} {questions[-1]}", 0.3)


def take_written_self_contained(
    rows: Sequence[dict[str, Any]], follow_ups: Sequence[FollowUp], chance: random.Random
) -> Iterator[FollowUp]:
    """Self-contained written questions after turns about another document."""
    fresh = [row["question"] for row in rows if not row.get("history")]
    for question in chance.sample(fresh, _MOST_WRITTEN):
        history: Sequence[Turn] = chance.sample(fresh, chance.randint(1, 4))
        if chance.random() < 0.6:
            history = chance.choice(follow_ups).history
        yield FollowUp(history, question, question)


# Fitting


def count_frequent_terms(folder: Path) -> list[str]:
    """The terms most often asked about, most frequent first."""
    counts: Counter[str] = Counter()
    for row in read_json_lines(folder / "qa/squad_v1.1.train.jsonl.gz"):
        counts.update(ParsedText.parse(row["question"]).stems)
    return [term for term, _ in counts.most_common(_MOST_FREQUENT)]


def fit_regression(samples: Sequence[_Sample], strength: float, threshold: float) -> Regression:
    """Fit a logistic regression.

    Args:
        strength: inverse of the L2 regularisation.
        threshold: the log odds from which on the answer is yes.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    counts = Counter(feature for features, _, _ in samples for feature in features)
    kept = {feature for feature, count in counts.items() if count >= _LEAST_SEEN}
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(
        [dict.fromkeys(features & kept, 1.0) for features, _, _ in samples]
    )
    # The solver accepts 32-bit indices only.
    matrix.indices, matrix.indptr = matrix.indices.astype("i4"), matrix.indptr.astype("i4")
    regression = LogisticRegression(C=strength, solver="liblinear", random_state=0)
    regression.fit(
        matrix,
        [is_yes for _, is_yes, _ in samples],
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


def list_need_samples(questions: Sequence[FollowUp], ranks: dict[str, int]) -> list[_Sample]:
    """Whether each question leaves anything out; every third one in lower case as well."""
    asked = [each for each in questions if each.history]
    asked += [each.lower for each in asked[::3]]
    return [
        (
            extract_question_features(
                ParsedText.parse(each.question), parse_history(each.history), ranks
            ),
            bool(each.added),
            each.weight,
        )
        for each in asked
    ]


def list_term_samples(follow_ups: Sequence[FollowUp], ranks: dict[str, int]) -> list[_Sample]:
    """Which terms are left out, of the questions that leave out any."""
    asked = [each for each in follow_ups if each.history and each.left_out]
    asked += [each.lower for each in asked[::3]]
    return [
        (features, term in left_out, each.weight)
        for each in asked
        for left_out in [each.left_out]
        for term, features in extract_term_features(
            ParsedText.parse(each.question), parse_history(each.history), ranks
        )
    ]


def main() -> None:
    """Fit both regressions and write them, one weight a line."""
    parser = argparse.ArgumentParser(description="Fit the model of follow-up questions.")
    parser.add_argument("--data", type=Path, required=True, help="folder with conv/ and qa/")
    parser.add_argument("--out", type=Path, default=_WEIGHTS, help="the file to write")
    arguments = parser.parse_args()
    chance = random.Random(0)
    canard = list(read_canard(arguments.data, chance))
    chance.shuffle(canard)
    follow_ups = [
        *canard[:_MOST_CANARD],
        *read_canard_with_answers(arguments.data),
        *read_cast(arguments.data),
    ]
    frequent = count_frequent_terms(arguments.data)
    ranks = {term: rank for rank, term in enumerate(frequent)}
    self_contained = [
        # What a person has rewritten needs nothing more.
        *(replace(each, question=each.rewrite, weight=0.5 * each.weight) for each in follow_ups),
        *read_self_contained(arguments.data, follow_ups, chance),
        *read_everyday(arguments.data, follow_ups, chance),
    ]
    rows = read_written(WRITTEN)
    written = list(take_written_follow_ups(rows, chance))
    self_contained += take_written_self_contained(rows, written, chance)
    need = list_need_samples([*follow_ups, *written, *self_contained], ranks)
    # Which terms a written follow-up leaves out, nobody has said.
    term = list_term_samples(follow_ups, ranks)
    model = {
        "need": asdict(fit_regression(need, strength=0.1, threshold=_NEED)),
        "term": asdict(fit_regression(term, strength=0.1, threshold=_TERM)),
        "frequent": " ".join(frequent),
    }
    text = json.dumps(model, indent=0, ensure_ascii=False)
    arguments.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
