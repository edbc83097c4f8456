"""How well follow-up questions are made self-contained, as in QuReTeC (Voskarides et al. 2020).

    python -m tests.benchmarks.followups --data FOLDER [--index INDEX --documents FOLDER]

FOLDER holds `conv/*.jsonl.gz` with rows of `history`, `question` and `rewrite`.
The terms to add to a question are those that the person's rewrite shares with the history
and the question lacks; terms are lower-cased, lightly stemmed, without stop words.
Precision, recall and F1 are over all questions of a set. Three columns and lines count
questions that are returned as typed: "left alone" those to which the rewrite adds nothing,
"rewrites" the rewrites themselves, and "switches of topic" questions from `qa/`, on text of
an encyclopedia (SQuAD 2.0), advice of health offices (FeedbackQA), the manual of a television
and what people ask a search engine (BoolQ), after a conversation on something else.
CAsT 2019, the other half of CANARD's development conversations and the written follow-ups were
fitted on.

INDEX is an index of the documents that the project's written questions are about (any part of
them). The last lines then say how many of the written follow-ups BM25 finds a passage with evidence
for, first and among eight.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import Index, Retriever
from qa.conversation import Turn, resolve_question, words
from qa.training.follow_ups import (
    WRITTEN,
    FollowUp,
    is_for_fitting,
    pair_turns,
    read_written,
)
from qa.training.questions.rows import read_json_lines
from qa.training.questions.written import read_turns, split_document

SETS = ("cast2019", "cast2020", "canard_dev_third")
SWITCHES = ("squad_v2.0.dev_half", "feedbackqa.dev", "emanual_tv.dev", "boolq_evidence.dev")
_MOST_SWITCHES = 1000

_STOP_WORDS = (
    words.QUESTION_WORDS
    | words.AUXILIARIES
    | words.SPEAKERS
    | words.PERSON
    | words.THING
    | words.SEVERAL
    | words.DEMONSTRATIVES
    | words.DETERMINERS
    | words.PREPOSITIONS
    | words.CONJUNCTIONS
    | frozenset(
        ["not", "there", "s", "t", "d", "ll", "re", "ve", "m", "also", "than", "other", "so"]
    )
)
_PRONOUNS = words.PERSON | words.THING | words.SEVERAL


@dataclass(frozen=True, slots=True)
class TermScore:
    """Precision, recall and F1 of added terms, and the share of complete questions left alone."""

    precision: float
    recall: float
    f1: float
    left_alone: float


Method = Callable[[str, Sequence[Turn]], str]


def read_set(path: Path) -> Iterator[FollowUp]:
    """Read a set; of CANARD's development conversations the half that was not fitted on."""
    for row in read_json_lines(path):
        history: list[Turn] = row["history"]
        if path.name.startswith("canard_dev"):
            if is_for_fitting(row["dialog"]):
                continue
            history = pair_turns(row["history"])
        yield FollowUp(history, row["question"], row["rewrite"])


def read_switches(path: Path, follow_ups: Sequence[FollowUp]) -> list[FollowUp]:
    """Questions on another topic, each after a conversation."""
    chance = random.Random(0)
    questions = list(dict.fromkeys(row["question"] for row in read_json_lines(path)))
    histories = [each.history for each in follow_ups if each.history]
    return [
        FollowUp(chance.choice(histories), question, question)
        for question in chance.sample(questions, min(_MOST_SWITCHES, len(questions)))
    ]


def extract_terms(text: str) -> set[str]:
    """The terms of a text, stemmed.

    Not the package's own words and stems, so that a change there leaves the measure as it is.
    """
    words = re.findall(r"[^\W_]+", text.lower())
    return {_stem(word) for word in words if word not in _STOP_WORDS}


def _stem(word: str) -> str:
    for ending, new in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e")):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return (word[: -len(ending)] + new).rstrip("e")
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        word = word[:-1]
    return word.rstrip("e") if len(word) > 3 else word


def count_terms(method: Method, asked: FollowUp) -> tuple[int, int, int]:
    """The terms that a method rightly adds to a question, that it adds, and that are to be added."""
    known = extract_terms(" ".join(_join_turn(turn) for turn in asked.history))
    own = extract_terms(asked.question)
    to_add = (known & extract_terms(asked.rewrite)) - own
    added = extract_terms(method(asked.question, asked.history)) - own
    return len(to_add & added), len(added), len(to_add)


def score_terms(method: Method, follow_ups: Sequence[FollowUp]) -> TermScore:
    """Score a method on a set."""
    counts = [count_terms(method, each) for each in follow_ups]
    right, added, wanted = (sum(column) for column in zip(*counts, strict=True))
    complete = [
        each
        for each in follow_ups
        if each.history and not extract_terms(each.rewrite) - extract_terms(each.question)
    ]
    left_alone = sum(method(each.question, each.history) == each.question for each in complete)
    precision = right / added if added else 0.0
    recall = right / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return TermScore(precision, recall, f1, left_alone / len(complete) if complete else 1.0)


def _join_turn(turn: Turn) -> str:
    return turn if isinstance(turn, str) else " ".join(turn)


def _add_nothing(question: str, _: Sequence[Turn]) -> str:
    return question


def _add_first_turn(question: str, history: Sequence[Turn]) -> str:
    return f"{question} {_join_turn(history[0])}" if history else question


def _add_last_turn(question: str, history: Sequence[Turn]) -> str:
    return f"{question} {_join_turn(history[-1])}" if history else question


def _add_last_full_turn(question: str, history: Sequence[Turn]) -> str:
    """Add the last turn without a pronoun, if the question has one."""
    if not _PRONOUNS & _split(question):
        return question
    for turn in reversed(history):
        if not _PRONOUNS & _split(turn if isinstance(turn, str) else turn[0]):
            return f"{question} {_join_turn(turn)}"
    return question


def _split(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.lower()))


METHODS: dict[str, Method] = {
    "nothing": _add_nothing,
    "add first turn": _add_first_turn,
    "add last turn": _add_last_turn,
    "add last full turn": _add_last_full_turn,
    "resolve": resolve_question,
}


def measure_left_alone(method: Method, follow_ups: Sequence[FollowUp]) -> float:
    """The share of questions with a history that are returned as typed."""
    asked = [each for each in follow_ups if each.history]
    return sum(method(each.question, each.history) == each.question for each in asked) / len(asked)


def find_evidence(index: Index, folder: Path) -> Iterator[tuple[FollowUp, set[int]]]:
    """The written follow-ups, with the ids of the passages that hold their evidence.

    Args:
        folder: that documents are named in.
    """
    titles = {document.path: document.title for document in index.documents()}
    for row in read_written(WRITTEN):
        path = str(folder / row["document"])
        if not row.get("history") or path not in titles:
            continue
        evidence = set(row["evidence"])
        passages = index.passages(path)
        sentences = split_document(index.text(path), titles[path], passages).sentences
        spans = [span for span, fingerprint in sentences if fingerprint in evidence]
        holding = {p.id for p in passages if any(p.span.overlaps(span) for span in spans)}
        if holding:
            yield FollowUp(read_turns(row), row["question"], row["question"]), holding


def print_found(index: Index, folder: Path) -> None:
    """Print how many written follow-ups each method finds the evidence of."""
    retriever = Retriever(index)
    asked = list(find_evidence(index, folder))
    print(f"\n{'written follow-ups':30}{'questions':>10}{'R@1':>7}{'R@8':>7}")
    for label, method in METHODS.items():
        ranked = [
            [
                hit.passage.id in holding
                for hit in retriever.search(method(each.question, each.history), 8, "bm25")
            ]
            for each, holding in asked
        ]
        first = sum(found[:1] == [True] for found in ranked) / len(asked)
        print(f"{label:30}{len(asked):10}{first:7.3f}{sum(map(any, ranked)) / len(asked):7.3f}")


def main() -> None:
    """Print a table with a line for each set and method."""
    parser = argparse.ArgumentParser(description="Measure how follow-ups are resolved.")
    parser.add_argument("--data", type=Path, required=True, help="folder with conv/ and qa/")
    parser.add_argument("--index", type=Path, help="an index of documents of written questions")
    parser.add_argument("--documents", type=Path, help="the folder that was indexed")
    options = parser.parse_args()
    folder = options.data
    print(
        f"{'set':18}{'method':20}{'P':>7}{'R':>7}{'F1':>7}{'left alone':>12}"
        f"{'rewrites':>10}{'ms':>7}"
    )
    follow_ups: list[FollowUp] = []
    for name in SETS:
        asked = list(read_set(folder / "conv" / f"{name}.jsonl.gz"))
        follow_ups += asked
        rewritten = [FollowUp(each.history, each.rewrite, each.rewrite) for each in asked]
        for label, method in METHODS.items():
            begun = time.process_time()
            score = score_terms(method, asked)
            milliseconds = (time.process_time() - begun) / len(asked) * 1e3
            print(
                f"{name:18}{label:20}{score.precision:7.3f}{score.recall:7.3f}{score.f1:7.3f}"
                f"{score.left_alone:12.3f}{measure_left_alone(method, rewritten):10.3f}"
                f"{milliseconds:7.2f}"
            )
    print(f"\n{'switches of topic left alone':30}{'as typed':>10}{'lower case, without mark':>26}")
    for name in SWITCHES:
        switches = read_switches(folder / f"qa/{name}.jsonl.gz", follow_ups)
        lower = [each.lower for each in switches]
        print(
            f"{name:30}{measure_left_alone(resolve_question, switches):10.3f}"
            f"{measure_left_alone(resolve_question, lower):26.3f}"
        )
    if options.index:
        print_found(Index.open(options.index), options.documents.resolve())


if __name__ == "__main__":
    main()
