"""How far indexing has come, in one line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tui.common.presentation.time_left import describe_time_left
from tui.common.presentation.wording import one_line


@dataclass(frozen=True, slots=True)
class IndexingProgress:
    """The progress of a job.

    Attributes:
        stage: what is done, in words.
        done: the share of the whole job that is done (0 to 1); None if unknown.
        current: the current file, if any.
        left: seconds that are left; None if unknown.
    """

    stage: str
    done: float | None = None
    current: str | None = None
    left: float | None = None


def describe_progress(progress: IndexingProgress, *, short: bool = False) -> str:
    """The progress in one line; the current file and what it gives way to unless `short`."""
    done = "" if progress.done is None else f" {progress.done:.0%}"
    left = "" if progress.left is None else f", {describe_time_left(progress.left)}"
    parts = [f"{progress.stage}{done}{left}"]
    if not short:
        parts += [Path(progress.current).name] if progress.current else []
        parts.append("gives way to your other work")
    text = one_line(" · ".join(parts))
    return text[:1].upper() + text[1:]
