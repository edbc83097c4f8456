"""What an index tells of its work: how far it is, what it has done, what is out of step."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come.

    Attributes:
        stage: "looking for files", "reading", "embedding", or what else takes time: what is
            done to a new model ("Exporting …"), what is checked or made anew, waiting for
            another writer.
        done, total: files while looking for them and reading, passages while embedding or
            making the keyword index anew, documents and files of vectors while checking,
            percent of a model; the total is 0 where it is not known.
        current: the file or folder at hand, if any.
    """

    stage: str
    done: int
    total: int
    current: str | None = None


# Files and folders passed by that are named one by one.
_MOST_LISTED = 1_000

ProgressCallback = Callable[[Progress], None]


def silence(_: Progress) -> None:
    """Tells nobody."""


def one_at_a_time(tell: ProgressCallback) -> ProgressCallback:
    """`tell` for several threads, of which one is heard at a time."""
    lock = threading.Lock()

    def show(step: Progress) -> None:
        with lock:
            tell(step)

    return show


def of_a_model(tell: ProgressCallback) -> Callable[[str, float], None]:
    """A model's progress in these terms: percent of the way."""
    return lambda stage, done: tell(Progress(stage, round(100 * done), 100))


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and why in a few words."""

    path: str
    reason: str


@dataclass(slots=True)
class Skipped:
    """What a walk has passed by.

    Attributes:
        reasons: how many files and folders, by reason.
        listed: the first thousand of them; a folder stands for all that is in it.
    """

    reasons: dict[str, int] = field(default_factory=dict)
    listed: list[Failure] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(self.reasons.values())

    def add(self, path: str, reason: str) -> None:
        """Note a file or folder."""
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if len(self.listed) < _MOST_LISTED:
            self.listed.append(Failure(path, reason))

    def take(self, other: Skipped) -> None:
        """Add what another walk has passed by."""
        for reason, count in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count
        self.listed += other.listed[: _MOST_LISTED - len(self.listed)]


@dataclass(slots=True)
class Report:
    """What a run of indexing did.

    Attributes:
        added, updated, removed, unchanged: numbers of files.
        moved: files that were indexed already under another path, which is gone.
        skipped: what was passed by, and why.
        failed: files that could not be read, and folders.
    """

    added: int = 0
    updated: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: Skipped = field(default_factory=Skipped)
    failed: list[Failure] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the index is another than before."""
        return bool(self.added or self.updated or self.moved or self.removed)


@dataclass(frozen=True, slots=True)
class Status:
    """What is in an index, and what is out of step.

    Attributes:
        documents, passages: how many there are.
        vectors: passages that are embedded; the others wait for the next run.
        model: name of the embedding model.
        outdated: whether another version of it, which is no longer here, has embedded the
            passages, so that none counts as embedded; as far as that is known at once.
        bytes: size of the index on disk.
        folders: what was named to be indexed, files too.
        stale: indexed files that have changed or are gone.
        gone: those of them that are gone.
        new: files under the folders that are not indexed yet.
        failed: files that could not be read at the last run.
        threshold: the index's own abstention threshold, if set.
        removed: files and folders that were removed by hand from the folders, and stay out
            until they are themselves named to be indexed.
        to_reread: how many files an earlier version has read, whose loaders made something
            else of them; the next run reads them anew.
    """

    path: str
    documents: int
    passages: int
    vectors: int
    model: str
    bytes: int
    folders: tuple[str, ...]
    stale: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    failed: tuple[Failure, ...]
    threshold: float | None
    removed: tuple[str, ...] = ()
    outdated: bool = False
    to_reread: int = 0

    @property
    def waiting(self) -> int:
        """How many passages are not embedded yet."""
        return self.passages - self.vectors
