"""Which reader answers: the trained one where its weights are, else the sentence baseline."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

from index import Index, ModelError, Progress
from qa.calibration import SENTENCE_BASELINE, Calibration
from qa.reader.reading import Reader
from qa.reader.sentence import SentenceReader

WEIGHTS = Path(__file__).parent / "weights"
CALIBRATION = "calibration.json"


def installed_reader(
    index: Index, progress: Callable[[Progress], None] | None = None
) -> tuple[Reader, Calibration]:
    """The best reader there is for an index, with its calibration.

    Falls back to the sentence baseline, with a warning of one line, where the trained
    reader's files are missing or are not the ones it was shipped with.
    """
    from qa.reader.compiled import load_reader

    def show(stage: str, done: float) -> None:
        if progress is not None:
            progress(Progress(stage, round(100 * done), 100))

    try:
        return load_reader(WEIGHTS, progress=show), Calibration.load(WEIGHTS / CALIBRATION)
    except (ModelError, OSError, ValueError, KeyError) as error:
        warnings.warn(f"{error}; quoting whole sentences instead", stacklevel=2)
        return SentenceReader(index.encoder), SENTENCE_BASELINE
