"""The reranker that is installed, or a line that says why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index import ModelError, Progress
from qa.reranker.reranking import Reranker

WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True)
class InstalledReranker:
    """A reranker, or a line to show where there is none."""

    reranker: Reranker | None
    notice: str | None = None


def installed_reranker(progress: Callable[[Progress], None] | None = None) -> InstalledReranker:
    """The reranker that came with this program.

    There is none where its files are missing or are not the ones it was shipped with: passages
    then stay in the retriever's order.
    """
    from qa.reranker.compiled import load_reranker

    def show(stage: str, done: float) -> None:
        if progress is not None:
            progress(Progress(stage, round(100 * done), 100))

    try:
        return InstalledReranker(load_reranker(WEIGHTS, progress=show))
    except (ModelError, OSError) as error:
        return InstalledReranker(None, f"{error}. Passages are ranked without it.")
