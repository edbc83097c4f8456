"""The sample documents and questions that come with Quoteback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec


@dataclass(frozen=True, slots=True)
class SampleQuestion:
    """A question over the sample documents; without answers if they do not hold one."""

    id: str
    question: str
    answers: tuple[str, ...]
    match: str = "any"
    history: tuple[str, ...] = ()
    document: str | None = None


def sample_folder() -> Path:
    """Where the sample documents lie: inside the installed package, or in the source tree.

    Raises `FileNotFoundError` if this copy of Quoteback came without them.
    """
    here = Path(__file__).parent
    for folder in (here / "seeds", here.parent / "seeds"):
        if (folder / "questions.jsonl").is_file():
            return folder
    raise FileNotFoundError("this copy of Quoteback came without its sample documents")


def sample_questions() -> list[SampleQuestion]:
    """The questions over the sample documents."""
    lines = (sample_folder() / "questions.jsonl").read_bytes()
    return msgspec.json.Decoder(SampleQuestion).decode_lines(lines)
