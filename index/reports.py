"""What an index tells of its work: how far it is, what it has done, what is out of step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come.

    Attributes:
        stage: "reading", "embedding", or what is done to a new model ("Exporting …").
        done, total: files while reading, passages while embedding, percent of a model.
        current: the file at hand, if any.
    """

    stage: str
    done: int
    total: int
    current: str | None = None


ProgressCallback = Callable[[Progress], None]


def silence(_: Progress) -> None:
    """Tells nobody."""


def of_a_model(tell: ProgressCallback) -> Callable[[str, float], None]:
    """A model's progress in these terms: percent of the way."""
    return lambda stage, done: tell(Progress(stage, round(100 * done), 100))


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and why in a few words."""

    path: str
    reason: str


@dataclass(slots=True)
class Report:
    """What a run of indexing did: numbers of files, and those that failed."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Status:
    """What is in an index, and what is out of step.

    Attributes:
        documents, passages: how many there are.
        vectors: passages that are embedded.
        model: name of the embedding model.
        bytes: size of the index on disk.
        stale: indexed files that have changed or are gone.
        failed: files that could not be read at the last run.
        threshold: the index's own abstention threshold, if set.
    """

    path: str
    documents: int
    passages: int
    vectors: int
    model: str
    bytes: int
    stale: tuple[str, ...]
    failed: tuple[Failure, ...]
    threshold: float | None
