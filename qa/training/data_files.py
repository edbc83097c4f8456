"""Training data, a row a line of JSON; and the card that tells what a model was trained on."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from index import Span
from index.documents import ENGLISH
from index.models import CARD, hash_file

# The model of the part `languages`, as it is known.
LANGUAGES_BASE = "intfloat/multilingual-e5-small"


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question asked of a context.

    Attributes:
        answers: where the answer stands in the context; empty if the context has none.
        evidence: the sentences or table rows that answer, if the data have them.
        title: of the document that the context comes from, or "".
        requires_all: whether all answers are required, as those of a list.
        language: of the context.
    """

    question: str
    context: str
    answers: tuple[Span, ...] = ()
    evidence: tuple[Span, ...] = ()
    title: str = ""
    requires_all: bool = False
    language: str = ENGLISH

    @property
    def answer_texts(self) -> list[str]:
        return [answer.of(self.context) for answer in self.answers]


def load_rows(folder: Path, source: str) -> list[QuestionRow]:
    """The rows of one gzipped JSON Lines file, `qa/SOURCE.jsonl.gz` in the data folder.

    Raises:
        OSError: there is no such file.
    """
    return read_rows(folder / "qa" / f"{source}.jsonl.gz")


def read_rows(path: Path) -> list[QuestionRow]:
    """The rows of a gzipped JSON Lines file.

    Raises:
        OSError: there is no such file.
    """
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            starts = {(a["answer_start"], len(a["text"])) for a in row["answers"]}
            rows.append(
                QuestionRow(
                    row["question"],
                    row["context"],
                    tuple(Span(start, start + length) for start, length in sorted(starts)),
                    tuple(Span(*pair) for pair in row.get("evidence") or ()),
                    (row.get("title") or "").replace("_", " "),
                    requires_all=row.get("match") == "all",
                    language=row.get("language", ENGLISH),
                )
            )
    return rows


def holds_answer(text: str, answers: list[str]) -> bool:
    """Whether a text holds one of the answers, also as a part of longer words."""
    lowered = text.lower()
    return any(answer.lower() in lowered for answer in answers)


def write_card(weights: Path, base: str, base_weights: Path) -> None:
    """Write the card of a file of weights, beside it.

    Args:
        base: the model that training started from.
        base_weights: the file with its weights.
    """
    card = {
        "sha256": hash_file(weights),
        "base": base,
        "base_sha256": hash_file(base_weights),
    }
    (weights.parent / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
