"""How far long work has come, and the functions that are told of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from index.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come.

    Attributes:
        stage: "looking for files", "reading", "embedding", or something else that takes time:
            fetching pages, a step of compiling a new model ("Exporting …"), checking or
            rebuilding a part of the index, waiting for another writer.
        done, total: files while looking for them and reading, passages while embedding or
            rebuilding the keyword index, documents and files of vectors while checking,
            percent of a model; the total is 0 where it is not known.
        current: the file or folder at hand, if any; with the page, where a file's pages take long.
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
