"""How well follow-up questions are made self-contained, as QuReTeC measures it.

    python -m tests.benchmarks.followups --data FOLDER

FOLDER holds `conv/*.jsonl.gz` with rows of `history`, `question` and `rewrite`.
A row's terms (lower-cased, lightly stemmed, stop words out) that the person's
rewrite shares with the history but the question lacks are to be added; precision,
recall and F1 are over all rows of a set. "Left alone" is the share of the rows whose
rewrite adds nothing that are returned as they were typed; "rewrites alone" the share of
the persons' rewrites, which need nothing more, that are; "switches alone" that of
questions from a reading comprehension set (`qa/squad_v2.0.dev_half`) put after a
conversation about something else. CAsT 2019 and the other half of CANARD's
development conversations were fitted on.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.conversation import Turn, resolve
from qa.conversation import english as english
from qa.training.follow_ups import is_for_fitting, with_answers

SETS = ("cast2019", "cast2020", "canard_dev_third")
_SWITCHES = 1000

_STOP_WORDS = (
    english.QUESTION_WORDS
    | english.AUXILIARIES
    | english.SPEAKERS
    | english.PERSON
    | english.THING
    | english.SEVERAL
    | english.DEMONSTRATIVES
    | english.DETERMINERS
    | english.PREPOSITIONS
    | english.CONJUNCTIONS
    | frozenset(
        ["not", "there", "s", "t", "d", "ll", "re", "ve", "m", "also", "than", "other", "so"]
    )
)
_PRONOUNS = english.PERSON | english.THING | english.SEVERAL


@dataclass(frozen=True, slots=True)
class Row:
    """A question in its conversation, and how a person wrote it out."""

    history: Sequence[Turn]
    question: str
    rewrite: str


@dataclass(frozen=True, slots=True)
class Score:
    """Term precision, recall and F1, and the share of complete questions left alone."""

    precision: float
    recall: float
    f1: float
    left_alone: float


Method = Callable[[str, Sequence[Turn]], str]


def rows(path: Path) -> Iterator[Row]:
    """Read a set; of CANARD's development conversations the half that was not fitted on."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            history: list[Turn] = row["history"]
            if path.name.startswith("canard_dev"):
                if is_for_fitting(row["dialog"]):
                    continue
                history = with_answers(row["history"])
            yield Row(history, row["question"], row["rewrite"])


def switches(folder: Path, talks: Sequence[Row]) -> list[Row]:
    """Questions on another topic, each after a conversation."""
    chance = random.Random(0)
    with gzip.open(folder / "qa/squad_v2.0.dev_half.jsonl.gz", "rt", encoding="utf-8") as lines:
        questions = [json.loads(line)["question"] for line in lines]
    held = [row.history for row in talks if row.history]
    return [
        Row(chance.choice(held), question, question)
        for question in chance.sample(questions, _SWITCHES)
    ]


def terms(text: str) -> set[str]:
    """The words that count, stemmed."""
    words = re.findall(r"[^\W_]+", text.lower())
    return {_stem(word) for word in words if word not in _STOP_WORDS}


def _stem(word: str) -> str:
    for ending, new in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e")):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return (word[: -len(ending)] + new).rstrip("e")
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        word = word[:-1]
    return word.rstrip("e") if len(word) > 3 else word


def score(method: Method, data: Sequence[Row]) -> Score:
    """Score a method on a set."""
    right = added = wanted = complete = alone = 0
    for row in data:
        said = " ".join(_text(turn) for turn in row.history)
        asked = terms(row.question)
        wanted_here = (terms(said) & terms(row.rewrite)) - asked
        result = method(row.question, row.history)
        added_here = terms(result) - asked
        right += len(wanted_here & added_here)
        added += len(added_here)
        wanted += len(wanted_here)
        if row.history and not terms(row.rewrite) - asked:
            complete += 1
            alone += result == row.question
    precision = right / added if added else 0.0
    recall = right / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Score(precision, recall, f1, alone / complete if complete else 1.0)


def _text(turn: Turn) -> str:
    return turn if isinstance(turn, str) else " ".join(turn)


def _nothing(question: str, _: Sequence[Turn]) -> str:
    return question


def _first(question: str, history: Sequence[Turn]) -> str:
    return f"{question} {_text(history[0])}" if history else question


def _previous(question: str, history: Sequence[Turn]) -> str:
    return f"{question} {_text(history[-1])}" if history else question


def _last_without_pronoun(question: str, history: Sequence[Turn]) -> str:
    """Add the last turn without a pronoun, if the question has one."""
    if not _PRONOUNS & _lowers(question):
        return question
    for turn in reversed(history):
        if not _PRONOUNS & _lowers(turn if isinstance(turn, str) else turn[0]):
            return f"{question} {_text(turn)}"
    return question


def _lowers(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.lower()))


METHODS: dict[str, Method] = {
    "nothing": _nothing,
    "add first turn": _first,
    "add previous turn": _previous,
    "add last full turn": _last_without_pronoun,
    "resolve": resolve,
}


def left_alone(method: Method, data: Sequence[Row]) -> float:
    """Share of the rows with a history whose question is returned as it was."""
    asked = [row for row in data if row.history]
    return sum(method(row.question, row.history) == row.question for row in asked) / len(asked)


def main() -> None:
    """Print a table, a line for each set and method."""
    parser = argparse.ArgumentParser(description="Measure follow-up resolution.")
    parser.add_argument("--data", type=Path, required=True, help="folder with conv/ and qa/")
    folder = parser.parse_args().data
    print(
        f"{'set':18}{'method':20}{'P':>7}{'R':>7}{'F1':>7}{'left alone':>12}"
        f"{'rewrites':>10}{'ms':>7}"
    )
    talks: list[Row] = []
    for name in SETS:
        data = list(rows(folder / "conv" / f"{name}.jsonl.gz"))
        talks += data
        for label, method in METHODS.items():
            begun = time.process_time()
            result = score(method, data)
            each = (time.process_time() - begun) / len(data) * 1e3
            rewrites = left_alone(
                method, [Row(row.history, row.rewrite, row.rewrite) for row in data]
            )
            print(
                f"{name:18}{label:20}{result.precision:7.3f}{result.recall:7.3f}"
                f"{result.f1:7.3f}{result.left_alone:12.3f}{rewrites:10.3f}{each:7.2f}"
            )
    other = switches(folder, talks)
    lower = [Row(row.history, row.question.lower().rstrip("? "), "") for row in other]
    print(f"switches of topic left alone: {left_alone(resolve, other):.3f}", end="; ")
    print(f"in lower case, without question mark: {left_alone(resolve, lower):.3f}")


if __name__ == "__main__":
    main()
