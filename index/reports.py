"""The reports of an index: progress, the work of a run, its size, what is out of date."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

from index.errors import Cancelled

# Skipped files and folders that are listed; all are counted.
_MOST_LISTED = 1_000
Risk = Literal["shown", "answered"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come.

    Attributes:
        stage: "looking for files", "reading", "embedding", or something else that takes time:
            fetching pages, a step of compiling a new model ("Exporting …"), checking or
            rebuilding a part of the index, waiting for another writer.
        done, total: files while looking for them and reading, passages while embedding or
            rebuilding the keyword index, documents and files of vectors while checking,
            percent of a model; the total is 0 if it is not known.
        current: the file or folder at hand, if any; with the page, if a file's pages take long.
    """

    stage: str
    done: int
    total: int
    current: str | None = None


ProgressCallback = Callable[[Progress], None]
# Called with a stage of compiling a model and how much of the work is done, 0 to 1.
StageCallback = Callable[[str, float], None]


def ignore_progress(_: Progress) -> None:
    """A callback that does nothing."""


def serialise_calls(progress: ProgressCallback) -> ProgressCallback:
    """A callback for several threads that calls `progress` from one of them at a time."""
    lock = threading.Lock()

    def report(step: Progress) -> None:
        with lock:
            progress(step)

    return report


def stop_when_cancelled(
    progress: ProgressCallback, cancelled: Callable[[], bool]
) -> ProgressCallback:
    """A callback that raises `Cancelled` in place of the first call after `cancelled()` is true."""

    def report(step: Progress) -> None:
        if cancelled():
            raise Cancelled
        progress(step)

    return report


def as_stage_callback(progress: ProgressCallback) -> StageCallback:
    """A callback for a model's stages that reports them to `progress` in percent."""
    return lambda stage, done: progress(Progress(stage, round(100 * done), 100))


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and why in a few words."""

    path: str
    reason: str


@dataclass(slots=True)
class Skipped:
    """The files and folders that a walk has skipped.

    Attributes:
        reasons: how many files and folders, by reason.
        listed: the first thousand of them; a folder stands for everything in it.
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

    def add_all(self, other: Skipped) -> None:
        """Add what another walk has skipped."""
        for reason, count in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count
        self.listed += other.listed[: _MOST_LISTED - len(self.listed)]


@dataclass(slots=True)
class Report:
    """The work of a run of indexing.

    Attributes:
        added, updated, removed, unchanged: numbers of files.
        moved: files that were indexed under another path, where they are no longer.
        skipped: what was left out, and why.
        failed: files that could not be read, and folders.
    """

    added: int = 0
    updated: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: Skipped = field(default_factory=Skipped)
    failed: list[Failure] = field(default_factory=list)

    def add_all(self, other: Report) -> None:
        """Add what another run did."""
        self.added += other.added
        self.updated += other.updated
        self.moved += other.moved
        self.removed += other.removed
        self.unchanged += other.unchanged
        self.skipped.add_all(other.skipped)
        self.failed += other.failed

    @property
    def changed(self) -> bool:
        """Whether anything in the index has changed."""
        return bool(self.added or self.updated or self.moved or self.removed)


class ChosenSkip(StrEnum):
    """A reason that a person has given, in the words of reports; nobody is surprised by it.

    Other reasons are of the file: its kind, its size.
    """

    HIDDEN = "hidden"
    IGNORED = "ignored"
    EXCLUDED = "excluded"
    NOT_INCLUDED = "not included"
    REMOVED = "removed"


_CHOSEN = frozenset(ChosenSkip)


def is_surprising(reason: str) -> bool:
    """Whether a file that was left out may be missed: no person has given the reason."""
    return reason not in _CHOSEN


class IndexCounts(NamedTuple):
    """Numbers of documents and of passages."""

    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes that an index takes.

    Attributes:
        disk: by part: "text", "vectors", "keywords", and what else an engine has; "all" if it
            does not tell them apart.
        memory: for quick answers, by process: "asking" (each that asks) and "server".
    """

    disk: Mapping[str, int]
    memory: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Promise:
    """How often answers that reach a threshold are wrong at most, with 95 % confidence.

    It is about questions like those that it was fitted to, which are answered in the same way.

    Attributes:
        risk: what share is meant: of the answers "shown" those that are wrong, or of all questions
            those that are wrongly "answered".
        at_most: that share, between 0 and 1.
        threshold: the confidence below which no answer is shown.
        questions, shown, wrong: how many it was fitted to, how many of these got an answer at that
            threshold, and how many of these answers were wrong.
        setup: names how questions were answered: the models, their calibration, the search.
    """

    risk: Risk
    at_most: float
    threshold: float
    questions: int
    shown: int
    wrong: int
    setup: str

    def __post_init__(self) -> None:
        if not 0 < self.at_most < 1:
            raise ValueError("a promise is of a share between 0 and 1")
        if not 0 <= self.wrong <= self.shown <= self.questions:
            raise ValueError("a promise has numbers of questions that cannot be")


def describe_promise(promise: Promise, *, is_old: bool = False) -> str:
    """What is promised, and from how many questions, in one line.

    Args:
        is_old: whether the documents, or the model, have changed since.
    """
    share = f"{100 * promise.at_most:.4g} %"
    what = (
        f"at most {share} of the answers shown are wrong"
        if promise.risk == "shown"
        else f"at most {share} of the questions get a wrong answer"
    )
    return (
        f"{what}, with 95 % confidence (fitted to {promise.questions} questions: {promise.shown} "
        f"were answered, {promise.wrong} wrongly)"
        + "; what is indexed has changed since: fit it again"
        * is_old
    )


def describe_not_compared(documents: int) -> str:
    """That so many documents are in languages that the model does not read."""
    return f"documents that are not in English ({documents:,}) are found by their words alone"


@dataclass(frozen=True, slots=True)
class Status:
    """The content of an index, and what is out of date.

    Attributes:
        documents, passages: how many there are.
        vectors: how many passages are embedded; see `waiting` for the others.
        model: name of the embedding model.
        outdated: whether another version of that model has embedded the passages. None counts
            as embedded then. False also if finding out would mean compiling the model.
        refuses: whether the next run then refuses to write, as that of an engine does. In a
            folder, it embeds all anew.
        bytes: size of the index on disk.
        folders: the folders that were given to be indexed, and single files.
        stale: indexed files that have changed or no longer exist.
        gone: those of `stale` that no longer exist.
        new: files in the folders that are not indexed yet.
        failed: files that could not be read at the last run.
        threshold: the index's own abstention threshold, if set.
        promise: how often answers that reach it are wrong at most, if that was fitted.
        promise_is_old: whether the documents, or the model, have changed since it was fitted.
        removed: files and folders that a person has removed from these folders. They stay
            out until they are given to be indexed themselves.
        to_reread: how many files were read by an earlier version of the loaders; the next
            run reads them again.
        unread: those of `folders` that were not read again since the index was restored.
        skipped: the first thousand files and folders that are left out, and why.
        hosts: other machines that have read files of this index. Whether these files have
            changed is not seen here: they are as of the last run on their machine.
        advice: which engine or which model would suit the index better, and how it gets there, in
            one line; None if none would suit it better.
        not_compared: how many documents are in languages that the model does not read, so that they
            are found by their words alone; 0 if they are very few.
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
    unread: tuple[str, ...] = ()
    skipped: tuple[Failure, ...] = ()
    hosts: tuple[str, ...] = ()
    advice: str | None = None
    not_compared: int = 0
    refuses: bool = False
    promise: Promise | None = None
    promise_is_old: bool = False

    @property
    def waiting(self) -> int:
        """How many passages the next run embeds."""
        return 0 if self.refuses else self.passages - self.vectors
