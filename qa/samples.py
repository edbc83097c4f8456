"""The sample documents and questions that come with Quoteback."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SampleQuestion:
    """A question over the sample documents; without answers if they do not hold one."""

    id: str
    question: str
    answers: tuple[str, ...]
    match: str
    history: tuple[str, ...]
    document: str | None


def sample_folder() -> Path:
    """Where the sample documents lie: inside the installed package, or in the source tree.

    Raises:
        FileNotFoundError: this copy of Quoteback came without them.
    """
    here = Path(__file__).parent
    for folder in (here / "seeds", here.parent / "seeds"):
        if (folder / "questions.jsonl").is_file():
            return folder
    raise FileNotFoundError("this copy of Quoteback came without its sample documents")


def sample_questions() -> list[SampleQuestion]:
    """The questions over the sample documents."""
    lines = (sample_folder() / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [
        SampleQuestion(
            row["id"],
            row["question"],
            tuple(row["answers"]),
            row.get("match", "any"),
            tuple(row.get("history", ())),
            row.get("document"),
        )
        for row in rows
    ]
